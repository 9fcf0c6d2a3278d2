"""Limits of the day: what is set aside, what is really used, and what nobody can pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bureau.kernel.accounts.models import User
from bureau.kernel.actor_context import ActorContext, on_behalf_of
from bureau.kernel.ai import registry
from bureau.kernel.ai.accounting import Booking, Size, used_today
from bureau.kernel.ai.metered import tokens_of
from bureau.kernel.ai.models import Allowance, Capability, Use
from bureau.kernel.ai.ports import Chat, Completion, Message, ProviderAnswerUnusable, ProviderError
from bureau.kernel.ai.tests.conformance import GREETING, Sorted
from bureau.kernel.ai.tests.dialects import OpenAI
from bureau.kernel.ai.tests.scripted import ScriptedServer, answer, chosen, computed, streamed
from bureau.kernel.ai.tests.test_registry import environment
from bureau.kernel.errors import TooManyRequests

pytestmark = pytest.mark.django_db

OPENAI = OpenAI()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("asker")


def here(server: ScriptedServer, **changes: Any) -> Any:
    plain = {
        "ai_provider": "openai",
        "openai_base_url": server.url + "/v1",
        "openai_model": "small",
        "ai_max_retries": 0,
        "ai_prices": ["small=1000/2000"],
    }
    return environment(**{**plain, **changes})


def asked(env: Any, user: User | None = None) -> Chat:
    with on_behalf_of("insights", user.pk if user else None):
        found = registry.chat(env=env)
    assert found is not None
    return found


def today(user: User) -> tuple[int, Decimal]:
    mine = used_today(f"user:{user.pk}")
    assert used_today()[0] == mine[0]
    return mine


def test_every_kind_of_answer_is_counted_as_the_server_counted(
    server: ScriptedServer, user: User
) -> None:
    server.script = [chosen(OPENAI.well_behaved)]
    chat = asked(here(server), user)
    chat.complete(GREETING, max_tokens=60)
    assert today(user) == (29, Decimal("0.039"))
    *_, last = chat.stream(GREETING, max_tokens=60)
    assert isinstance(last, Completion)
    assert today(user)[0] == 58
    chat.structured(GREETING, Sorted, max_tokens=60)
    assert today(user)[0] == 87
    uses = list(Use.objects.order_by("pk"))
    assert len(uses) == 3
    for use in uses:
        assert (use.desk, use.user, use.provider, use.model) == (
            "insights",
            user,
            "openai",
            "small",
        )
        assert (use.prompt_tokens, use.completion_tokens, use.counted) == (19, 10, True)
        assert use.cost == Decimal("0.039")


def test_a_person_over_the_limit_is_refused_before_anything_is_sent(
    server: ScriptedServer, user: User
) -> None:
    server.script = [chosen(OPENAI.well_behaved)]
    chat = asked(here(server, ai_daily_tokens_per_user=99), user)
    chat.complete(GREETING, max_tokens=60)
    with pytest.raises(TooManyRequests, match="Your limit") as caught:
        chat.complete(GREETING, max_tokens=60)
    assert 0 < int(caught.value.headers["Retry-After"]) <= 86_401
    with pytest.raises(TooManyRequests):
        next(chat.stream(GREETING, max_tokens=60))
    with pytest.raises(TooManyRequests):
        chat.structured(GREETING, Sorted, max_tokens=60)
    assert len(server.requests) == 1
    assert today(user)[0] == 29
    # what is left is still there for a smaller question, and others are not concerned
    chat.complete(GREETING, max_tokens=20)
    other = User.objects.create_user("other")
    asked(here(server, ai_daily_tokens_per_user=99), other).complete(GREETING, max_tokens=60)


@pytest.mark.parametrize(
    "limit", [{"ai_daily_tokens": 130}, {"daily_cost_budget_usd": 0.2}], ids=["tokens", "dollars"]
)
def test_the_house_has_a_limit_of_its_own(
    server: ScriptedServer, user: User, limit: dict[str, Any]
) -> None:
    server.script = [chosen(OPENAI.well_behaved)]
    env = here(server, **limit)
    asked(env, user).complete(GREETING, max_tokens=60)
    asked(env).complete(GREETING, max_tokens=20)
    with pytest.raises(TooManyRequests, match="This organisation's"):
        asked(env, User.objects.create_user("other")).complete(GREETING, max_tokens=80)
    # the refusal took nothing from the person either
    assert used_today("user:0") == (0, Decimal(0))
    assert Use.objects.count() == 2


def test_a_failure_gives_back_and_a_useless_answer_is_paid_for(
    server: ScriptedServer, user: User
) -> None:
    chat = asked(here(server), user)
    server.script = [answer(OPENAI.refusal("Oops", "api_error"), 500)]
    with pytest.raises(ProviderError):
        chat.complete(GREETING, max_tokens=60)
    assert today(user) == (0, Decimal(0))
    with pytest.raises(ValueError):
        chat.complete([], max_tokens=60)
    assert today(user)[0] == 0
    server.script = [answer(OPENAI.whole("Hello", stopped="length"))]
    with pytest.raises(ProviderAnswerUnusable):
        chat.complete(GREETING, max_tokens=60)
    most = tokens_of([GREETING[0].content]) + 60
    assert today(user)[0] == most
    assert Use.objects.get().counted is False


def test_a_stream_that_is_left_or_breaks_off_leaves_nothing_open(
    server: ScriptedServer, user: User
) -> None:
    chat = asked(here(server), user)
    server.script = [streamed(OPENAI.in_pieces("Good day to you."))]
    stream = chat.stream(GREETING, max_tokens=1000)
    next(stream)
    next(stream)
    assert today(user)[0] > 1000
    stream.close()
    prompt = tokens_of([GREETING[0].content])
    assert today(user)[0] == prompt + 2
    server.script = [streamed(OPENAI.in_pieces("Good day to you.")[:-2])]
    with pytest.raises(ProviderError):
        list(chat.stream(GREETING, max_tokens=1000))
    assert today(user)[0] == prompt + 2


def test_a_server_that_does_not_count_costs_what_was_set_aside(
    server: ScriptedServer, user: User
) -> None:
    silent = {**OPENAI.whole("Hello"), "usage": None}
    server.script = [answer(silent)]
    asked(here(server), user).complete(GREETING, max_tokens=60)
    assert today(user)[0] == tokens_of([GREETING[0].content]) + 60


def test_embedding_counts_by_its_cost_alone(server: ScriptedServer, user: User) -> None:
    server.script = [
        computed(
            lambda request: {
                "data": [
                    {"index": place, "embedding": [0.5] * 1536}
                    for place, _ in enumerate(request.body["input"])
                ]
            }
        )
    ]
    env = here(
        server,
        ai_embedding_provider="openai",
        ai_prices=["text-embedding-3-small=1000/0"],
        ai_daily_tokens_per_user=1,
        daily_cost_budget_usd=0.1,
    )
    with on_behalf_of("knowledge", user.pk):
        embedder = registry.embedder(env=env)
    embedder.embed_passages(["twelve signs"] * 3)
    embedder.embed_passages([])
    embedder.embed_query("twelve signs")
    assert today(user) == (0, Decimal("0.048"))
    assert set(Use.objects.values_list("capability", flat=True)) == {Capability.EMBEDDING}
    with pytest.raises(TooManyRequests):
        embedder.embed_passages(["twelve signs"] * 9)


def test_no_word_of_anybody_is_kept(server: ScriptedServer, user: User) -> None:
    server.script = [computed(OPENAI.polite)]
    asked(here(server), user).complete([Message("user", "my secret")], max_tokens=60)
    with connection.cursor() as cursor:
        cursor.execute("select ai_use::text from ai_use")
        assert "secret" not in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_time_cannot_pass_a_limit_together(user: User) -> None:
    env = environment(ai_daily_tokens_per_user=350, ai_daily_tokens=10_000)

    def book(_: int) -> bool:
        try:
            Booking(
                ActorContext("insights", user.pk),
                provider="openai",
                model="small",
                capability=Capability.CHAT,
                most=Size(50, 50),
                env=env,
            ).settle(Size(60, 40))
        except TooManyRequests:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(book, range(24)))
    assert sum(made) == 3
    assert Use.objects.count() == 3
    assert today(user)[0] == 300
    assert Allowance.objects.count() == 2
