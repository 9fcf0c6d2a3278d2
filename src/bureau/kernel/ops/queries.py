"""Lists are asked by the parameters they have: any other is refused, never passed over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.constants import NOT_SET
from ninja.operation import Operation
from ninja.params.models import QueryModel

from bureau.kernel.list_parameters import refuse_unknown

PAGE = "page"


def refuse_unknown_queries(api: NinjaAPI) -> None:
    """Let every GET route of `api` for known callers refuse parameters that it does not have.

    Left out are details, whose addresses end with what they are about, unless they take parameters;
    and routes for everybody, which machines ask with whatever they like. Must come before the API's addresses are made.
    """
    for _, router in api._routers:
        _teach(router, NOT_SET)


def _teach(router: Router, inherited: Any) -> None:
    door = inherited if router.auth is NOT_SET else router.auth
    for view in router.path_operations.values():
        for operation in view.operations:
            if "GET" in operation.methods and _asks_who(operation, door) and _is_list(operation):
                operation.view_func = _strict(operation.view_func, parameters_of(operation))
    for _, part, _ in router._routers:
        _teach(part, door)


def _asks_who(operation: Operation, door: Any) -> bool:
    """Whether the route, or else its router, names a door; Ninja joins the two later."""
    chosen = door if operation.auth_param is NOT_SET else operation.auth_param
    return chosen is not NOT_SET and chosen is not None


def _is_list(operation: Operation) -> bool:
    is_detail = operation.path.rstrip("/").endswith("}")
    return bool(parameters_of(operation)) or not is_detail


def parameters_of(operation: Operation) -> frozenset[str]:
    """The names of a route's query parameters, as its document has them."""
    extra = (operation.openapi_extra or {}).get("parameters", ())
    told = {one["name"] for one in extra if one["in"] == "query"}
    for model in operation.models:
        if issubclass(model, QueryModel):
            told |= set(getattr(model, "__ninja_flatten_map__", {}) or model.model_fields)
    return frozenset(told)


def _strict(view: Callable[..., Any], known: frozenset[str]) -> Callable[..., Any]:
    @wraps(view)
    def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # what a door has read already is no question to the list
        read: frozenset[str] = getattr(request, "read_parameters", frozenset())
        refuse_unknown(request.GET.keys(), known | read | {PAGE})
        return view(request, *args, **kwargs)

    return strict
