"""Background work of the desk: read the source, draw each chart, describe one.

Handlers load, call a verb and report; the libraries of tables and charts load only here.
"""

from __future__ import annotations

from bureau.desks.insights.models import ChartJob, DescriptionTask, ImageTask
from bureau.desks.insights.services import charts, datasets, descriptions, sources
from bureau.kernel.ai.registry import chat
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun

# the part of an ingestion's progress that reading a service's pages takes up
_READ_FROM, _READ_TO = 10, 70


@handler("insights.ingest", queue="ingestion_io", entity_type="dataset")
def ingest(run: TaskRun) -> None:
    """Read a job's source into one dataset for each facet its charts need."""
    jobs = ChartJob.objects.select_related("job__owner", "source_file")
    chart_job = jobs.get(pk=run.task.job_id)
    run.progress(_READ_FROM, "Reading the source")
    tables, problems = sources.read_source(chart_job, _PageReporter(run))
    run.progress(_READ_TO, "Saving datasets")
    with run.finish() as outcome:
        stored = datasets.replace_datasets(chart_job, tables)
        outcome.result = {"problems": problems}
        outcome.message = f"{len(stored)} dataset(s) ready"
        outcome.payload = {
            "datasets": [{"id": one.pk, "facet": one.facet} for one in stored],
            "problems": problems,
            "notes": {key: list(table.notes) for key, table in tables.items() if table.notes},
        }


class _PageReporter:
    """Turns pages of a service into progress, one event a whole percent at most."""

    def __init__(self, run: TaskRun) -> None:
        self._run = run
        self._last = _READ_FROM

    def __call__(self, read: int, total: int) -> None:
        self._run.checkpoint()
        span = _READ_TO - _READ_FROM
        percent = _READ_FROM + span * min(read, total) // max(total, 1)
        if percent > self._last:
            self._last = percent
            self._run.progress(percent, f"Read {read} of {total} records")


def load_chart_libraries() -> None:
    """Import the plotting and statistics libraries, seconds of work."""
    from bureau.desks.insights.rendering.charts import warm_up

    warm_up()


@handler(
    "insights.render_chart",
    queue="charts_cpu",
    entity_type="image_task",
    warm_up=load_chart_libraries,
)
def render_chart(run: TaskRun) -> None:
    """Compute and draw one chart from the one dataset it may read."""
    images = ImageTask.objects.select_related("task__after", "chart_job__job__owner")
    image = images.get(pk=run.task.pk)
    dataset = charts.dataset_for(image)
    run.progress(30, "Executing algorithm")
    result = charts.draw(image, dataset)
    run.progress(70, "Saving artifacts")
    with run.finish() as outcome:
        outcome.payload = charts.keep(image, dataset, result)
        outcome.message = f"Chart {image.algorithm_key} completed"


@handler("insights.describe", queue="ai", entity_type="description_task")
def describe(run: TaskRun) -> None:
    """Describe one chart, by rule or by the language model that was asked for."""
    rows = DescriptionTask.objects.select_related("image_task__chart_job")
    description = rows.get(pk=run.task.pk)
    run.progress(30, "Preparing the description")
    model = chat(description.provider_preference or None)
    run.progress(60, "Writing the description")
    if model is None:
        written = descriptions.write_by_rule(description)
    else:
        written = descriptions.write_by_model(description, model)
    run.progress(90, "Numbers checked against the chart")
    with run.finish() as outcome:
        outcome.payload = descriptions.keep(description, written)
        outcome.message = "Description completed"
