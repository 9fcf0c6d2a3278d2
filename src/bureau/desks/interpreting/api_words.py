"""Routes of the words the desk knows: languages, glossary and phrases, at the root of `/api`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ninja import Query, Router, Status

from bureau.desks.interpreting import access, schemas
from bureau.desks.interpreting.languages import LANGUAGES, language_of
from bureau.desks.interpreting.models import GlossaryTerm, Phrase
from bureau.desks.interpreting.services import glossary, phrases
from bureau.desks.interpreting.translation.phrasebook import Offer
from bureau.kernel.accounts.auth import AuthedRequest, admin_only, signed_in

Shape = dict[str, Any]
router = Router(tags=["interpreting"], auth=signed_in)
MOST_OFFERS = 10


@router.get("/languages/", response=list[schemas.LanguageOut])
def list_languages(request: AuthedRequest) -> list[Shape]:
    """The languages a room may have, and their codes."""
    return [
        {"code": language.code, "iso3": language.iso3, "name": language.name}
        for language in LANGUAGES
    ]


@router.get("/glossary/", response=schemas.GlossaryOut)
def read_glossary(request: AuthedRequest, version: int | None = None) -> Shape:
    """The terms in force, now or at an earlier version; for doctors and administrators."""
    access.require_staff(request.auth)
    current = glossary.current_version()
    asked = current if version is None else max(0, min(version, current))
    return {"version": asked, "terms": list(map(_term, glossary.terms_at(asked)))}


@router.post("/glossary/", response={201: schemas.TermOut}, auth=admin_only)
def add_term(request: AuthedRequest, body: schemas.TermIn) -> Status[Shape]:
    """Put a term in force from now on."""
    target = language_of(body.target_language) if body.target_language else None
    source = language_of(body.source_language)
    made = glossary.add_term(request.auth, source, target, body.term, body.translation)
    return Status(201, _term(made))


@router.delete("/glossary/{int:term_id}/", response={204: None}, auth=admin_only)
def end_term(request: AuthedRequest, term_id: int) -> Status[None]:
    """Take a term out of force."""
    glossary.end_term(term_id)
    return Status(204, None)


def _term(row: GlossaryTerm) -> Shape:
    names = ("source_language", "target_language", "term", "translation", "since", "until")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


@router.get("/phrases/", response=schemas.OffersOut)
def find_phrases(request: AuthedRequest, filters: Query[schemas.PhraseFilters]) -> Shape:
    """Sentences whose translation people wrote: with all the words of `q`, then similar ones."""
    known = phrases.phrases_of(language_of(filters.source), language_of(filters.target))
    offers = known.search(filters.q, MOST_OFFERS)
    own = [offer.id for offer in offers if offer.id is not None]
    people = phrases.people_behind(own) if access.sees_patient_context(request.auth) else {}
    return {"results": [_offer(offer, people) for offer in offers]}


def _offer(offer: Offer, people: dict[int, tuple[str, str]]) -> Shape:
    author, reviewer = people.get(offer.id or 0, ("", ""))
    return {**asdict(offer), "created_by": author, "reviewed_by": reviewer}


@router.post("/phrases/", response={201: schemas.PhraseOut})
def add_phrase(request: AuthedRequest, body: schemas.PhraseIn) -> Status[Shape]:
    """Add a sentence with its translation to the house's memory; for doctors and administrators.

    It counts as reviewed once somebody else has called `review/`.
    """
    access.require_staff(request.auth)
    made = phrases.add_phrase(
        request.auth,
        language_of(body.source_language),
        language_of(body.target_language),
        (body.source_text, body.target_text),
    )
    return Status(201, _phrase(made))


@router.post("/phrases/{int:phrase_id}/review/", response=schemas.PhraseOut)
def review_phrase(request: AuthedRequest, phrase_id: int) -> Shape:
    """Confirm a phrase that a colleague added; for doctors and administrators."""
    access.require_staff(request.auth)
    return _phrase(phrases.review_phrase(request.auth, phrase_id))


def _phrase(row: Phrase) -> Shape:
    names = ("source_language", "target_language", "source_text", "target_text", "reviewed")
    author, reviewer = phrases.people_behind([row.pk])[row.pk]
    told = {name: getattr(row, name) for name in names}
    return {"id": row.pk, **told, "created_by": author, "reviewed_by": reviewer}


@router.delete("/phrases/{int:phrase_id}/", response={204: None})
def remove_phrase(request: AuthedRequest, phrase_id: int) -> Status[None]:
    """Take a phrase out of the house's memory; for doctors and administrators."""
    access.require_staff(request.auth)
    phrases.remove_phrase(phrase_id)
    return Status(204, None)
