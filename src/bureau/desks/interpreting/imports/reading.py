"""Rows of a data set, through the library `datasets`: from a folder of this house, or from the hub.

The folder is looked at first (`BUREAU_DATASETS_DIR/<owner>/<name>`), so that a house without a way
out can be given its data sets on a disk. Sound is never downloaded: only text columns are read.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from bureau.desks.interpreting.imports.errors import (
    DataSetGated,
    DataSetProblem,
    DataSetUnreachable,
    LibraryMissing,
)

log = structlog.get_logger(__name__)

DOWNLOAD_SECONDS = "120"


@dataclass(frozen=True)
class Shelfmark:
    """Where rows are.

    Attributes:
        configuration: None where the data set has one only.
        columns: those that are read, as far as they are there.
        streaming: row by row; else the whole split is downloaded first.
        token: of the hub; never stored, never in a task's parameters.
    """

    repository: str
    configuration: str | None
    split: str
    columns: Sequence[str]
    streaming: bool = True
    token: str = ""


def rows(mark: Shelfmark) -> Generator[Mapping[str, Any], None, None]:
    """The rows of a split, in their order.

    Raises:
        DataSetGated, DataSetUnreachable, LibraryMissing, DataSetProblem.
    """
    try:
        yield from _opened(mark)
    except (DataSetProblem, GeneratorExit):
        raise
    except Exception as problem:
        # the library passes on what its parts raise: classes of four packages
        log.warning("data_set_unread", repository=mark.repository, problem=repr(problem)[:300])
        raise as_problem(mark, problem) from problem


def _opened(mark: Shelfmark) -> Any:
    local = _local_folder(mark.repository)
    library = _library(online=local is None)
    opened = library.load_dataset(
        str(local or mark.repository),
        name=mark.configuration,
        split=mark.split,
        streaming=mark.streaming,
        token=(mark.token or settings.ENV.hf_token.get_secret_value() or None),
        cache_dir=str(settings.DATA_DIR / "cache" / "datasets"),
    )
    names = opened.column_names
    return opened.select_columns([one for one in mark.columns if one in names]) if names else opened


def _local_folder(repository: str) -> Path | None:
    shelf = settings.ENV.bureau_datasets_dir
    folder = Path(shelf) / repository if shelf else None
    return folder if folder and folder.is_dir() else None


def _library(*, online: bool) -> Any:
    """The library; allowed to ask the hub when somebody asked for what is there."""
    # the library reads it when it is imported, and has no other place for it
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", DOWNLOAD_SECONDS)
    try:
        import datasets
        from huggingface_hub import constants
    except ImportError:
        raise LibraryMissing from None
    # every process of a house is started offline, so that no library asks for anything unasked
    datasets.config.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE = not online
    datasets.disable_progress_bars()
    return datasets


def as_problem(mark: Shelfmark, problem: Exception) -> DataSetProblem:
    """What the library's failure means."""
    words = _words_of(problem)
    if "gated dataset" in words or "gatedrepo" in words:
        return DataSetGated.of(mark.repository)
    if _is_of_the_network(problem):
        return DataSetUnreachable()
    if "unknown split" in words or "bad split" in words:
        return DataSetProblem(f"{mark.repository} has no split '{mark.split}'.")
    if "builderconfig" in words or "config" in words:
        return DataSetProblem(f"{mark.repository} has no part '{mark.configuration}'.")
    if "exist" in words or "find" in words:
        return DataSetProblem(f"{mark.repository} does not exist or cannot be accessed.")
    return DataSetProblem()


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _words_of(problem: Exception) -> str:
    return " ".join(f"{type(one).__name__} {one}" for one in _chain(problem)).lower()


def _is_of_the_network(problem: Exception) -> bool:
    import httpx

    kinds = (httpx.TransportError, ConnectionError, TimeoutError)
    return any(isinstance(one, kinds) or _is_of_their_server(one) for one in _chain(problem))


def _is_of_their_server(problem: BaseException) -> bool:
    response = getattr(problem, "response", None)
    return getattr(response, "status_code", 0) in (429, 500, 502, 503, 504)
