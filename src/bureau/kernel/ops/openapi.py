"""The OpenAPI document: Ninja's, completed by what every route of the house has in common."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from bureau.kernel.ops.parsing import CarefulParser

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused.",
    "properties": {
        "detail": {"type": "string", "description": "One sentence: what is wrong."},
        "code": {"type": "string", "description": "A word for programs."},
        "errors": {
            "type": "object",
            "description": "Field name to sentences, for input errors.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "trace_id": {"type": "string", "description": "Names the log lines of a failure."},
    },
}
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
}
_REFUSED = {
    "description": "Refused; a few routes answer with the body their contract names instead.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def refusals_of(operation: Operation) -> dict[int, str]:
    """Status -> when a route refuses with it; what a route adds to these it declares itself."""
    found = {
        400: "A value of the request cannot be used.",
        401: "What was presented is wrong or over.",
        403: "Not for this caller.",
        429: "Too often; Retry-After says how long to wait.",
    }
    if operation.auth_callbacks or "{" in operation.path:
        found |= {404: "Absent, or not this caller's."}
    if set(operation.methods) & {"POST", "PUT", "PATCH", "DELETE"}:
        found |= {409: "It does not fit the state things are in.", 413: "Too large."}
    return dict(sorted(found.items()))


def _refusal(why: str) -> dict[str, Any]:
    return {**_REFUSED, "description": why}


class BureauSchema(OpenAPISchema):
    """Adds refusals and ways to sign in, names operations uniquely, leaves HEAD out."""

    def methods(self, operations: list[Operation]) -> dict[str, Any]:
        """Path item of one route. A view with several methods gets one operation for each."""
        found = super().methods(operations)
        found.pop("head", None)
        names = [details["operationId"] for details in found.values()]
        return {
            method: {**details, "operationId": f"{details['operationId']}_{method}"}
            if names.count(details["operationId"]) > 1
            else details
            for method, details in found.items()
        }

    def operation_security(self, operation: Operation) -> list[dict[str, Any]]:
        """The ways in of a route that asks who is calling."""
        return [{name: []} for name in SECURITY_SCHEMES] if operation.auth_callbacks else []

    def responses(self, operation: Operation) -> dict[Any, dict[str, Any]]:
        """The declared answers, the refusals that this route may give, and how any other looks."""
        refused = {status: _refusal(why) for status, why in refusals_of(operation).items()}
        return {**refused, **super().responses(operation), "default": _REFUSED}

    def get_components(self) -> dict[str, Any]:
        """The shapes, the refusal's among them, and the ways to sign in."""
        self.schemas["Problem"] = PROBLEM
        return {"schemas": self.schemas, "securitySchemes": SECURITY_SCHEMES}


class BureauAPI(NinjaAPI):
    """A Ninja API that reads with care and whose document is a `BureauSchema`.

    Args:
        namespace: how `reverse` calls its routes.
    """

    def __init__(self, *, title: str, version: str, description: str, namespace: str) -> None:
        super().__init__(
            title=title,
            version=version,
            description=description,
            urls_namespace=namespace,
            parser=CarefulParser(),
            # the pages are ours: bureau.kernel.ops.docs
            docs_url=None,
            openapi_url=None,
        )

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document; `path_prefix` defaults to where the API is mounted."""
        return BureauSchema(self, path_prefix or self.get_root_path(path_params or {}))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`<room>_<function>`, for example `accounts_login`."""
        room = operation.view_func.__module__.split(".")[2]
        return f"{room}_{operation.view_func.__name__}"
