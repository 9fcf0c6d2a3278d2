"""Verbs on the glossary. It has versions: what was in force when a message was translated stays known."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from bureau.desks.interpreting.languages import Language
from bureau.desks.interpreting.models import GlossaryTerm
from bureau.desks.interpreting.translation.terms import Rule
from bureau.kernel.accounts.models import User
from bureau.kernel.errors import Conflict, NotFound
from bureau.kernel.prepared import Given, Prepared

# one change at a time, so that every change has a version of its own
_LOCK = 7_415_001


def current_version() -> int:
    """The number of changes so far; 0 for a glossary that never had a term."""
    newest = GlossaryTerm.objects.aggregate(
        number=Max(Greatest("since", Coalesce("until", "since")))
    )
    return newest["number"] or 0


def terms_at(version: int) -> QuerySet[GlossaryTerm]:
    """The terms in force at a version, by language and term."""
    in_force = GlossaryTerm.objects.filter(since__lte=version)
    in_force = in_force.filter(Q(until=None) | Q(until__gt=version))
    return in_force.order_by("source_language", "target_language", "term", "id")


def rules_of(terms: Iterable[GlossaryTerm]) -> list[Rule]:
    """What these terms want of a translation."""
    return [Rule(row.term, row.translation or row.term) for row in terms]


# what holds now for translations from one language into another
IN_FORCE = Prepared(
    lambda: GlossaryTerm.objects.filter(
        Q(target_language="") | Q(target_language=Given("target")),
        until=None,
        source_language=Given("source"),
    )
)


@transaction.atomic
def add_term(
    user: User, source: Language, target: Language | None, term: str, translation: str
) -> GlossaryTerm:
    """Put a term in force; one that says otherwise so far ends with it.

    Args:
        target: None for a term that is kept as it is in every language.
        translation: empty: do not translate.

    Raises:
        Conflict: it says exactly this already.
    """
    version = _next_version()
    place = {
        "source_language": source.code,
        "target_language": target.code if target else "",
        "term": term,
    }
    standing = GlossaryTerm.objects.filter(**place, until=None).first()
    if standing is not None:
        if standing.translation == translation:
            raise Conflict("The glossary says exactly this already.")
        standing.until = version
        standing.save(update_fields=["until"])
    return GlossaryTerm.objects.create(
        **place, translation=translation, since=version, created_by=user
    )


@transaction.atomic
def end_term(term_id: int) -> None:
    """Take a term out of force; its row stays, for messages that were translated under it.

    Raises:
        NotFound: there is no such term in force.
    """
    version = _next_version()
    ended = GlossaryTerm.objects.filter(pk=term_id, until=None).update(until=version)
    if not ended:
        raise NotFound.matching("GlossaryTerm")


def _next_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return current_version() + 1
