"""Parameters of charts: typed, bounded, with errors that name what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import ErrorDetails

from bureau.desks.insights.errors import ValidationProblem

Palette = Literal["professional", "vibrant", "earth", "ocean", "sunset", "monochrome"]
FontSize = Literal["small", "medium", "large"]
Language = Literal["es", "en"]

MAX_BARS = 100
_CONFIG_KEYS = ("color_palette", "font_size", "custom_params")

Year = Annotated[int, Field(strict=True, ge=1900, le=2100)]


def _as_pair(value: Any) -> Any:
    """(from, to) of a list, or of an object with start and end or with from and to."""
    if isinstance(value, Mapping):
        for first, last in (("start", "end"), ("from", "to")):
            if set(value) == {first, last}:
                return value[first], value[last]
        raise ValueError("must be [from, to] or an object with start and end")
    return tuple(value) if isinstance(value, list) else value


def _in_order(pair: tuple[int, int]) -> tuple[int, int]:
    if pair[0] > pair[1]:
        raise ValueError(f"must not start after it ends ({pair[0]} > {pair[1]})")
    return pair


YearRange = Annotated[tuple[Year, Year], BeforeValidator(_as_pair), AfterValidator(_in_order)]


class ChartParams(BaseModel):
    """What every chart understands: colours, text size and language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    palette: Palette = "professional"
    font_size: FontSize = "medium"
    language: Language = "es"

    def resolved(self, today: date) -> Self:
        """These parameters with every default that depends on the day filled in."""
        return self


class TimelineParams(ChartParams):
    """Which years a chart shows.

    Without `year_range` it is the twenty years up to `cutoff_year`, whose default is the last year
    that is over. The tables count by the year of *publication*; the 18 months between filing and
    publication leave gaps in counts by filing date, not in these.
    """

    year_range: YearRange | None = None
    cutoff_year: Year | None = None

    def resolved(self, today: date) -> Self:
        """With `cutoff_year` filled in from the day the chart is made."""
        if self.cutoff_year is not None:
            return self
        return self.model_copy(update={"cutoff_year": today.year - 1})


def count_field(default: int) -> Any:
    """Field for a number of bars or groups between 1 and `MAX_BARS`."""
    return Field(default, strict=True, ge=1, le=MAX_BARS)


P = TypeVar("P", bound=ChartParams)


def parse_params(
    model: type[P],
    params: Mapping[str, Any] | None,
    visualization_config: Mapping[str, Any] | None,
    today: date,
) -> P:
    """The effective parameters of one chart.

    `visualization_config` belongs to the whole job and lies under `params`: what `params` say wins,
    and its `custom_params` reach only the charts that know them.

    Raises:
        ValidationProblem: a parameter is unknown, of the wrong type or out of bounds.
    """
    merged = {
        **_from_config(model, visualization_config or {}),
        **_renamed(params or {}),
    }
    try:
        return model.model_validate(merged).resolved(today)
    except ValidationError as error:
        raise _problem(model, error) from error


def _renamed(params: Mapping[str, Any]) -> dict[str, Any]:
    """`color_palette` is another name of `palette`; a null stands for the default."""
    names = {"color_palette": "palette"}
    return {names.get(name, name): value for name, value in params.items() if value is not None}


def _from_config(model: type[ChartParams], config: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name in config if name not in _CONFIG_KEYS]
    custom = config.get("custom_params") or {}
    if unknown or not isinstance(custom, Mapping):
        raise ValidationProblem(
            f"visualization_config takes only {', '.join(_CONFIG_KEYS)}, the last as an object."
        )
    style = {name: config[name] for name in ("color_palette", "font_size") if name in config}
    known = {name: custom[name] for name in custom if name in model.model_fields}
    return _renamed({**known, **style})


def _problem(model: type[ChartParams], error: ValidationError) -> ValidationProblem:
    fields: dict[str, list[str]] = {}
    for detail in error.errors():
        name = str(detail["loc"][0]) if detail["loc"] else "params"
        fields.setdefault(name, []).append(_sentence(model, name, detail))
    return ValidationProblem(
        " ".join(line for group in fields.values() for line in group), fields=fields
    )


def _sentence(model: type[ChartParams], name: str, detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return f"Unknown parameter '{name}'. Allowed parameters: {', '.join(model.model_fields)}."
    reason = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"Parameter '{name}' {_lower(reason)} (got {detail['input']!r})."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
