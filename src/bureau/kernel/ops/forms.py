"""Bodies as a form: every route that takes a JSON object takes its fields as a form too.

Clients of the original systems send either. Fields are texts, as forms have them; a list is a field
that is repeated (`name` or `name[]`) or JSON text, an object is JSON text. Routes that ask for a form
or for files themselves are left as they are.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from typing import Any, Union, get_args, get_origin

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.params.models import BodyModel
from pydantic import BaseModel

from bureau.kernel.ops.parsing import CarefulParser, json_of

TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# what Django's own pages send along
_NO_FIELD = "csrfmiddlewaretoken"
_LISTS = (list, tuple, set, frozenset)
_WRAPPED = (Union, types.UnionType)


def read_forms_too(api: NinjaAPI) -> None:
    """Let every route of `api` whose body is one object take it as a form."""
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in operation.models:
                    if issubclass(model, BodyModel) and _argument_of(model):
                        _teach(model)


def _argument_of(model: type[BodyModel]) -> str | None:
    """The view's argument that the whole body becomes; None where there are several."""
    return getattr(model, "__read_from_single_attr__", None)


def _teach(model: type[BodyModel]) -> None:
    argument, from_json = str(_argument_of(model)), model.get_request_data
    fields = _annotations(model.model_fields[argument].annotation)

    def get_request_data(
        cls: type[BodyModel], request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]
    ) -> dict[str, Any] | None:
        if request.content_type not in TYPES:
            return from_json(request, api, path_params)
        return {argument: _read(posted(request), fields, request, api)}

    model.get_request_data = classmethod(get_request_data)  # type: ignore[assignment,method-assign]  # as Ninja declares it


def posted(request: HttpRequest) -> MultiValueDict[str, str]:
    """The fields of a form, whatever the method; Django reads those of POST alone."""
    if request.method != "POST":
        method, request.method = request.method, "POST"
        try:
            request._load_post_and_files()
        finally:
            request.method = method
    return request.POST


def plain_fields(request: HttpRequest) -> dict[str, str]:
    """The fields of a form as texts, the last of each name.

    Raises:
        InvalidInput: a text cannot be stored.
    """
    return CarefulParser().parse_querydict(posted(request), [], request)


def _annotations(shape: Any) -> dict[str, Any]:
    """Field -> annotation, of a body's class or of all classes of a union."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {name: field.annotation for name, field in shape.model_fields.items()}
    found: dict[str, Any] = {}
    for part in get_args(shape):
        found |= _annotations(part)
    return found


def _read(
    form: MultiValueDict[str, str], fields: Mapping[str, Any], request: HttpRequest, api: NinjaAPI
) -> dict[str, Any]:
    names = {name: name.removesuffix("[]") for name in form if name != _NO_FIELD}
    lists = [name for name, plain in names.items() if _holds(fields.get(plain), _LISTS)]
    values = api.parser.parse_querydict(form, lists, request)
    return {plain: _value(values[name], fields.get(plain)) for name, plain in names.items()}


def _value(given: Any, annotation: Any) -> Any:
    """One field as JSON would have it; what does not fit is left for the shape to refuse."""
    if isinstance(given, list):
        return _from_text(given[0]) if len(given) == 1 and given[0].startswith("[") else given
    if given == "" and _holds(annotation, (types.NoneType,)) and not _holds(annotation, (str,)):
        return None
    if _holds(annotation, (dict, BaseModel)) and not _holds(annotation, (str,)):
        return _from_text(given)
    return given


def _from_text(text: str) -> Any:
    try:
        return json_of(text.encode())
    except (ValueError, RecursionError):
        return text


def _holds(annotation: Any, kinds: Collection[type]) -> bool:
    """Whether a value of this annotation may be of one of these kinds."""
    origin = get_origin(annotation)
    if origin is None:
        return isinstance(annotation, type) and issubclass(annotation, tuple(kinds))
    if origin in _WRAPPED:
        return any(_holds(part, kinds) for part in get_args(annotation))
    if isinstance(origin, type):
        return issubclass(origin, tuple(kinds))
    # Annotated: the first argument is the type
    return _holds(get_args(annotation)[0], kinds) if get_args(annotation) else False
