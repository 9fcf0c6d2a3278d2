"""Verbs on messages: saying something is one transaction of row, event, job and tasks."""

from __future__ import annotations

from io import BytesIO

from django.db import transaction

from bureau.desks.interpreting import events, files
from bureau.desks.interpreting.errors import closed_room, refused, wrong_side
from bureau.desks.interpreting.incoming import Said
from bureau.desks.interpreting.models import ChatMessage, ChatRoom, Side
from bureau.desks.interpreting.models import MessageState as State
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.kinds import kind_of
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import check_upload, store_bytes
from bureau.kernel.files.sniffing import media_type_of
from bureau.kernel.jobs.services import create_job, enqueue
from bureau.kernel.prepared import insert, pipelined

JOB_KIND = "interpreting.message"
TRANSCRIBE = "interpreting.transcribe"
TRANSLATE = "interpreting.translate"
NO_IMAGES = (
    "Images cannot be described here: no model that reads images is set up. Send text or audio."
)

NO_RECORDING = (
    "This is no recording that can be read, its content is {}: send WebM, Ogg, WAV, MP3, FLAC, or an"
    " MP4 with sound only."
)


def send_message(sender: User, room: ChatRoom, side: Side, said: Said) -> ChatMessage:
    """Store what was said and set its transcription or translation going.

    Args:
        side: where the sender sits, from `access.seat_in`.

    Raises:
        NotAllowed: the sender sits on the other side.
        InvalidInput: an image, or a recording that is none.
        Conflict: the room is closed.
    """
    if said.sender_type not in Side.values:
        raise refused("sender_type must be patient or doctor")
    if said.sender_type != side:
        raise wrong_side(f"You sit on the {side} side; sender_type must be {side}.")
    if not room.is_active:
        raise closed_room()
    if said.has_image:
        raise refused(NO_IMAGES)
    media_type = _checked(said) if said.audio else ""
    return _keep(sender, room, side, said, media_type)


def _checked(said: Said) -> str:
    content = BytesIO(said.audio)
    try:
        found = check_upload(kind_of(files.AUDIO), content, len(said.audio))
    except InvalidInput as problem:
        raise refused(NO_RECORDING.format(media_type_of(content))) from problem
    if not files.keeps_its_promise(said.name, found):
        ending = said.name.rpartition(".")[2].lower()
        raise refused(f"The file's content is {found}, which a .{ending} file is not. Rename it.")
    return found


@transaction.atomic
@pipelined()
def _keep(sender: User, room: ChatRoom, side: Side, said: Said, media_type: str) -> ChatMessage:
    languages = [room.patient_language, room.doctor_language]
    source, target = languages if side is Side.PATIENT else reversed(languages)
    job = create_job(sender, JOB_KIND)
    message = insert(
        ChatMessage(
            room=room,
            sender=sender,
            sender_type=side,
            state=State.TRANSLATING if said.text else State.TRANSCRIBING,
            original_text=said.text,
            original_language=source,
            translated_language=target,
            audio=_stored(said.audio, sender, media_type) if said.audio else None,
            has_audio=bool(said.audio),
            job=job,
        )
    )
    events.tell(message, events.CREATED, has_audio=message.has_audio)
    params = {"message_id": message.pk}
    if said.audio:
        enqueue(job, TRANSCRIBE, params)
    if said.text:
        enqueue(job, TRANSLATE, params)
    return message


def _stored(audio: bytes, sender: User, media_type: str) -> StoredFile:
    # the name tells nothing: it ends up in the headers of a download
    return store_bytes(audio, files.AUDIO, sender, "recording", media_type)
