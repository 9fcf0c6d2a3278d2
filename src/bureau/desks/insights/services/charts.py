"""Making charts: find the table, compute and draw, keep the files with the facts about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bureau.desks.insights import catalogue, files
from bureau.desks.insights.models import Dataset, ImageTask
from bureau.desks.insights.services.datasets import read_dataset
from bureau.desks.insights.services.sources import why_missing
from bureau.kernel.files.services import store_bytes

if TYPE_CHECKING:
    from bureau.desks.insights.rendering.charts import ChartResult


def dataset_for(image: ImageTask) -> Dataset:
    """The one dataset this chart may read; no other ever stands in for it.

    Raises:
        ValidationProblem: the source has none; the sentence is that of the reading.
    """
    facet = catalogue.get(image.algorithm_key, image.algorithm_version).facet
    found = image.chart_job.datasets.filter(facet=facet).select_related("parquet").first()
    if found is not None:
        return found
    ingestion = image.task.after
    result = (ingestion.result if ingestion else None) or {}
    raise why_missing(result.get("problems", {}), facet)


def draw(image: ImageTask, dataset: Dataset) -> ChartResult:
    """Compute and draw a chart. A retry in a later year gives the same chart.

    Raises:
        ValidationProblem, AlgorithmProblem, RenderProblem
    """
    from bureau.desks.insights.rendering.charts import render

    return render(
        image.algorithm_key,
        image.algorithm_version,
        read_dataset(dataset),
        image.params,
        image.output_format,  # type: ignore[arg-type]  # the column's choices are the literal's
        visualization_config=image.chart_job.visualization_config,
        today=image.task.created_at.date(),
    )


def keep(image: ImageTask, dataset: Dataset, result: ChartResult) -> dict[str, Any]:
    """Store a chart's files and facts; answers what the DONE event names."""
    owner = image.chart_job.job.owner
    name = f"{image.algorithm_key}_task_{image.pk}"
    if result.png is not None:
        image.png = store_bytes(result.png, files.PNG, owner, f"{name}.png", files.PNG_TYPE)
    if result.svg is not None:
        drawing = result.svg.encode()
        image.svg = store_bytes(drawing, files.SVG, owner, f"{name}.svg", files.SVG_TYPE)
    image.dataset, image.chart_data = dataset, result.chart_data
    image.input_hash = result.meta["input_hash"]
    image.counting_rule, image.alt_text = result.meta["counting_rule"], result.meta["alt_text"]
    image.save()
    return {"artifacts": artifact_paths(image), "dataset_id": dataset.pk}


def artifact_paths(image: ImageTask) -> dict[str, str]:
    """Format -> address path of each file the chart has."""
    made = {"png": image.png_id, "svg": image.svg_id}
    return {
        name: f"/media/artifacts/{name}/job_{image.chart_job_id}/task_{image.pk}.{name}"
        for name, file_id in made.items()
        if file_id
    }
