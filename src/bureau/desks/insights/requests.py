"""Requests for chart jobs: read from JSON or a form, checked in full before anything is stored.

The refusals have the shapes of the wire contract: `{field: [sentences]}`, and for images a list
with one entry an image, empty where that image is right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from bureau.desks.insights import catalogue
from bureau.desks.insights.errors import UnknownAlgorithm, ValidationProblem
from bureau.desks.insights.ingestion.lens_query import parse_lens_params
from bureau.kernel.accounts.errors import REQUIRED, field_errors, one_error
from bureau.kernel.errors import InvalidInput
from bureau.kernel.ops.parsing import json_of

MAX_IMAGES = 100
MAX_KEY = 255
_JSON_FIELDS = ("source_params", "images", "visualization_config")


class ImageRequest(BaseModel):
    """One chart that is asked for."""

    algorithm_key: str = Field(max_length=100)
    algorithm_version: str = Field(catalogue.DEFAULT_VERSION, max_length=20)
    params: dict[str, Any] = Field(default_factory=dict)
    output_format: Literal["png", "svg", "both"] = "both"


class JobRequest(BaseModel):
    """A whole request for charts, without the file."""

    source_type: Literal["lens", "espacenet_excel", "custom"]
    source_params: dict[str, Any] | None = None
    images: list[ImageRequest] = Field(min_length=1, max_length=MAX_IMAGES)
    idempotency_key: str | None = Field(None, max_length=MAX_KEY)
    visualization_config: dict[str, Any] | None = None

    @property
    def encoding(self) -> str:
        """What a text file is written in, where the person said so in `source_params`."""
        return str((self.source_params or {}).get("encoding") or "")

    @property
    def facets(self) -> dict[str, str]:
        """Algorithm key -> facet it needs."""
        return catalogue.facets_for([(i.algorithm_key, i.algorithm_version) for i in self.images])


def fields_of_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form, whose structured ones are JSON text.

    Raises:
        InvalidInput: a field is not valid JSON or cannot be stored.
    """
    fields: dict[str, Any] = {}
    for name, text in form.items():
        structured = name in _JSON_FIELDS
        if structured and not text.strip():
            continue
        try:
            fields[name] = json_of(text.encode() if structured else json.dumps(text).encode())
        except (ValueError, RecursionError):
            raise field_errors({name: ["Value must be valid JSON without NUL."]}) from None
    return fields


def parse_request(fields: Any, *, has_file: bool) -> JobRequest:
    """Check a request in full.

    Args:
        fields: the JSON body, or the fields of a form.
        has_file: whether a file came as `source_data`.

    Raises:
        InvalidInput: with the exact body of the contract.
    """
    request = _shaped(fields)
    if request.source_type == "custom":
        raise one_error("Unsupported source_type: custom")
    _check_source(request, has_file)
    _check_images(request)
    return request


def _shaped(fields: Any) -> JobRequest:
    if not isinstance(fields, Mapping):
        raise field_errors({"non_field_errors": ["Invalid data. Expected a dictionary."]})
    try:
        return JobRequest.model_validate(dict(fields))
    except ValidationError as error:
        raise _refusal(error.errors()) from None


def _refusal(errors: Sequence[Any]) -> InvalidInput:
    body: dict[str, Any] = {}
    images: dict[int, dict[str, list[str]]] = {}
    for error in errors:
        place = error["loc"]
        if place[0] == "images" and len(place) > 1:
            name = str(place[2]) if len(place) > 2 else "non_field_errors"
            images.setdefault(int(place[1]), {}).setdefault(name, []).append(_sentence(error))
        else:
            body.setdefault(str(place[0]), []).append(_sentence(error))
    if images:
        body["images"] = _one_an_image(images, max(images) + 1)
    return InvalidInput(fields=body, body=body)


def _one_an_image(problems: Mapping[int, Any], count: int) -> list[Any]:
    return [problems.get(number, {}) for number in range(count)]


def _sentence(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    sentences = {
        "missing": REQUIRED,
        "string_too_long": f"Ensure this field has no more than {context.get('max_length')} characters.",
        "too_short": "This list may not be empty.",
        "too_long": f"Ensure this list has no more than {MAX_IMAGES} entries.",
        "literal_error": f'"{str(error["input"])[:40]}" is not a valid choice.',
        "string_type": "Not a valid string.",
        "dict_type": "Expected a dictionary of items.",
        "list_type": "Expected a list of items.",
        "model_type": "Invalid data. Expected a dictionary.",
    }
    return sentences.get(error["type"], f"{error['msg']}.")


def _check_source(request: JobRequest, has_file: bool) -> None:
    if request.source_type == "espacenet_excel":
        if not has_file:
            raise _general("source_data is required for espacenet_excel")
        return
    if not request.source_params:
        raise _general("source_params is required for lens")
    try:
        parse_lens_params(request.source_params)
    except ValidationProblem as problem:
        raise field_errors(problem.fields) from problem


def _general(sentence: str) -> InvalidInput:
    return field_errors({"non_field_errors": [sentence]})


def _check_images(request: JobRequest) -> None:
    config = request.visualization_config or {}
    problems: dict[int, dict[str, Any]] = {}
    for number, image in enumerate(request.images):
        problem = _problem_of(image, config)
        if problem:
            problems[number] = problem
    if problems:
        body = {"images": _one_an_image(problems, len(request.images))}
        raise InvalidInput(fields=body, body=body)


def _problem_of(image: ImageRequest, config: Mapping[str, Any]) -> dict[str, Any]:
    try:
        spec = catalogue.get(image.algorithm_key, image.algorithm_version)
    except UnknownAlgorithm as problem:
        return {"algorithm_key": [problem.message]}
    try:
        spec.parse(None, config)
    except ValidationProblem as problem:
        raise field_errors({"visualization_config": [problem.message]}) from problem
    try:
        spec.parse(image.params, config)
    except ValidationProblem as problem:
        return {"params": problem.fields or {"non_field_errors": [problem.message]}}
    return {}
