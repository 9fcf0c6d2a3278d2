"""One import from its start to its end: what is asked for, told, and returned."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from bureau.desks.interpreting.imports.catalogue import (
    ALIGNED_REPOSITORY,
    DATA_SETS,
    VOICE_SPLITS,
    VOICES,
    Alignment,
    DataSet,
    Entry,
    aligned_entry,
    entry_of,
    is_wanted,
)
from bureau.desks.interpreting.imports.reading import Shelfmark, rows
from bureau.desks.interpreting.imports.storing import (
    Guard,
    Tally,
    knowledge_base_named,
    store,
)
from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.log import emit
from bureau.kernel.events.models import Level

Result = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """An import that somebody asked for; all of it may stand in a task's parameters.

    Attributes:
        data_set: a key of `DATA_SETS`.
        limit: most rows that are looked at; None is all of them.
    """

    data_set: str
    lang_code: str
    collection_name: str = ""
    split: str = "train"
    limit: int | None = None
    streaming: bool = True

    def __post_init__(self) -> None:
        known = DATA_SETS[self.data_set]
        if self.lang_code not in known.languages:
            choices = ", ".join(known.languages)
            raise InvalidInput(f"{known.repository} has no '{self.lang_code}'; choose {choices}.")
        if known is VOICES and self.split not in VOICE_SPLITS:
            raise InvalidInput(f"The splits are {' and '.join(VOICE_SPLITS)}.")
        if self.limit is not None and self.limit < 1:
            raise InvalidInput("The limit must be at least 1.")

    @property
    def source(self) -> DataSet:
        """The data set."""
        return DATA_SETS[self.data_set]

    @property
    def lang_name(self) -> str:
        """The language's name."""
        return self.source.languages[self.lang_code]

    @property
    def collection(self) -> str:
        """The knowledge base's name."""
        return self.collection_name or self.source.collection.format(language=self.lang_name)

    @property
    def params(self) -> dict[str, Any]:
        """As a task keeps it."""
        return asdict(self)

    @property
    def facts(self) -> dict[str, Any]:
        """As events and results name it."""
        return {"lang_code": self.lang_code, "lang_name": self.lang_name}


def run_import(wish: Wish, guard: Guard, *, token: str = "") -> Result:
    """Import a data set of one language; rows that are there already are left as they are.

    Raises:
        DataSetProblem, ProviderError: what was stored before stays.
    """
    about = f"{wish.lang_name}: {wish.source.repository}"
    collection = knowledge_base_named(wish.collection, about)
    tell(wish, "import_started", collection_name=wish.collection, split=wish.split)
    tally = Tally(collection=collection)
    with closing(_rows(wish, token)) as found:
        entries = (
            entry_of(wish.source, wish.lang_code, wish.split, number, row)
            for number, row in enumerate(found)
            if is_wanted(wish.source, wish.lang_code, row)
        )
        store(entries, tally, guard)
    result = {"collection_name": wish.collection, **counts(tally)}
    tell(wish, "import_completed", **result)
    return {"status": "success", **wish.facts, **result}


def counts(tally: Tally) -> Result:
    """What became of the rows."""
    return {
        "collection_id": tally.collection.pk,
        "created": tally.created,
        "skipped": tally.skipped,
        "errors": tally.errors,
    }


def _rows(wish: Wish, token: str) -> Generator[Any, None, None]:
    source = wish.source
    mark = Shelfmark(
        source.repository,
        wish.lang_code if source.configured else None,
        wish.split,
        (*source.text, *source.facts, "language"),
        # a limit that is to save anything must not download everything first
        streaming=wish.streaming or wish.limit is not None,
        token=token,
    )
    with closing(rows(mark)) as found:
        yield from islice(found, wish.limit)


def tell(wish: Wish, stage: str, *, level: str = Level.INFO, **facts: Any) -> None:
    """Write down how far an import is."""
    emit(
        f"data-set:{wish.data_set}-{wish.lang_code}",
        f"dataset.{wish.source.events}{stage}",
        payload={**wish.facts, **facts},
        level=level,
    )


# --- aligned translations -----------------------------------------------------------------------


@dataclass(frozen=True)
class AlignedWish:
    """Rows of several languages side by side."""

    alignment: Alignment
    collection_name: str = ""
    split: str = "train"
    limit: int | None = None

    @property
    def collection(self) -> str:
        """The knowledge base's name."""
        names = ", ".join(language.capitalize() for language in self.alignment.languages)
        return self.collection_name or f"Aligned Translations ({names})"

    @property
    def params(self) -> dict[str, Any]:
        """As a task keeps it."""
        return asdict(self)

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> AlignedWish:
        """The wish of a task."""
        asked = dict(params)
        alignment = dict(asked.pop("alignment"))
        alignment["languages"] = tuple(alignment["languages"])
        return cls(Alignment(**alignment), **asked)


def import_aligned(wish: AlignedWish, guard: Guard, *, token: str = "") -> Result:
    """Import rows that say the same in several languages, one text a row.

    Raises:
        DataSetProblem, ProviderError: what was stored before stays.
    """
    collection = knowledge_base_named(wish.collection, f"Translations: {ALIGNED_REPOSITORY}")
    tally = Tally(collection=collection)
    readers = [
        rows(Shelfmark(ALIGNED_REPOSITORY, name, wish.split, ("text",), token=token))
        for name in wish.alignment.languages
    ]
    try:
        store(_aligned(wish, readers), tally, guard)
    finally:
        for reader in readers:
            reader.close()
    return {"status": "success", "collection_name": wish.collection, **counts(tally)}


def _aligned(wish: AlignedWish, readers: Iterable[Iterator[Any]]) -> Iterator[Entry | None]:
    # rows without a partner at the end of the longer language are left out
    together = islice(zip(*readers, strict=False), wish.limit)
    for number, found in enumerate(together):
        yield aligned_entry(wish.alignment, wish.split, number, found)
