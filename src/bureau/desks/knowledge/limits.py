"""How often a reader may call, counted once for all processes, told in headers.

A window begins and ends with the clock, whatever is asked within it, so that slow steady traffic is
never shut out. One counter a reader, incremented by the server in one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from bureau.desks.knowledge.access import Reader
from bureau.kernel.accounts.addresses import address_of
from bureau.kernel.errors import TooManyRequests

log = structlog.get_logger(__name__)
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Rate:
    """Where a reader stands: `limit` calls a window, `remaining` of them, `reset` its end."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The three headers of the contract; `reset` is Unix time."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.remaining)),
            "X-RateLimit-Reset": str(self.reset),
        }


def count_call(name: str, limit: int, window: int) -> Rate:
    """Count one call of `name`. While the counter is out of reach nobody is refused."""
    now = time.time()
    number = int(now // window)
    key, reset = f"knowledge:rate:{name}:{window}:{number}", (number + 1) * window
    try:
        cache.add(key, 0, timeout=window + 5)
        used = cache.incr(key)
    except ValueError:
        # the window ended between the two steps
        used = 1
    except RedisError as problem:
        log.warning("rate_not_counted", problem=type(problem).__name__)
        used = 1
    return Rate(limit, limit - used, reset)


def question_rates(reader: Reader, address: str) -> Iterator[Rate]:
    """Count what is spent by a question: an embedding, and perhaps a model's answer.

    Accounts have a number of their own; nameless callers one an address, and one all together, so
    that many addresses spend no more than the house means to give away.
    """
    env = settings.ENV
    if reader.user is not None:
        yield count_call(f"questions:user:{reader.user.pk}", env.user_questions_per_hour, HOUR)
        return
    yield count_call(f"questions:address:{address}", env.anonymous_questions_per_hour, HOUR)
    yield count_call("questions:anonymous", env.anonymous_questions_per_hour_in_all, HOUR)


def refuse_question(reader: Reader, address: str) -> None:
    """Stop a question that nobody has an allowance for.

    Raises:
        TooManyRequests
    """
    for rate in question_rates(reader, address):
        refuse_over(rate)


def rate_of(request: HttpRequest, reader: Reader) -> Rate:
    """Count this call: people an hour, nameless callers a minute and by their address."""
    if reader.user is not None:
        return person_rate(reader.user.pk)
    return anonymous_rate(address_of(request))


def person_rate(user_id: int) -> Rate:
    """Count a call of a person."""
    return count_call(f"user:{user_id}", settings.ENV.user_calls_per_hour, HOUR)


def anonymous_rate(address: str) -> Rate:
    """Count a call of a nameless caller."""
    return count_call(f"address:{address}", settings.ENV.anonymous_calls_per_minute, MINUTE)


def refuse_over(rate: Rate) -> None:
    """Stop a reader whose calls are used up.

    Raises:
        TooManyRequests: with the contract's body and Retry-After.
    """
    if rate.remaining >= 0:
        return
    wait = max(1, rate.reset - int(time.time()))
    body = {
        "error": "Rate limit exceeded",
        "message": f"Too many requests. Try again in {wait} seconds.",
        "retry_after": wait,
    }
    raise TooManyRequests(body=body, headers={"Retry-After": str(wait), **rate.headers})


def limited(door: Callable[[HttpRequest], Reader]) -> Callable[[HttpRequest], Reader]:
    """A door that also counts who comes through it."""

    @wraps(door)
    def counted(request: HttpRequest) -> Reader:
        reader = door(request)
        rate = rate_of(request, reader)
        request.knowledge_rate = rate  # type: ignore[attr-defined]  # told by `with_rate`
        refuse_over(rate)
        return reader

    return counted


def questions(door: Callable[[HttpRequest], Reader]) -> Callable[[HttpRequest], Reader]:
    """A door to what spends: it counts calls as `limited` does, and questions beside."""
    first = limited(door)

    @wraps(door)
    def counted(request: HttpRequest) -> Reader:
        reader = first(request)
        refuse_question(reader, address_of(request))
        return reader

    return counted


def with_rate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell the rate in the headers of whatever the route answers."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        rate: Rate | None = getattr(request, "knowledge_rate", None)
        for name, value in rate.headers.items() if rate else ():
            response[name] = value
        return response

    return told
