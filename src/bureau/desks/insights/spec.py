"""What an algorithm is: a table in, chart data and a figure out, with its name and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.params import ChartParams, Language, parse_params

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bureau.desks.insights.rendering.style import Style

ChartData = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AlgorithmSpec:
    """One chart algorithm.

    Attributes:
        key, version: how a request names it.
        facet: key of the facet table it reads.
        chart_type: the `type` of its chart data.
        title: what the chart shows, by language.
        params_model: its parameters.
        compute: (dataset, params) -> chart data of plain JSON types; pure.
        draw: (chart data, style) -> figure; imports matplotlib only when called.
        describe: (chart data, language) -> two to four sentences.
    """

    key: str
    version: str
    facet: str
    chart_type: str
    title: Mapping[Language, str]
    params_model: type[ChartParams]
    compute: Callable[[Dataset, Any], ChartData]
    draw: Callable[[ChartData, Style], Figure]
    describe: Callable[[ChartData, Language], str]

    def parse(
        self,
        params: Mapping[str, Any] | None = None,
        visualization_config: Mapping[str, Any] | None = None,
        today: date | None = None,
    ) -> ChartParams:
        """The effective parameters of a request.

        Raises:
            ValidationProblem: a parameter is unknown or out of bounds.
        """
        day = today or date.today()
        return parse_params(self.params_model, params, visualization_config, day)
