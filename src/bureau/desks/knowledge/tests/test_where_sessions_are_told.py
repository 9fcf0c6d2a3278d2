"""A nameless reader's session counts wherever a client puts it, if the house signed it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from bureau.desks.knowledge.sessions import HEADER, carried, new_session
from bureau.desks.knowledge.tests.desk import nobody

pytestmark = pytest.mark.django_db
QUESTION = {"message": "How often is the pump greased?"}


@pytest.fixture
def session() -> str:
    """A session as the house gives it out with a first answer."""
    answer = nobody().post("/api/chat/", QUESTION)
    assert answer.status_code == 200
    return str(answer[HEADER])


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [str(one["id"]) for one in answer.json()["results"]]


def test_a_conversation_goes_on_by_the_sessions_field_alone(session: str) -> None:
    (mine,) = numbers(nobody().get("/api/chat/conversations/", session_id=session))
    body = {**QUESTION, "conversation_id": mine, "session_id": session}
    answer = nobody().post("/api/chat/", body)
    assert (answer.status_code, answer.json()["conversation_id"]) == (200, mine)
    form = nobody().client.generic(
        "POST", "/api/chat/", urlencode(body), "application/x-www-form-urlencoded"
    )
    assert (form.status_code, form.json()["conversation_id"]) == (200, mine)
    gone = nobody().delete(f"/api/chat/conversations/{mine}/?session_id={session}")
    assert gone.status_code == 204
    assert numbers(nobody().get("/api/chat/conversations/", session_id=session)) == []


def test_a_session_that_the_house_did_not_sign_is_refused_wherever_it_is(session: str) -> None:
    stranger = nobody()
    assert stranger.post("/api/chat/", {**QUESTION, "session_id": "abc"}).status_code == 401
    assert stranger.post("/api/chat/?session_id=abc", QUESTION).status_code == 401
    assert stranger.get("/api/chat/conversations/", session_id="abc").status_code == 401
    (mine,) = numbers(nobody().get("/api/chat/conversations/", session_id=session))
    path = f"/api/chat/conversations/{mine}/"
    assert stranger.delete(f"{path}?session_id={session[:-1]}").status_code == 401
    assert stranger.post(f"{path}messages/", {**QUESTION, "session_id": "abc"}).status_code == 401
    assert stranger.get(path).status_code == 404
    assert stranger.get(path, session_id=session).status_code == 200


def test_two_sessions_at_once_are_refused(session: str) -> None:
    other = carried(new_session())
    answer = nobody().post(f"/api/chat/?session_id={other}", {**QUESTION, "session_id": session})
    assert answer.status_code == 401
