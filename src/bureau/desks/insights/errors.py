"""What can go wrong between a patent table and a chart, as classes a task can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bureau.kernel.errors import BureauError, InvalidInput


class ValidationProblem(InvalidInput):
    """The file, the query or a parameter cannot be used; the sentence says what was found.

    Args:
        message: what is missing or wrong, what was found, and what to do.
        details: optional machine-readable findings, for example `validation_details`.
        fields: parameter or field name -> sentences.
    """

    def __init__(
        self,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, fields=fields)
        self.details = dict(details or {})


class UnknownAlgorithm(ValidationProblem):
    """No chart algorithm has this key and version."""

    def __init__(self, key: str, version: str, available: Sequence[str]) -> None:
        super().__init__(
            f"Algorithm '{key}' version '{version}' not found in registry. "
            f"Available algorithms: {list(available)}"
        )


class AlgorithmProblem(BureauError):
    """The table is readable but this chart cannot be computed from it."""

    code = "ALGORITHM_ERROR"
    status = 422
    default_message = "The chart cannot be computed from this data."


class RenderProblem(BureauError):
    """The chart was computed and could not be drawn."""

    code = "RENDER_ERROR"
    status = 500
    default_message = "The chart could not be drawn."


class ExternalApiProblem(BureauError):
    """A patent data service did not give usable data."""

    code = "EXTERNAL_API_ERROR"
    status = 502
    default_message = "The patent data service did not answer as expected."


class ServiceRefused(ExternalApiProblem):
    """401 or 403: the access token is missing, wrong, or without this right."""

    default_message = "The patent data service refused the access token."


class ServiceRejectedQuery(ExternalApiProblem):
    """400, 404 or 415: the service does not understand the query; sending it again is useless."""

    status = 400
    default_message = "The patent data service did not accept the query."


class ServiceUnavailable(ExternalApiProblem):
    """Time-out, connection failure or 5xx: another try later may work."""

    status = 503
    temporary = True
    default_message = "The patent data service is not available at the moment."


class ServiceBusy(ServiceUnavailable):
    """429 that outlasts the time a job may wait.

    Args:
        retry_after: seconds until the service accepts the next request.
    """

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message, headers={"Retry-After": str(round(retry_after))})
        self.retry_after = retry_after
