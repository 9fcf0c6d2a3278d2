"""Background work of the desk: imports and analyses. Handlers load, call a verb and report."""

from __future__ import annotations

from contextlib import closing

from bureau.desks.imaging.access import ANALYSIS_KIND
from bureau.desks.imaging.importing.headers import REPORTS, STUDIES
from bureau.desks.imaging.importing.sandboxed import open_source
from bureau.desks.imaging.models import Analysis, ImportBatch, Target
from bureau.desks.imaging.services import analysis, imports, reports
from bureau.kernel.errors import BureauError
from bureau.kernel.files.services import local_path
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun

_IMPORTS = {
    Target.STUDY: (STUDIES, imports.run_study_import),
    Target.REPORT: (REPORTS, reports.run_report_import),
}


@handler(imports.IMPORT_KIND, queue="ingestion_io", entity_type="import")
def import_file(run: TaskRun) -> None:
    """Import an uploaded file; started again, it goes on behind the last row that was read."""
    batch = ImportBatch.objects.select_related("file").get(task=run.task)
    assert batch.file is not None
    family, bring = _IMPORTS[Target(batch.target)]
    try:
        path = local_path(batch.file)
        source = open_source(path, family, batch.mapping, ducks=False, encoding=batch.encoding)
        with closing(source):
            bring(batch, source, run)
    except BureauError as problem:
        if not problem.temporary:
            imports.fail_import(batch)
        raise


@handler(ANALYSIS_KIND, queue="ai", entity_type="analysis")
def analyse(run: TaskRun) -> None:
    """Examine one study by rule, or summarise its report."""
    asked = Analysis.objects.get(task=run.task)
    run.progress(30, "Reading the study")
    results = analysis.analyse(asked)
    with run.finish() as outcome:
        analysis.keep(asked, results)
        outcome.message = f"Analysis {asked.analysis_type} completed"
