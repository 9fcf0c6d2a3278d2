"""What a caller may send beside an address: every field of every body and query, by the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.access.routes import documents

_METHODS = ("get", "post", "put", "patch", "delete")
# how fields that name a row are called; `id` alone and `..._id`, `..._ids`
_NAMED = re.compile(r"(^|_)ids?(\[\])?$")


class Field(NamedTuple):
    """One field of a request; lists end in `[]`, nested fields are joined by dots."""

    method: str
    path: str
    name: str
    kind: str

    @property
    def looks_like_an_id(self) -> bool:
        """Whether it could name a row: a whole number, a UUID, or something called an id."""
        last = self.name.rpartition(".")[2]
        return self.kind in {"integer", "uuid"} or bool(_NAMED.search(last))


def sent_fields() -> Iterator[Field]:
    """All fields of queries and bodies of all documented operations."""
    for document in documents():
        for path, item in document["paths"].items():
            for method in _METHODS:
                if operation := item.get(method):
                    for name, kind in _fields_of(document, operation):
                        yield Field(method.upper(), path, name, kind)


def _fields_of(document: Mapping[str, Any], operation: Mapping[str, Any]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            found.update(_leaves(document, one["schema"], one["name"]))
    for media in operation.get("requestBody", {}).get("content", {}).values():
        found.update(_leaves(document, media["schema"], ""))
    return found


def _leaves(
    document: Mapping[str, Any], schema: Mapping[str, Any], name: str
) -> Iterator[tuple[str, str]]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = [one for key in ("anyOf", "allOf", "oneOf") for one in schema.get(key, ())]
    for choice in choices:
        yield from _leaves(document, choice, name)
    if schema.get("type") == "array":
        yield from _leaves(document, schema.get("items", {}), f"{name}[]")
    elif "properties" in schema:
        for key, value in schema["properties"].items():
            yield from _leaves(document, value, f"{name}.{key}" if name else key)
    elif not choices and schema.get("type") != "null":
        yield (
            name,
            schema.get("format") if schema.get("format") == "uuid" else schema.get("type", ""),
        )
