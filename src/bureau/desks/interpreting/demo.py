"""Demonstration data: a consultation of the cast's doctor with a patient who speaks isiZulu."""

from __future__ import annotations

from typing import Any

from bureau.desks.interpreting.collections.models import CollectionType
from bureau.desks.interpreting.collections.services.collections import create_collection
from bureau.desks.interpreting.collections.services.items import add_text
from bureau.desks.interpreting.incoming import Said
from bureau.desks.interpreting.models import Side
from bureau.desks.interpreting.services.contexts import add_patient_context
from bureau.desks.interpreting.services.messages import send_message
from bureau.desks.interpreting.services.rooms import open_room
from bureau.kernel.accounts.models import User

PROFILE = {
    "patient_name": "Sipho Dlamini",
    "cultural_background": "Greets at length before he speaks of his illness; prefers to sit.",
    "medical_history": "High blood pressure since 2019, amlodipine 5 mg a day. No known allergies.",
    "language_notes": "Speaks isiZulu at home, understands simple English.",
}
GUIDE = (
    "Fever in adults: measure the temperature twice. Above 39 degrees look for a stiff neck and a"
    " rash. Give fluids; paracetamol 500 mg to 1 g every 6 hours, at most 4 g a day."
)
SAID = (
    ("doctor", "Where does it hurt?"),
    ("patient", "Ikhanda lami libuhlungu"),
    ("doctor", "Do you have a fever?"),
    ("patient", "Yebo"),
)


def seed() -> dict[str, Any]:
    """Open the room, store what is known, and say a few things; workers do the rest."""
    people = {user.username: user for user in User.objects.filter(username__in=_NAMES)}
    doctor, patient, admin = (people[name] for name in _NAMES)
    room = open_room(doctor, _ROOM, [patient.pk])
    guide = create_collection(admin, {**_BASE, "name": "Fever in adults", "is_global": True})
    add_text(admin, guide, {"name": "Fever in adults", "content": GUIDE})
    context = create_collection(
        admin,
        {
            "name": "Sipho Dlamini",
            "description": "What is known about the patient",
            "collection_type": CollectionType.PATIENT_CONTEXT,
            "reserved_for": doctor.pk,
        },
    )
    add_patient_context(doctor, room, context.pk, PROFILE)
    for side, text in SAID:
        send_message(people[side], room, Side(side), Said(side, text, b"", has_image=False))
    return {"room": room.pk}


_NAMES = ("doctor", "patient", "admin")
_ROOM = {"name": "Consultation", "patient_language": "zul", "doctor_language": "en"}
_BASE = {"description": "A guide for the clinic", "collection_type": CollectionType.KNOWLEDGE_BASE}
