"""Callers without a name: closed unless the house opens the desk for them, and what they may spend."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import async_to_sync
from tests.fixtures import SetEnvironment

from bureau.desks.knowledge.models import Conversation
from bureau.desks.knowledge.tests.desk import Person, nobody
from bureau.desks.knowledge.tests.test_sockets import PATIENCE, heard_by, opened
from bureau.environment.desks import Desks
from bureau.kernel.actor_context import current_actor, on_behalf_of
from bureau.kernel.ai.accounting import Booking, Size
from bureau.kernel.ai.models import Capability
from bureau.kernel.errors import TooManyRequests

QUESTION = {"message": "What is a pump?"}
SEARCH = {"query": "pump"}
SPENDING = [
    ("/api/chat/", QUESTION),
    ("/api/chat/stream/", QUESTION),
    ("/api/chat/search/", SEARCH),
]


@pytest.mark.django_db
@pytest.mark.security("nobody asks the knowledge desk of a house that did not open it")
def test_without_the_setting_nobody_reads_or_asks_without_a_name(
    ana: Person, environment: SetEnvironment
) -> None:
    assert Desks.model_fields["knowledge_anonymous"].default is False
    environment(knowledge_anonymous=False)
    stranger = nobody()
    for path, body in (*SPENDING, ("/api/chat/conversations/", {})):
        assert stranger.post(path, body).status_code == 403, path
    for path in ("/api/documents/", "/api/chat/stats/", "/api/chat/conversations/"):
        assert stranger.get(path).status_code == 403, path
    assert stranger.get("/api/documents/search/", q="pump").status_code == 403
    assert ana.get("/api/documents/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.security("nobody opens the chat socket of a house that did not open it")
def test_without_the_setting_the_socket_closes(environment: SetEnvironment) -> None:
    environment(knowledge_anonymous=False)

    async def code() -> int:
        async with opened() as socket:
            closed = await socket.receive_output(PATIENCE)
            return int(closed["code"])

    assert async_to_sync(code)() == 4001


@pytest.mark.django_db
@pytest.mark.security("one address, and many addresses, spend the house's embeddings and models")
def test_questions_are_counted_by_address_and_for_all_the_nameless(
    environment: SetEnvironment,
) -> None:
    environment(anonymous_questions_per_hour=3, anonymous_questions_per_hour_in_all=4)
    statuses = []
    for address in ("203.0.113.5",) * 4 + ("203.0.113.6",) * 2:
        reader = nobody()
        reader.client.defaults["REMOTE_ADDR"] = address
        path, body = SPENDING[len(statuses) % len(SPENDING)]
        statuses.append(reader.post(path, body).status_code)
    # the fourth of the first address; the second address finds all together used up
    assert statuses == [200, 200, 200, 429, 200, 429]
    assert nobody().get("/api/documents/").status_code == 200


@pytest.mark.django_db
@pytest.mark.security("an account spends the house's embeddings and models without end")
def test_questions_are_counted_by_account(
    ana: Person, ben: Person, environment: SetEnvironment
) -> None:
    environment(user_questions_per_hour=2)
    assert [ana.post(path, body).status_code for path, body in SPENDING] == [200, 200, 429]
    assert ben.post("/api/chat/search/", SEARCH).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.security("a nameless caller connects to the chat socket again and again")
def test_connecting_stores_nothing_and_is_counted(environment: SetEnvironment) -> None:
    async def connect() -> dict[str, object]:
        async with opened() as socket:
            sent = await socket.receive_output(PATIENCE)
            return json.loads(sent["text"]) if "text" in sent else {"code": sent["code"]}

    hello = async_to_sync(connect)()
    assert hello["conversation_id"]
    assert not Conversation.objects.exists()
    environment(anonymous_calls_per_minute=1)
    assert async_to_sync(connect)() == {"code": 4029}


@pytest.mark.django_db(transaction=True)
def test_the_first_question_begins_the_conversation_that_was_named() -> None:
    async def talk() -> tuple[str, str]:
        async with opened() as socket:
            hello = json.loads((await socket.receive_output(PATIENCE))["text"])
            await socket.send_to(json.dumps({"type": "chat_message", "message": "What is a pump?"}))
            heard = await heard_by(socket)
            [answer] = [one["message"] for one in heard if one["type"] == "message"]
            return hello["conversation_id"], answer["conversation_id"]

    named, answered = async_to_sync(talk)()
    assert named == answered
    assert str(Conversation.objects.get().pk) == named


@pytest.mark.django_db(transaction=True)
@pytest.mark.security("nameless callers use up the house's tokens of a day")
def test_tokens_of_the_nameless_have_a_limit_of_the_day(environment: SetEnvironment) -> None:
    from django.conf import settings

    environment(ai_daily_tokens_anonymous=100, ai_daily_tokens=0, daily_cost_budget_usd=0)

    def book(*, is_anonymous: bool) -> None:
        with on_behalf_of("knowledge", is_anonymous=is_anonymous):
            Booking(
                current_actor(),
                provider="x",
                model="x",
                capability=Capability.CHAT,
                most=Size(60, 0),
                env=settings.ENV,
            )

    book(is_anonymous=True)
    with pytest.raises(TooManyRequests):
        book(is_anonymous=True)
    book(is_anonymous=False)
