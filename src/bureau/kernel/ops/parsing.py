"""Reading requests: what no column could store is refused at the door, once for all routes."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from bureau.kernel.errors import InvalidInput

# PostgreSQL has no NUL in text, and half a surrogate pair is no character in UTF-8
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class CarefulParser(Parser):
    """Ninja's parser, strict about JSON and about characters that cannot be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON body. Raises ValueError or RecursionError, which Ninja answers with 400."""
        return json_of(request.body)

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Query and form fields as text.

        Raises:
            InvalidInput: naming the first field that holds an unstorable character.
        """
        for name, values in data.lists():
            if any(_UNSTORABLE.search(text) for text in (name, *values) if isinstance(text, str)):
                sentence = "Remove the NUL character or the broken text."
                raise InvalidInput(fields={_UNSTORABLE.sub("?", name): [sentence]})
        return super().parse_querydict(data, list_fields, request)


def storable(text: str) -> bool:
    """Whether every character of a text can be kept in the database."""
    return not _UNSTORABLE.search(text)


def json_of(body: bytes) -> Any:
    """Parse JSON text that every part of the house can keep.

    Raises:
        ValueError: not JSON, or it holds NUL, half surrogates, NaN or an infinite number.
        RecursionError: nested too deeply.
    """
    value = json.loads(body, parse_constant=_refuse_constant)
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += item.keys()
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, str) and _UNSTORABLE.search(item):
            raise ValueError("text with NUL or half a surrogate pair")
        elif isinstance(item, float) and not math.isfinite(item):
            raise ValueError("number out of range")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
