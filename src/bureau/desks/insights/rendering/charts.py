"""Charts: one dataset and one request in, chart data and image files out."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import COUNTING_RULES, Dataset
from bureau.desks.insights.errors import AlgorithmProblem, RenderProblem
from bureau.desks.insights.params import ChartParams
from bureau.desks.insights.rendering.style import Style
from bureau.desks.insights.spec import AlgorithmSpec, ChartData

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OutputFormat = Literal["png", "svg", "both"]


@dataclass(frozen=True, slots=True)
class ChartResult:
    """A chart.

    `meta` holds algorithm_key, algorithm_version, params, execution_time_seconds, input_hash,
    counting_rule and alt_text.
    """

    png: bytes | None
    svg: str | None
    chart_data: ChartData
    meta: dict[str, Any]


def render(
    algorithm_key: str,
    version: str,
    dataset: Dataset,
    params: Mapping[str, Any] | ChartParams | None = None,
    formats: OutputFormat = "both",
    *,
    visualization_config: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> ChartResult:
    """Compute and draw one chart, in the formats asked for and no others.

    Args:
        params: as the request gave them, or already parsed.
        today: the day that decides which years are complete.

    Raises:
        UnknownAlgorithm, ValidationProblem: the request is wrong.
        AlgorithmProblem: the chart cannot be computed from this dataset.
        RenderProblem: it cannot be drawn.
    """
    started = time.perf_counter()
    spec = catalogue.get(algorithm_key, version)
    if not isinstance(params, ChartParams):
        params = spec.parse(params, visualization_config, today)
    chart_data = compute_chart(spec, dataset, params)
    if formats in ("png", "both"):
        chart_data["warnings"] = [*chart_data["warnings"], *_undrawable(chart_data, params)]
    about = _about(spec, dataset, params, chart_data)
    png, svg = _draw(spec, chart_data, params, formats, about)
    about["execution_time_seconds"] = round(time.perf_counter() - started, 4)
    return ChartResult(png, svg, chart_data, about)


def compute_chart(spec: AlgorithmSpec, dataset: Dataset, params: ChartParams) -> ChartData:
    """The chart data alone.

    Raises:
        AlgorithmProblem: the dataset is another facet's, or the chart cannot be computed from it.
    """
    if dataset.facet != spec.facet:
        raise AlgorithmProblem(
            f"Algorithm '{spec.key}' needs the '{spec.facet}' table, not '{dataset.facet}'."
        )
    if not dataset.rows:
        raise AlgorithmProblem(f"The '{dataset.facet}' table has no rows.")
    return spec.compute(dataset, params)


def _undrawable(chart_data: ChartData, params: ChartParams) -> list[str]:
    from bureau.desks.insights.rendering.fonts import warnings_for

    return warnings_for(chart_data, params.language)


def warm_up() -> None:
    """Load the libraries of charts, so that a worker's first chart does not wait for them.

    They take seconds to import; a worker calls this once when it starts.
    """
    from importlib import import_module

    from bureau.desks.insights.algorithms import _forecasting

    catalogue.available()
    for name in ("bars", "fonts", "lines", "output", "treemap"):
        import_module(f"bureau.desks.insights.rendering.{name}")
    _forecasting.exponential_smoothing([1, 2, 3, 4, 5, 7, 8, 9])
    _forecasting.arima([3, 1, 4, 1, 5, 9, 2, 6])


def input_hash(spec: AlgorithmSpec, dataset: Dataset, params: ChartParams) -> str:
    """SHA-256 of everything a chart depends on: table, algorithm, version, effective parameters."""
    request = [spec.key, spec.version, params.model_dump(mode="json")]
    digest = hashlib.sha256(dataset.canonical_bytes())
    digest.update(b"\n" + json.dumps(request, sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()


def _about(
    spec: AlgorithmSpec, dataset: Dataset, params: ChartParams, chart_data: ChartData
) -> dict[str, Any]:
    return {
        "algorithm_key": spec.key,
        "algorithm_version": spec.version,
        "params": params.model_dump(mode="json"),
        "counting_rule": COUNTING_RULES[dataset.unit][params.language],
        "input_hash": input_hash(spec, dataset, params),
        "alt_text": spec.describe(chart_data, params.language),
    }


def _draw(
    spec: AlgorithmSpec,
    chart_data: ChartData,
    params: ChartParams,
    formats: OutputFormat,
    about: Mapping[str, Any],
) -> tuple[bytes | None, str | None]:
    from bureau.desks.insights.rendering.canvas import drawing_rules

    try:
        with drawing_rules():
            figure = spec.draw(chart_data, Style.of(params))
            return _files(figure, spec.title[params.language], formats, about)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise RenderProblem(f"The chart '{spec.key}' could not be drawn.") from error


def _files(
    figure: Figure, title: str, formats: OutputFormat, about: Mapping[str, Any]
) -> tuple[bytes | None, str | None]:
    from bureau.desks.insights.rendering.output import to_png, to_svg

    alt_text = about["alt_text"]
    png = to_png(figure, title, alt_text) if formats in ("png", "both") else None
    svg = to_svg(figure, title, alt_text, about) if formats in ("svg", "both") else None
    return png, svg
