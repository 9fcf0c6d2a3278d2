"""Requests that nobody would write: generated from the API's documents, as each kind of caller.

No answer is a failure of ours, and every status stands in the document. `make fuzz` sends 10,000
requests (`CASES=…` for another number), the suite a small slice; both draw the same ones each time.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core import NotSet

from tests.access.body import Body, form
from tests.access.callers import Caller, Way
from tests.access.matrix import LISTED_ROUTES
from tests.access.requests import Objects
from tests.access.routes import documents, path_of, template_of
from tests.access.test_matrix import call

CASES = int(os.environ.get("CASES", "300"))
OPERATIONS = [
    result.ok()
    for document in documents()
    for result in schemathesis.openapi.from_dict(document).get_all_operations()
]
EACH = max(1, CASES // len(OPERATIONS))


@pytest.mark.security("generated requests to every operation of all documents, as every caller")
@pytest.mark.timeout(60 * 60)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_request_is_a_failure_or_an_answer_that_is_not_documented(
    objects: Objects, operation: Any
) -> None:
    documented = set(operation.definition.raw["responses"])
    answered: Counter[int] = Counter()

    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), who=st.sampled_from(Caller), known=st.booleans())
    def answers(case: Any, who: Caller, known: bool) -> None:
        cache.clear()
        answer = _send(objects, case, who, known=known)
        answered[answer.status_code] += 1
        assert answer.status_code < 500, (who, answer.status_code, answer.content[:300])
        assert str(answer.status_code) in map(str, documented), (who, answer.status_code)

    answers()
    assert answered


def _send(objects: Objects, case: Any, who: Caller, *, known: bool) -> Any:
    route = template_of(case.operation.path, LISTED_ROUTES)
    path = path_of(route, objects.ids_for(route)) if known else case.formatted_path
    if query := _given(case.query):
        path = f"{path}?{urlencode(query, doseq=True, errors='replace')}"
    return call(objects, who, Way.TOKEN, case.method, path, _body(case))


def _given(values: Any) -> Mapping[str, Any]:
    return {} if isinstance(values, NotSet) or values is None else values


def _body(case: Any) -> Body:
    if isinstance(case.body, NotSet):
        return Body()
    media = case.media_type or "application/json"
    if media == "application/json":
        return Body(json.dumps(case.body, default=repr).encode("utf-8", "replace"))
    fields = case.body if isinstance(case.body, dict) else {}
    if media == "application/x-www-form-urlencoded":
        return Body(urlencode(fields, doseq=True, errors="replace").encode(), media)
    return form({name: _part(value) for name, value in fields.items() if value is not None})


def _part(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    content = value if isinstance(value, bytes) else repr(value).encode()
    return SimpleUploadedFile("file.bin", content)
