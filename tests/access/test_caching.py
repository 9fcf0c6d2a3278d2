"""No browser and no proxy keeps a record: over all routes, and everything they answer."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.callers import Caller, Way
from tests.access.requests import Objects
from tests.access.routes import path_of
from tests.access.test_matrix import LISTED, call, every

WHO = (Caller.ADMIN, Caller.ANALYST, Caller.NOBODY)


@pytest.mark.security("reading another person's records from the cache of a browser or proxy")
@every(LISTED)
def test_an_answer_with_records_is_not_stored(objects: Objects, method: str, route: str) -> None:
    ids = objects.ids_for(route)
    path, body = path_of(route, ids), objects.body_of(method, route, ids)
    for who in WHO:
        answer = call(objects, who, Way.TOKEN, method, path, body)
        if "json" in answer.get("Content-Type", "") or "csv" in answer.get("Content-Type", ""):
            assert "no-store" in answer.get("Cache-Control", ""), (who, answer.status_code)


def test_assets_may_be_kept(objects: Objects) -> None:
    assert "no-store" not in Client().get("/static/console/style.css").get("Cache-Control", "")
