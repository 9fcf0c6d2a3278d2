"""Daily limits on what is asked of providers, and a row for each answer.

Before a call its greatest size is set aside, in one statement for each limit, so that calls that
run at the same time cannot pass a limit together. After it what was really used takes its place.
Both are short transactions of their own: do not ask a model inside a transaction of yours, it would
hold the day's row for as long as the model thinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from bureau.kernel.ai.models import Allowance, Capability, Use
from bureau.kernel.ai.prices import FREE, prices_of
from bureau.kernel.errors import TooManyRequests

if TYPE_CHECKING:
    from bureau.environment import Environment
    from bureau.kernel.actor_context import ActorContext

HOUSE, ANONYMOUS = "house", "anonymous"


@dataclass(frozen=True, slots=True)
class Size:
    """Tokens of one call."""

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Limit:
    """What one subject may use on one day; 0 is no limit. Embedding counts by its cost alone."""

    subject: str
    tokens: int
    cost: Decimal


class Booking:
    """What was set aside for one call, until it is settled or given back.

    Args:
        actor_context: for which desk and person.
        provider: who is asked.
        model: which model.
        capability: for what.
        most: the greatest size of the call.
        env: the operator's limits and prices.

    Raises:
        TooManyRequests: a limit would be passed; nothing was set aside.
    """

    def __init__(
        self,
        actor_context: ActorContext,
        *,
        provider: str,
        model: str,
        capability: Capability,
        most: Size,
        env: Environment,
    ) -> None:
        self._actor_context = actor_context
        self._provider = provider
        self._model = model
        self._capability = capability
        self._most = most
        self._price = prices_of(env.ai_prices).get(model, FREE)
        self._day = timezone.now().astimezone(UTC).date()
        self._limits = list(limits_of(actor_context, env))
        self._open = True
        self._set_aside()

    def settle(self, used: Size, *, counted: bool = True) -> None:
        """Put what was used in the place of what was set aside, and keep a row of it."""
        if not self._open:
            return
        self._open = False
        cost = self._price.of(used.prompt, used.completion)
        with transaction.atomic():
            self._add(self._weight(used) - self._weight(self._most), cost - self._cost)
            Use.objects.create(
                desk=self._actor_context.desk,
                user_id=self._actor_context.user,
                capability=self._capability,
                provider=self._provider,
                model=self._model[:200],
                prompt_tokens=used.prompt,
                completion_tokens=used.completion,
                counted=counted,
                cost=cost,
            )

    def keep(self) -> None:
        """An answer was made and cannot be used: it is paid for all the same."""
        self.settle(self._most, counted=False)

    def give_back(self) -> None:
        """Nothing was answered."""
        if self._open:
            self._open = False
            self._add(-self._weight(self._most), -self._cost)

    def _weight(self, size: Size) -> int:
        # a library of documents is embedded in one go and would use up a day of questions
        return size.prompt + size.completion if self._capability == Capability.CHAT else 0

    @property
    def _cost(self) -> Decimal:
        return self._price.of(self._most.prompt, self._most.completion)

    def _set_aside(self) -> None:
        Allowance.objects.bulk_create(
            [Allowance(day=self._day, subject=one.subject) for one in self._limits],
            ignore_conflicts=True,
        )
        # always the house first: two calls never wait for one another in a circle
        with transaction.atomic():
            for limit in self._limits:
                self._take(limit)

    def _take(self, limit: Limit) -> None:
        tokens, cost = self._weight(self._most), self._cost
        room = Q(day=self._day, subject=limit.subject)
        if limit.tokens:
            room &= Q(tokens__lte=limit.tokens - tokens)
        if limit.cost:
            room &= Q(cost__lte=limit.cost - cost)
        taken = Allowance.objects.filter(room).update(
            tokens=F("tokens") + tokens, cost=F("cost") + cost
        )
        if not taken:
            raise _used_up(limit.subject)

    def _add(self, tokens: int, cost: Decimal) -> None:
        for limit in self._limits:
            Allowance.objects.filter(day=self._day, subject=limit.subject).update(
                tokens=F("tokens") + tokens, cost=F("cost") + cost
            )


def limits_of(actor_context: ActorContext, env: Environment) -> Iterator[Limit]:
    """The limits that a call counts against, the house's first."""
    budget = Decimal(str(env.daily_cost_budget_usd))
    yield Limit(HOUSE, env.ai_daily_tokens, budget)
    if actor_context.user is not None:
        yield Limit(f"user:{actor_context.user}", env.ai_daily_tokens_per_user, Decimal(0))
    elif actor_context.is_anonymous:
        yield Limit(ANONYMOUS, env.ai_daily_tokens_anonymous, Decimal(0))


def used_today(subject: str = HOUSE) -> tuple[int, Decimal]:
    """Tokens and US dollars that a subject used and set aside today."""
    today = timezone.now().astimezone(UTC).date()
    row = Allowance.objects.filter(day=today, subject=subject).first()
    return (row.tokens, row.cost) if row else (0, Decimal(0))


def _used_up(subject: str) -> TooManyRequests:
    now = datetime.now(UTC)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    whose = {HOUSE: "This organisation's", ANONYMOUS: "The nameless callers'"}.get(subject, "Your")
    return TooManyRequests(
        f"{whose} limit on language models for today is used up. It starts anew at midnight UTC.",
        headers={"Retry-After": str(int((tomorrow - now).total_seconds()) + 1)},
    )
