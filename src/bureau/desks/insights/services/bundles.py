"""Bundles: all finished charts of a job in one ZIP file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Literal

from bureau.desks.insights.models import ChartJob
from bureau.kernel.accounts.errors import one_error
from bureau.kernel.files.models import StoredFile
from bureau.kernel.files.services import open_file

ImageFormat = Literal["both", "png", "svg"]
# larger bundles are built on disk
_IN_MEMORY = 8 * 1024 * 1024


def bundle(chart_job: ChartJob, image_format: ImageFormat) -> IO[bytes]:
    """A ZIP of the job's charts, opened at its start.

    Raises:
        InvalidInput: no chart has such a file yet.
    """
    entries = list(_entries(chart_job, image_format))
    if not entries:
        raise one_error("No charts of this job are ready for download yet.")
    target = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (the response closes it)
    # PNG is packed already, and packing costs more time than SVG saves on the way
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, stored in entries:
            with open_file(stored) as content:
                archive.writestr(name, content.read())
    target.seek(0)
    return target


def _entries(chart_job: ChartJob, image_format: ImageFormat) -> Iterator[tuple[str, StoredFile]]:
    formats = ("png", "svg") if image_format == "both" else (image_format,)
    images = chart_job.image_tasks.select_related("png", "svg").order_by("task_id")
    for image in images:
        for name in formats:
            stored: StoredFile | None = getattr(image, name)
            if stored is not None:
                yield f"{name}/{stored.name}", stored
