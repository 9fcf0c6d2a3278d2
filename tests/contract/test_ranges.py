"""A part of a file is served as a part, for players and for downloads that were cut off."""

from __future__ import annotations

import io

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from bureau.desks.interpreting.tests.clinic import opened, person, tone
from bureau.kernel.accounts.models import Role
from bureau.kernel.files.ranges import RangeMiddleware

WHOLE = bytes(range(200))


def asked(header: str, method: str = "GET", **more: str) -> HttpResponseBase:
    request = HttpRequest()
    request.method = method
    request.META = {"HTTP_RANGE": header, **more}
    return RangeMiddleware(lambda _: FileResponse(io.BytesIO(WHOLE)))(request)


def body_of(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, 199),
        ("bytes=150-", 150, 199),
        ("bytes=-10", 190, 199),
        ("bytes=-5000", 0, 199),
        ("bytes=199-5000", 199, 199),
    ],
)
def test_one_range_is_answered_with_that_part(header: str, first: int, last: int) -> None:
    answer = asked(header)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/200"
    assert answer["Content-Length"] == str(last - first + 1)
    assert body_of(answer) == WHOLE[first : last + 1]


@pytest.mark.parametrize("header", ["bytes=200-", "bytes=500-600", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(header: str) -> None:
    answer = asked(header)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */200")


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2"])
def test_what_is_no_single_range_gets_the_whole(header: str) -> None:
    answer = asked(header)
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert body_of(answer) == WHOLE


def test_a_range_under_a_condition_gets_the_whole() -> None:
    assert asked("bytes=0-1", HTTP_IF_RANGE='"etag"').status_code == 200


def test_answers_that_are_no_files_are_left_alone() -> None:
    request = HttpRequest()
    request.method, request.META = "GET", {"HTTP_RANGE": "bytes=0-1"}
    answer = RangeMiddleware(lambda _: HttpResponse(b"text"))(request)
    assert (answer.status_code, answer.has_header("Accept-Ranges")) == (200, False)


@pytest.mark.django_db
def test_a_recording_is_played_in_parts_by_who_may_hear_it() -> None:
    import base64

    doctor, other = person("doctor", Role.DOCTOR), person("other", Role.DOCTOR)
    room, sound = opened(doctor), tone()
    sent = doctor.say(room, audio=base64.b64encode(sound).decode())
    assert sent.status_code == 201, sent.content
    address = sent.json()["audio_url"]
    answer = doctor.client.get(address, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, body_of(answer)) == (206, sound[:4])
    assert answer["Content-Range"] == f"bytes 0-3/{len(sound)}"
    assert other.client.get(address, headers={"Range": "bytes=0-3"}).status_code == 404
    assert Client().get(address, headers={"Range": "bytes=0-3"}).status_code == 403
