"""Background work of the desk: imports and analyses. Handlers load, call a verb and report."""

from __future__ import annotations

from bureau.desks.imaging.importing.headers import STUDIES
from bureau.desks.imaging.importing.opening import open_source
from bureau.desks.imaging.models import ImportBatch
from bureau.desks.imaging.services import imports
from bureau.kernel.errors import BureauError
from bureau.kernel.files.services import local_path
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun


@handler(imports.IMPORT_KIND, queue="ingestion_io", noun="import")
def import_file(run: TaskRun) -> None:
    """Import an uploaded file; started again, it goes on behind the last row that was read."""
    batch = ImportBatch.objects.select_related("file").get(task=run.task)
    assert batch.file is not None
    try:
        source = open_source(local_path(batch.file), STUDIES, batch.mapping, ducks=False)
        imports.run_study_import(batch, source, run)
    except BureauError as problem:
        if not problem.temporary:
            imports.fail_import(batch)
        raise
