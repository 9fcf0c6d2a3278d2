"""Forecasts of a short yearly series by two families of models, with intervals of 80 %.

Exponential smoothing with an additive and a multiplicative trend (the better BIC wins), and ARIMA
without season. How often ARIMA differences is decided by the KPSS test with the lag of automatic
ARIMA procedures, the whole part of 3 * sqrt(n) / 13, and its orders by AICc (Hyndman & Khandakar 2008,
Journal of Statistical Software 27(3)). A lag chosen from the data, as statistics libraries offer,
hardly ever rejects at 5 to 12 points, so that a rising series would be forecast to fall to its mean.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STEPS = 6
MIN_YEARS = 6
# AR and MA orders together: with twenty points at most, more parameters only follow the noise.
_MAX_ORDERS = 2
# Kwiatkowski et al. 1992, table 1: above this the series is not stationary around a level (5 %)
_KPSS_CRITICAL = 0.463
_MOST_DIFFERENCES = 2
# with fewer points a multiplicative trend follows two lucky steps into the sky
_MULTIPLICATIVE_FROM = 10
_UPPER = 0.9
# two weights and two starting values
_SMOOTHING_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One predicted year: the value, and the bounds that hold it with a probability of 80 %."""

    value: float
    lower: float
    upper: float

    def not_below_zero(self) -> Step:
        """Counts are not negative; rounded to two decimals."""
        return Step(*(max(0.0, round(part, 2)) for part in (self.value, self.lower, self.upper)))


class ForecastFailed(Exception):
    """A model could not be fitted; the text says why, for the chart's warnings."""


def exponential_smoothing(values: Sequence[int]) -> list[Step]:
    """The next `STEPS` values.

    A multiplicative trend is tried only from ten points on, and where every value is positive: it
    divides by them.

    Raises:
        ForecastFailed: the series is too short or no model fits.
    """
    series = _series(values)
    if _constant(values):
        return _certain(values[-1], 0)
    trends = ("add", "mul") if _may_multiply(values) else ("add",)
    with _quiet():
        fits = [fit for trend in trends if (fit := _attempt(_fit_smoothing, series, trend))]
        best = _best(fits, "bic")
        spread = _smoothing_spread(best, len(values))
        return _steps(best.forecast(STEPS), spread, len(values) - _SMOOTHING_PARAMETERS)


def _may_multiply(values: Sequence[int]) -> bool:
    return min(values) > 0 and len(values) >= _MULTIPLICATIVE_FROM


def arima(values: Sequence[int]) -> list[Step]:
    """The next `STEPS` values.

    Raises:
        ForecastFailed: the series is too short or no model fits.
    """
    import numpy

    series = _series(values)
    if _constant(values):
        return _certain(values[-1], 0)
    with _quiet():
        differences = differences_needed(series)
        # All candidates see the same series, differenced or not: only then can AICc rank them.
        sample = numpy.diff(series, differences)
        if numpy.ptp(sample) == 0 and differences == 1:
            return _certain(values[-1], float(sample[0]))
        constants = {0: ("c",), 1: ("n", "c")}.get(differences, ("n",))
        best = _search_arma(sample, constants)
        return _undifferenced(best, series, differences)


def differences_needed(series: Any) -> int:
    """How often a series is differenced until it is level (at most twice)."""
    import numpy

    for count in range(_MOST_DIFFERENCES):
        if numpy.ptp(series) == 0 or kpss_statistic(series) <= _KPSS_CRITICAL:
            return count
        series = numpy.diff(series)
    return _MOST_DIFFERENCES


def kpss_statistic(series: Any) -> float:
    """The statistic of Kwiatkowski et al. (1992) for a level, with Bartlett weights."""
    import numpy

    count = len(series)
    rest = series - series.mean()
    lags = int(3 * math.sqrt(count) / 13)
    weighted = [
        (1 - lag / (lags + 1)) * float(rest[lag:] @ rest[: count - lag])
        for lag in range(1, lags + 1)
    ]
    variance = (float(rest @ rest) + 2 * sum(weighted)) / count
    return float((numpy.cumsum(rest) ** 2).sum()) / (count**2 * variance)


def _certain(last: float, rise: float) -> list[Step]:
    """A series that never left its line goes on along it."""
    values = [last + rise * step for step in range(1, STEPS + 1)]
    return [Step(value, value, value) for value in values]


def _smoothing_spread(fit: Any, count: int) -> list[float]:
    """Standard deviations of the forecasts: level and trend each pass their error on.

    Hyndman et al. (2008), Forecasting with Exponential Smoothing, table 6.1, for the additive trend;
    the multiplicative one is taken as if it were additive, which is too narrow far ahead.
    """
    level, trend = fit.params["smoothing_level"], fit.params["smoothing_trend"]
    variance = fit.sse / max(count - _SMOOTHING_PARAMETERS, 1)
    gains = [(level + level * trend * step) ** 2 for step in range(1, STEPS)]
    return [math.sqrt(variance * (1 + sum(gains[:ahead]))) for ahead in range(STEPS)]


def _undifferenced(fit: Any, series: Any, differences: int) -> list[Step]:
    """The forecast of the differenced series added up again, its errors with it."""
    import numpy

    forecast = fit.get_forecast(STEPS)
    values = numpy.asarray(forecast.predicted_mean)
    # what one shock adds to each later value; summed as often as the series was differenced
    weights = numpy.asarray(fit.impulse_responses(STEPS - 1), dtype=float).reshape(-1)
    for order in range(differences, 0, -1):
        values = numpy.diff(series, order - 1)[-1] + numpy.cumsum(values)
        weights = numpy.cumsum(weights)
    free = len(fit.model.endog) - len(fit.params)
    # the fit divides by all points; with few of them that is too sure
    variance = float(forecast.var_pred_mean[0]) * len(fit.model.endog) / max(free, 1)
    return _steps(values, numpy.sqrt(variance * numpy.cumsum(weights**2)), free)


def _steps(values: Any, spread: Any, free: int) -> list[Step]:
    """Values with the quantiles of Student's t: few points know their own spread badly.

    Args:
        free: points less fitted parameters.
    """
    from scipy.stats import t

    wide = float(t.ppf(_UPPER, max(free, 1)))
    steps = [
        Step(float(value), float(value - wide * part), float(value + wide * part))
        for value, part in zip(values, spread, strict=True)
    ]
    if not all(map(math.isfinite, (part for step in steps for part in (step.lower, step.upper)))):
        raise ForecastFailed("the model does not converge")
    return steps


def _series(values: Sequence[int]) -> Any:
    import numpy

    if len(values) < MIN_YEARS:
        raise ForecastFailed(f"{len(values)} years are too few, {MIN_YEARS} are needed")
    return numpy.asarray(values, dtype=float)


def _constant(values: Sequence[int]) -> bool:
    """No model can be fitted to a series without variance, and none is needed."""
    return min(values) == max(values)


@contextmanager
def _quiet() -> Iterator[None]:
    """Fitting tries bad models on purpose; their complaints are not news."""
    import numpy

    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _fit_smoothing(series: Any, trend: str) -> Any:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    return ExponentialSmoothing(series, trend=trend).fit()


def _fit_arma(series: Any, order: tuple[int, int], constant: str) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    p, q = order
    model = SARIMAX(series, order=(p, 0, q), trend=constant)
    # The covariance of the parameters is not used and costs as much as the fit.
    fit = model.fit(disp=False, cov_type="none")
    if not math.isfinite(fit.aicc):
        raise ValueError("the model does not converge")
    return fit


def _search_arma(sample: Any, constants: Sequence[str]) -> Any:
    """The best fit by AICc, adding orders only as long as they pay."""
    fits: list[Any] = []
    for total in range(_MAX_ORDERS + 1):
        level = [
            fit
            for p in range(total + 1)
            for constant in constants
            if (fit := _attempt(_fit_arma, sample, (p, total - p), constant))
        ]
        if total and level and _best(fits, "aicc").aicc <= _best(level, "aicc").aicc:
            break
        fits += level
    return _best(fits, "aicc")


def _attempt(fit: Callable[..., Any], *arguments: Any) -> Any | None:
    """The result, or None where the numbers defeat the model."""
    import numpy

    try:
        return fit(*arguments)
    except (ValueError, ZeroDivisionError, OverflowError, numpy.linalg.LinAlgError):
        return None


def _best(fits: Sequence[Any], criterion: str) -> Any:
    scored = [(score, fit) for fit in fits if math.isfinite(score := getattr(fit, criterion))]
    if not scored:
        raise ForecastFailed("no model fits the series")
    return min(scored, key=lambda pair: pair[0])[1]
