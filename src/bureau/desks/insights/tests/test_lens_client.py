"""The Lens client speaks the documented protocol, keeps to its bounds, and names its failures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bureau.desks.insights.errors import (
    ExternalApiProblem,
    ServiceBusy,
    ServiceRefused,
    ServiceRejectedQuery,
    ServiceUnavailable,
)
from bureau.desks.insights.ingestion.lens import LensClient, LensLimits
from bureau.desks.insights.ingestion.lens_query import INCLUDE, LensQuery
from bureau.desks.insights.tests.lens_service import TOKEN, LensService, Reply, record, serving

QUERY = LensQuery("biopolymer")


@pytest.fixture
def service() -> Iterator[LensService]:
    with serving([record(number) for number in range(230)]) as running:
        yield running


@pytest.fixture
def naps() -> list[float]:
    """Seconds the client slept, without sleeping."""
    return []


def client(service: LensService, naps: list[float], **limits: Any) -> LensClient:
    return LensClient(TOKEN, service.address, LensLimits(**limits), sleep=naps.append)


def test_all_pages_are_read_by_cursor(service: LensService, naps: list[float]) -> None:
    pages: list[tuple[int, int]] = []
    answer = client(service, naps).fetch(QUERY, lambda read, total: pages.append((read, total)))
    assert [r["lens_id"] for r in answer.records] == [r["lens_id"] for r in service.records]
    assert (answer.total, answer.truncated) == (230, False)
    assert pages == [(100, 230), (200, 230), (230, 230)]
    assert service.requests[0]["include"] == list(INCLUDE)
    assert [body.get("scroll_id") for body in service.requests] == [None, "cursor-1", "cursor-2"]


def test_a_page_of_no_content_is_the_end(service: LensService, naps: list[float]) -> None:
    page = b'{"total": 500, "scroll_id": "cursor-0", "data": [{"lens_id": "id-1"}]}'
    service.first = [Reply(200, page), Reply(204, b"")]
    answer = client(service, naps).fetch(QUERY)
    assert len(answer.records) == 1
    assert answer.truncated


@pytest.mark.parametrize(
    "reply", [Reply(204, b""), Reply(404), Reply(200, b'{"total": 0, "data": []}')]
)
def test_a_search_without_hits_is_an_empty_answer(
    service: LensService, naps: list[float], reply: Reply
) -> None:
    service.first = [reply]
    answer = client(service, naps).fetch(QUERY)
    assert (answer.records, answer.total) == ([], 0)


def test_the_record_limit_ends_the_search(service: LensService, naps: list[float]) -> None:
    answer = client(service, naps, max_records=150).fetch(QUERY)
    assert len(answer.records) == 150
    assert answer.truncated
    assert len(service.requests) == 2


def test_the_request_limit_ends_the_search(service: LensService, naps: list[float]) -> None:
    answer = client(service, naps, max_requests=2, page_size=50).fetch(QUERY)
    assert len(answer.records) == 100
    assert len(service.requests) == 2


def test_a_rate_limit_is_waited_for_as_told(service: LensService, naps: list[float]) -> None:
    service.first = [Reply(429, headers={"x-rate-limit-retry-after-seconds": "7"})]
    assert len(client(service, naps).fetch(QUERY).records) == 230
    assert naps == [7.0]


def test_a_rate_limit_longer_than_the_time_left_is_a_temporary_failure(
    service: LensService, naps: list[float]
) -> None:
    service.first = [Reply(429, headers={"x-rate-limit-retry-after-seconds": "3600"})]
    with pytest.raises(ServiceBusy) as caught:
        client(service, naps).fetch(QUERY)
    assert caught.value.retry_after == 3600
    assert caught.value.temporary
    assert naps == []


def test_a_wait_that_outlives_the_cursor_cuts_the_answer_short(
    service: LensService, naps: list[float]
) -> None:
    page = b'{"total": 500, "scroll_id": "cursor-0", "data": [{"lens_id": "id-1"}]}'
    limited = Reply(429, headers={"x-rate-limit-retry-after-seconds": "58"})
    service.first = [Reply(200, page), limited]
    cut = client(service, naps).fetch(QUERY)
    assert (len(cut.records), cut.truncated, naps) == (1, True, [])
    service.first = [limited]
    assert client(service, naps).fetch(QUERY).records
    assert naps == [58.0]


def test_a_passing_failure_is_tried_again(service: LensService, naps: list[float]) -> None:
    service.first = [Reply(503), Reply(500)]
    assert len(client(service, naps).fetch(QUERY).records) == 230
    assert naps == [2.0, 4.0]


def test_a_lasting_failure_is_temporary(service: LensService, naps: list[float]) -> None:
    service.first = [Reply(503)] * 3
    with pytest.raises(ServiceUnavailable, match="status 503"):
        client(service, naps).fetch(QUERY)
    assert len(service.requests) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_permanent_and_never_shown(
    service: LensService, naps: list[float], status: int
) -> None:
    service.first = [Reply(status, TOKEN.encode())]
    with pytest.raises(ServiceRefused) as caught:
        client(service, naps).fetch(QUERY)
    assert not caught.value.temporary
    assert TOKEN not in caught.value.message
    assert len(service.requests) == 1


def test_a_wrong_token_is_refused_by_the_service(service: LensService) -> None:
    with pytest.raises(ServiceRefused):
        LensClient("another", service.address).fetch(QUERY)


def test_without_a_token_nothing_is_sent(service: LensService) -> None:
    with pytest.raises(ServiceRefused, match="No access token"):
        LensClient("", service.address).fetch(QUERY)
    assert service.requests == []


def test_a_rejected_query_carries_the_reason(service: LensService, naps: list[float]) -> None:
    service.first = [Reply(400, b'{"message": "Unknown field [titel]"}')]
    with pytest.raises(ServiceRejectedQuery, match=r"Unknown field \[titel\]") as caught:
        client(service, naps).fetch(QUERY)
    assert (caught.value.temporary, caught.value.status) == (False, 400)


def test_an_expired_cursor_is_temporary_and_not_sent_again(
    service: LensService, naps: list[float]
) -> None:
    page = b'{"total": 500, "scroll_id": "long-gone", "data": [{"lens_id": "id-1"}]}'
    service.first = [Reply(200, page)]
    with pytest.raises(ServiceUnavailable, match="cursor expired"):
        client(service, naps).fetch(QUERY)
    assert len(service.requests) == 2


@pytest.mark.parametrize("body", [b"<html>", b"[1, 2]", b'{"data": "none"}'])
def test_rubbish_is_an_external_problem(
    service: LensService, naps: list[float], body: bytes
) -> None:
    service.first = [Reply(200, body)]
    with pytest.raises(ExternalApiProblem) as caught:
        client(service, naps).fetch(QUERY)
    assert caught.value.code == "EXTERNAL_API_ERROR"
    assert not caught.value.temporary


def test_an_address_nobody_answers_at_is_temporary(naps: list[float]) -> None:
    with serving([]) as gone:
        address = gone.address
    with pytest.raises(ServiceUnavailable, match="cannot be reached"):
        LensClient(TOKEN, address, sleep=naps.append).fetch(QUERY)


def test_a_page_callback_can_stop_the_search(service: LensService, naps: list[float]) -> None:
    class Cancelled(Exception):
        pass

    def stop(read: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        client(service, naps).fetch(QUERY, stop)
    assert len(service.requests) == 1
