"""Forecasts of a short yearly series by two families of models.

Exponential smoothing with an additive and a multiplicative trend (the better BIC wins), and ARIMA
without season, differenced by a unit-root test, whose orders are chosen by AICc, as automatic ARIMA
procedures do (Hyndman & Khandakar 2008, Journal of Statistical Software 27(3)).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

STEPS = 6
MIN_YEARS = 6
# AR and MA orders together: with twenty points at most, more parameters only follow the noise.
_MAX_ORDERS = 2
_KPSS_LEVEL = 0.05


class ForecastFailed(Exception):
    """A model could not be fitted; the text says why, for the chart's warnings."""


def exponential_smoothing(values: Sequence[int]) -> list[float]:
    """The next `STEPS` values.

    A multiplicative trend is tried only where every value is positive: it divides by them.

    Raises:
        ForecastFailed: the series is too short or no model fits.
    """
    series = _series(values)
    if _constant(values):
        return [float(values[-1])] * STEPS
    trends = ("add", "mul") if min(values) > 0 else ("add",)
    with _quiet():
        fits = [fit for trend in trends if (fit := _attempt(_fit_smoothing, series, trend))]
        return _finite(_best(fits, "bic").forecast(STEPS))


def arima(values: Sequence[int]) -> list[float]:
    """The next `STEPS` values.

    Raises:
        ForecastFailed: the series is too short or no model fits.
    """
    import numpy

    series = _series(values)
    if _constant(values):
        return [float(values[-1])] * STEPS
    with _quiet():
        differenced = _has_unit_root(series)
        # All candidates see the same series, differenced or not: only then can AICc rank them.
        sample = numpy.diff(series) if differenced else series
        constants = ("n", "c") if differenced else ("c",)
        steps = _search_arma(sample, constants).forecast(STEPS)
        return _finite(series[-1] + numpy.cumsum(steps) if differenced else steps)


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


def _has_unit_root(series: Any) -> bool:
    from statsmodels.tsa.stattools import kpss

    statistic = _attempt(kpss, series, "c", "auto")
    return statistic is not None and bool(statistic[1] < _KPSS_LEVEL)


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


def _finite(forecast: Any) -> list[float]:
    values = [float(value) for value in forecast]
    if not all(map(math.isfinite, values)):
        raise ForecastFailed("the model does not converge")
    return values
