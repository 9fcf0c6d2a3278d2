"""Prepared statements give what the ORM gives, and cost it nothing the second time."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.db.models.signals import post_save, pre_save
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.kernel.accounts.models import LoginSession, Role, User
from bureau.kernel.events.log import emit, emitted
from bureau.kernel.events.models import Event
from bureau.kernel.jobs.models import Job, Task
from bureau.kernel.jobs.status import TaskStatus
from bureau.kernel.prepared import (
    Given,
    Prepared,
    PreparedSql,
    PreparedUpdate,
    insert,
    insert_later,
    insert_unless_taken,
    pipelined,
    save_fields,
    send_together,
)

pytestmark = pytest.mark.django_db

NAMED = Prepared(lambda: User.objects.filter(username=Given("name")))


@pytest.fixture
def dora() -> User:
    return User.objects.create_user("dora", role=Role.DOCTOR, phone_number="+27821234567")


def fields_of(made: User | Task | Event | None) -> dict[str, object]:
    assert made is not None
    return {field.attname: getattr(made, field.attname) for field in made._meta.concrete_fields}


def test_objects_are_those_of_the_orm_sealed_fields_included(dora: User) -> None:
    found = NAMED.first(name="dora")
    assert fields_of(found) == fields_of(User.objects.get(pk=dora.pk))
    assert found
    assert (found.phone_number, found._state.adding) == ("+27821234567", False)
    assert NAMED.first(name="nobody") is None


def test_it_is_compiled_once(dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    NAMED.first(name="dora")
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *_: pytest.fail("compiled again"))
    assert NAMED.first(name="dora") == dora


def test_related_rows_come_along_and_missing_ones_are_none(dora: User) -> None:
    login = LoginSession.objects.create(user=dora, password_mark="x")
    standing = Prepared(
        lambda: LoginSession.objects.select_related("user", "user__totp_device").filter(
            pk=Given("id"), created_at__gt=Given("oldest")
        )
    )
    with CaptureQueriesContext(connection) as asked:
        found = standing.first(id=login.pk, oldest=timezone.now() - timedelta(hours=1))
        assert found
        assert found.user == dora
        assert not hasattr(found.user, "totp_device")
    assert len(asked) == 1
    assert standing.first(id=login.pk, oldest=timezone.now() + timedelta(hours=1)) is None
    assert standing.first(id=str(uuid.uuid4()), oldest=timezone.now()) is None


def test_order_annotations_and_left_out_columns_are_kept(dora: User) -> None:
    User.objects.create_user("abe", role=Role.DOCTOR)
    people = Prepared(
        lambda: (
            User.objects.filter(Q(role=Given("role")) | Q(username=Given("name")))
            .annotate(called=F("username"))
            .only("username")
            .order_by("-username")[:5]
        )
    )
    found = people.all(role="doctor", name="dora")
    assert [one.called for one in found] == ["dora", "abe"]  # type: ignore[attr-defined]
    assert found[0].get_deferred_fields() >= {"role", "phone_number"}
    assert found[0].role == Role.DOCTOR


def test_several_questions_go_together(dora: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        first, none, again = send_together(
            NAMED.asked(name="dora"), NAMED.asked(name="nobody"), NAMED.asked(name="dora")
        )
    assert (first, none, again) == ([dora], [], [dora])
    assert len(asked) == 1


def test_what_nobody_waits_for_goes_with_the_next_statement(dora: User) -> None:
    job, other = insert(Job(kind="test")), Job(kind="other")
    with CaptureQueriesContext(connection) as asked, transaction.atomic(), pipelined():
        job.kind = "told"
        save_fields(job, "kind")
        insert_later(other)
        emit("prepared:1", "TOLD")
        assert other.pk is None
        # a prepared statement takes them along, any other one lets them go first
        assert NAMED.first(name="dora") == dora
        assert other.pk is not None
        save_fields(other, "progress")
        assert set(Job.objects.values_list("kind", flat=True)) == {"told", "other"}
        save_fields(job, "progress")
    sent = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert [one.partition(" ")[0] for one in sent] == ["UPDATE", "UPDATE", "SELECT", "UPDATE"]
    assert all(part in sent[0] for part in ("INSERT INTO", "appended", "accounts_user"))
    assert Event.objects.get().stream == "prepared:1"


def test_a_gathered_failure_is_raised_where_it_is_sent() -> None:
    job = insert(Job(kind="test"))
    Job.objects.all().delete()
    with pytest.raises(DatabaseError, match="no Job"), transaction.atomic(), pipelined():
        save_fields(job, "kind")
        emit("prepared:1", "TOLD")
        assert list(Job.objects.all())
    assert not Event.objects.exists()


def test_nothing_is_sent_of_a_block_that_raises() -> None:
    with pytest.raises(ValueError, match="enough"), transaction.atomic(), pipelined():
        emit("prepared:1", "TOLD")
        raise ValueError("enough")
    assert not Event.objects.exists()


def test_a_block_within_a_block_comes_after_what_was_said_before_it() -> None:
    with transaction.atomic(), pipelined():
        emit("prepared:1", "FIRST")
        with pytest.raises(ValueError, match="enough"), transaction.atomic(), pipelined():
            emit("prepared:1", "LOST")
            raise ValueError("enough")
        with transaction.atomic(), pipelined():
            emit("prepared:1", "SECOND")
        emit("prepared:1", "THIRD")
    told = Event.objects.order_by("id").values_list("type", flat=True)
    assert list(told) == ["FIRST", "SECOND", "THIRD"]


def test_own_sql_gives_objects_and_what_it_adds_to_them() -> None:
    written = emitted("prepared:1", "TOLD", payload={"n": [1, None]}, progress=3)
    log = PreparedSql(
        Event, "SELECT 7 AS lucky, * FROM events_event WHERE stream = %(stream)s ORDER BY id"
    )
    (found,) = log.all(stream="prepared:1")
    assert fields_of(found) == fields_of(Event.objects.get(pk=written.pk))
    assert found.lucky == 7  # type: ignore[attr-defined]
    assert log.all(stream="prepared:2") == []


def test_an_update_writes_any_fields_where_its_condition_holds() -> None:
    task = Task.objects.create(job=Job.objects.create(kind="test"), kind="test", queue="cpu")
    pending = PreparedUpdate(lambda: Task.objects.filter(pk=Given("id"), status=TaskStatus.PENDING))
    assert pending.set({"progress": 5, "result": {"a": [1]}}, id=task.pk) == 1
    assert pending.set({"status": TaskStatus.SUCCESS, "result": None}, id=task.pk) == 1
    assert pending.set({"progress": 9, "result": {}}, id=task.pk) == 0
    task.refresh_from_db()
    assert (task.progress, task.status, task.result) == (5, "SUCCESS", None)


def test_fields_of_an_object_are_saved_as_by_save(dora: User) -> None:
    before = dora.phone_number
    dora.phone_number, dora.first_name = "+27820000000", "Not saved"
    save_fields(dora, "phone_number")
    stored = User.objects.get(pk=dora.pk)
    assert (stored.first_name, stored.phone_number) == ("", dora.phone_number)
    assert stored.phone_number != before
    job = Job.objects.create(kind="test")
    touched = job.updated_at
    save_fields(job, "updated_at")
    assert job.updated_at > touched


def test_a_row_that_is_gone_cannot_be_saved() -> None:
    job = Job.objects.create(kind="test")
    Job.objects.all().delete()
    with pytest.raises(DatabaseError, match="no Job"):
        save_fields(job, "kind")


def test_an_inserted_object_is_the_row() -> None:
    task = insert(Task(job=insert(Job(kind="test")), kind="test", queue="cpu", params={"a": 1}))
    assert (task.pk, task._state.adding) == (Task.objects.get().pk, False)
    assert fields_of(task) == fields_of(Task.objects.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Task(job_id=10**15, kind="test", queue="cpu"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_row_that_brings_its_key_keeps_it(dora: User) -> None:
    login = insert(LoginSession(user=dora, password_mark="x"))
    assert fields_of(LoginSession.objects.get(pk=login.pk)) == fields_of(login)  # type: ignore[arg-type]


def test_an_insert_says_when_a_unique_value_is_taken(dora: User) -> None:
    job = insert(Job(kind="test", owner=dora, idempotency_key="one"))
    again = Job(kind="test", owner=dora, idempotency_key="one")
    assert insert_unless_taken(again) is False
    assert (again.pk, list(Job.objects.all())) == (None, [job])
    assert insert_unless_taken(Job(kind="test", owner=dora, idempotency_key="two")) is True


def test_all_fields_are_saved_where_none_is_named() -> None:
    job = insert(Job(kind="test"))
    job.kind, job.progress = "other", 7
    save_fields(job)
    assert Job.objects.values_list("kind", "progress").get() == ("other", 7)


def test_who_listens_to_saves_hears_of_these_too(dora: User) -> None:
    heard: list[tuple[str, bool | None, object]] = []

    def before(instance: Job, update_fields: object, **_: object) -> None:
        heard.append(("before", None, update_fields))

    def after(instance: Job, created: bool, update_fields: object, **_: object) -> None:
        heard.append(("after", created, update_fields))

    pre_save.connect(before, sender=Job)
    post_save.connect(after, sender=Job)
    try:
        job = insert(Job(kind="test", owner=dora, idempotency_key="one"))
        insert_unless_taken(Job(kind="test", owner=dora, idempotency_key="one"))
        save_fields(job, "kind")
    finally:
        pre_save.disconnect(before, sender=Job)
        post_save.disconnect(after, sender=Job)
    assert heard == [
        ("before", None, None),
        ("after", True, None),
        ("before", None, None),
        ("before", None, frozenset({"kind"})),
        ("after", False, frozenset({"kind"})),
    ]
