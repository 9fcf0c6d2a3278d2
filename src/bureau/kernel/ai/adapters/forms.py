"""Answers in an agreed form: the schema that is sent and the reading of what comes back. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel, ValidationError

from bureau.kernel.ai.ports import Message, ProviderAnswerUnusable
from bureau.kernel.ai.ports.chat import Form

# what servers that hold a model to a schema do not take, or what costs tokens and says nothing
NOT_SENT = frozenset({"title", "default"})
FENCE = re.compile(r"^```\w*\s*(.*?)\s*```$", re.DOTALL)


def strict_schema(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a form as strict servers want it: every field required, no other ones."""
    schema = _strict(form.model_json_schema())
    assert isinstance(schema, dict)
    return schema


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _strict(value) for key, value in part.items() if key not in NOT_SENT}
    fields = part.get("properties")
    if isinstance(fields, dict):
        # a field may be called `title`, so names of fields are not looked at as words of the schema
        kept["properties"] = {name: _strict(one) for name, one in fields.items()}
        kept |= {"required": list(fields), "additionalProperties": False}
    return kept


def instruction(schema: dict[str, Any]) -> Message:
    """The schema in words, for servers that do not enforce it."""
    return Message(
        "system",
        "Answer with one JSON object that fits this JSON schema, and with nothing else:\n"
        + json.dumps(schema, ensure_ascii=False),
    )


def filled(form: type[Form], text: str, provider: str) -> Form:
    """The form that `text` holds.

    Raises:
        ProviderAnswerUnusable: it is no JSON, or not of this form. What was written is not repeated
            in the message: it may be about people.
    """
    fenced = FENCE.match(text)
    try:
        return form.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as problem:
        places = {".".join(map(str, error["loc"])) or error["type"] for error in problem.errors()}
        raise ProviderAnswerUnusable(
            f"The answer of {provider} does not fit the form that was asked for.",
            detail=", ".join(sorted(places))[:300],
        ) from None
