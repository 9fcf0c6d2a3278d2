"""The doors to collections: what a person reads, and what a person may change.

Administrators have no key to other people's collections: what they may open is what is shared.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bureau.kernel.accounts.models import User
from bureau.kernel.errors import NotFound
from bureau.kernel.files.models import StoredFile
from bureau.kernel.retrieval.models import Audience, Collection, Document


def collections_of(reader: User | None, desk: str) -> QuerySet[Collection]:
    """The collections of a desk that somebody may read and search; None is a nameless reader."""
    shared = [Audience.EVERYONE] if reader is None else [Audience.EVERYONE, Audience.MEMBERS]
    open_to_reader = Q(audience__in=shared)
    if reader is not None:
        open_to_reader |= Q(owner=reader)
    return Collection.objects.filter(open_to_reader, desk=desk)


def source_door(user: User, stored: StoredFile) -> None:
    """Who may open the file of a document: who may read its collection.

    Raises:
        NotFound: nobody else.
    """
    documents = Document.objects.filter(file=stored).select_related("collection")
    for document in documents:
        if collections_of(user, document.collection.desk).filter(pk=document.collection_id):
            return
    raise NotFound.matching("File")
