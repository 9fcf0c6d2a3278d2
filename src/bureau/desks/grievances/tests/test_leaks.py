"""Nobody who complained is found anywhere in what the installation wrote.

`LEAK_CASES=1000` files a thousand complaints; by default there are fewer, so that tests stay fast.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

import pytest

from bureau.desks.grievances.models import Complainant, Grievance
from bureau.desks.grievances.services import people as lookup
from bureau.desks.grievances.tests.conftest import Visitor, office, seat
from bureau.desks.grievances.tests.leaks import everything_stored, found_in, people
from bureau.kernel.events.sealing import seal_events
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.notify.models import Message

CASES = int(os.environ.get("LEAK_CASES", "25"))
ADDRESSES = 200


@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_no_name_number_or_address_stands_anywhere(
    caplog: pytest.LogCaptureFixture, work: Callable[[], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    officer = seat("sita", office("JH-01", province="KO", district="JH"))
    invented = people(CASES)
    for number, person in enumerate(invented):
        visitor = Visitor(address=f"203.0.113.{number % ADDRESSES}")
        filed = visitor.post("/submit-grievance", person.complaint(number))
        assert filed.status_code == 200, filed.content
        if number % 10 == 0:
            name = filed.json()["grievance_id"]
            visitor.post("/otp/send", {"phone": person.phone})
            visitor.post("/otp/verify", {"phone": person.phone, "code": "000000"})
            officer.get(f"/api/grievance/{name}")
            moved = {"status_code": "RESOLVED", "notes": f"Told {person.full_name}."}
            assert officer.post(f"/api/grievance/{name}/status", moved).status_code == 200
            found = officer.get(f"/api/grievances?phone={person.phone}")
            assert found.status_code == 200
    work()
    seal_events()
    places = list(everything_stored())
    assert len(places) > CASES * 20
    assert {"jobs_task.params", "events_event.payload", "grievances_complainant.phone"} <= {
        where for where, _ in places
    }
    assert found_in(places, invented) == []
    assert found_in([("log", caplog.text)], invented) == []
    assert Job.objects.exists() and Task.objects.exists() and Message.objects.exists()
    _assert_the_search_itself_works(invented[0])
    # sealed is not lost: everybody is found by any spelling of their number
    for person in invented:
        spelled = f"0{person.phone[4:7]} {person.phone[7:]}".removeprefix("0")
        assert lookup.by_phone(spelled).get().full_name == person.full_name
    assert Grievance.objects.count() == Complainant.objects.count() == CASES


def _assert_the_search_itself_works(person: object) -> None:
    from bureau.desks.grievances.tests.leaks import Invented

    assert isinstance(person, Invented)
    for mark in (person.full_name, person.phone, person.phone[4:], person.email, person.address):
        assert found_in([("here", f"x{mark}y")], [person]), mark
        if not mark[0].isdigit():
            assert found_in([("here", mark.encode().hex())], [person]), mark
