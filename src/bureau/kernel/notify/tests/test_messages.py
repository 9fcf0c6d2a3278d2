"""From a verb's transaction to the carrier."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bureau.kernel.errors import InvalidInput
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Task
from bureau.kernel.jobs.runner import run_task
from bureau.kernel.notify.models import Message, State
from bureau.kernel.notify.retention import forget_settled
from bureau.kernel.notify.services import messages_about, note_delivery, send
from bureau.kernel.notify.shredder import erase_messages, export_messages
from bureau.kernel.notify.tests import doubles
from bureau.kernel.notify.tests.conftest import Set
from bureau.kernel.notify.tests.doubles import serving
from bureau.kernel.notify.tests.mail_server import Post
from bureau.kernel.vault.shredders import Person

pytestmark = pytest.mark.django_db
VALUES = {"name": "Sita Rai", "code": "K-42"}
MAIL, PHONE = "sita@example.org", "9841-234567"


def mail_to(recipient: str = MAIL, language: str = "en", **facts: object) -> Message:
    return send("email", recipient, "receipt", language, VALUES, subject="grievance:7", **facts)  # type: ignore[arg-type]


def run(message: Message) -> Message:
    assert message.task
    run_task(message.task.pk)
    return Message.objects.select_related("task").get(pk=message.pk)


def try_again(message: Message) -> Message:
    Task.objects.update(not_before=timezone.now())
    return run(message)


def stored() -> str:
    """Everything the database keeps of it, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM notify_message m")
        rows = [row[0] for row in cursor.fetchall()]
        for table in ("jobs_job", "jobs_task", "events_event"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_a_mail_lands_in_a_real_server(post: Post) -> None:
    message = run(mail_to(language="ne"))
    [mail] = post.mails
    assert mail["Subject"] == "गुनासो K-42"
    assert mail["To"] == MAIL
    assert mail["From"] == "Complaints Office <office@example.org>"
    assert mail["Message-ID"] == f"<{message.pk}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Sita Rai ज्यू" in mail.get_content()
    assert (message.state, message.carrier, message.attempts) == ("sent", "smtp", 1)
    assert message.task
    assert message.task.status == "SUCCESS"


def test_nothing_personal_is_readable_in_the_database(post: Post) -> None:
    message = mail_to()
    waiting = stored()
    run(message)
    for secret in ("sita", "Sita", "Rai", "K-42", "example.org"):
        assert secret not in waiting
        assert secret not in stored().replace("<office@example.org>", "").replace(
            f"<{message.pk}@example.org>", ""
        )
    assert Message.objects.get().content == ""


def test_it_is_written_with_the_callers_deed_or_not_at_all(post: Post) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        mail_to()
        raise RuntimeError
    assert not Message.objects.exists()
    assert not Task.objects.exists()


def test_a_language_that_is_missing_falls_back_to_english(environment: Set) -> None:
    assert send("email", MAIL, "english_only", "ne", {}).language == "en"
    assert mail_to(language="ne-NP").language == "ne"


def test_an_sms_takes_the_short_text_and_any_spelling_of_the_number(
    environment: Set, tmp_path: Path
) -> None:
    message = run(send("sms", PHONE, "receipt", "en", VALUES))
    written = json.loads((tmp_path / "outbox" / "sms" / f"{message.pk}.json").read_text("utf-8"))
    assert (written["recipient"], written["text"]) == ("+9779841234567", "We have it: K-42.\n")
    assert (tmp_path / "outbox" / "sms" / f"{message.pk}.json").stat().st_mode & 0o077 == 0
    assert message.state == "sent"


def test_a_busy_server_is_tried_again_and_the_last_failure_is_final(post: Post) -> None:
    message = run(mail_to("busy@example.org"))
    assert message.task
    assert (message.state, message.error_code, message.attempts) == ("queued", "smtp_450", 1)
    assert message.task.not_before
    assert message.task.not_before > timezone.now()
    for _ in range(5):
        message = try_again(message)
    assert message.task
    assert (message.state, message.attempts, message.task.status) == ("failed", 6, "FAILED")
    assert message.content == ""


def test_an_unknown_address_is_final_at_once(post: Post) -> None:
    message = run(mail_to("gone@example.org"))
    assert message.task
    assert (message.state, message.error_code) == ("failed", "smtp_550")
    assert message.task.status == "FAILED"
    assert "gone@" not in stored()


def test_a_wait_that_a_carrier_asks_for_is_kept_in_the_row(environment: Set) -> None:
    with serving(doubles.gateway) as server:
        environment(notify_sms="gateway", sms_gateway_url=server.url)
        server.forced.append(doubles.as_json(429, {}, **{"Retry-After": "900"}))
        message = run(send("sms", PHONE, "receipt", "en", VALUES))
    assert message.task
    assert message.task.not_before
    assert 880 < (message.task.not_before - timezone.now()).total_seconds() <= 900


def test_a_test_site_writes_to_its_own_people_only(environment: Set) -> None:
    environment(notify_only_to=["@office.example", "984-1234567"])
    withheld = mail_to()
    assert (withheld.state, withheld.error_code, withheld.task) == (
        "withheld",
        "not_on_whitelist",
        None,
    )
    assert mail_to("tester@OFFICE.example").state == State.QUEUED
    assert send("sms", "+977 9841234567", "receipt", "en", VALUES).state == State.QUEUED
    assert send("sms", "9800000001", "receipt", "en", VALUES).state == State.WITHHELD


def test_the_whitelist_is_asked_again_when_it_goes_out(environment: Set, tmp_path: Path) -> None:
    message = mail_to()
    environment(notify_only_to=["@office.example"])
    assert run(message).state == State.WITHHELD
    assert not (tmp_path / "outbox").exists()


def test_a_channel_that_is_off_withholds(environment: Set) -> None:
    environment(notify_email="off")
    assert mail_to().error_code == "channel_off"


def test_sensitive_messages_stay_in_the_house_unless_allowed(environment: Set) -> None:
    environment(notify_sms="gateway", sms_gateway_url="http://127.0.0.1:1")

    def state(*, sensitive: bool) -> str:
        found = send("sms", PHONE, "receipt", "en", VALUES, sensitive=sensitive)
        return found.error_code or found.state

    assert state(sensitive=True) == "residency"
    assert state(sensitive=False) == "queued"
    environment(sms_gateway_in_house=True)
    assert state(sensitive=True) == "queued"
    environment(sms_gateway_in_house=False, notify_sensitive_outside=True)
    assert state(sensitive=True) == "queued"


@pytest.mark.parametrize(
    ("channel", "recipient", "values"),
    [
        ("email", "sita@example.org\nBcc: all@example.org", VALUES),
        ("email", "sita@example.org, all@example.org", VALUES),
        ("email", "not an address", VALUES),
        ("email", MAIL, {**VALUES, "code": "K\r\nBcc: all@example.org"}),
        ("email", MAIL, {"name": "Sita"}),
        ("sms", "12", VALUES),
        ("sms", MAIL, VALUES),
        ("pigeon", MAIL, VALUES),
    ],
)
def test_what_would_break_a_header_or_reach_nobody_is_refused(
    environment: Set, channel: str, recipient: str, values: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        send(channel, recipient, "receipt", "en", values)
    assert not Message.objects.exists()


@pytest.mark.parametrize("template", ["absent", "../receipt", "receipt.en"])
def test_a_template_is_a_name_and_not_a_path(environment: Set, template: str) -> None:
    with pytest.raises(InvalidInput):
        send("email", MAIL, template, "en", VALUES)


def test_every_step_is_an_event_without_the_recipient(environment: Set) -> None:
    message = run(mail_to())
    assert note_delivery("file", message.provider_id, delivered=True)
    events = Event.objects.filter(stream=f"message:{message.pk}").order_by("id")
    assert [event.type for event in events] == ["notify.queued", "notify.sent", "notify.delivered"]
    assert {event.subject for event in events} == {"grievance:7"}
    assert list(messages_about("grievance:7")) == [message]


def test_a_report_settles_a_message_once(environment: Set) -> None:
    message = run(mail_to())
    assert note_delivery("file", message.provider_id, delivered=False, code="30005")
    assert not note_delivery("file", message.provider_id, delivered=True)
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("failed", "30005")


def test_a_doubled_task_sends_once(post: Post) -> None:
    message = run(mail_to())
    Task.objects.update(status="PENDING", lease=None)
    run(message)
    assert len(post.mails) == 1


def test_a_person_can_see_and_forget_what_was_sent(environment: Set) -> None:
    sent, waiting, other = run(mail_to()), mail_to(), mail_to("other@example.org")
    sms = send("sms", PHONE, "receipt", "en", VALUES)
    person = Person(phone="+977 984-1234567", email="SITA@example.org")
    assert len(export_messages(person)) == 3
    assert erase_messages(person) == 3
    assert export_messages(person) == []
    found = {one.pk: one for one in Message.objects.all()}
    assert [found[one.pk].recipient for one in (sent, waiting, sms)] == [""] * 3
    assert found[waiting.pk].state == State.WITHHELD
    assert run(waiting).state == State.WITHHELD
    assert found[other.pk].recipient == "other@example.org"


def test_recipients_are_forgotten_after_their_time(environment: Set) -> None:
    old, waiting, fresh = run(mail_to()), mail_to(), run(mail_to())
    long_ago = timezone.now() - timedelta(days=91)
    Message.objects.exclude(pk=fresh.pk).update(created_at=long_ago)
    assert forget_settled() == 1
    assert forget_settled() == 0
    found = {one.pk: one.recipient for one in Message.objects.all()}
    assert found == {old.pk: "", waiting.pk: MAIL, fresh.pk: MAIL}
    environment(notify_keep_days=365)
    assert run(waiting).state == State.SENT
