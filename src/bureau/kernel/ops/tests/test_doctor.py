from __future__ import annotations

from bureau.kernel.ops.tests.house import House


def test_each_part_is_a_line_and_each_fault_has_a_way_out(house: House) -> None:
    done = house.manage("doctor", REDIS_URL="redis://127.0.0.1:1/0", CELERY_BROKER_URL="")
    assert done.returncode == 1
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line[0] != " "}
    assert lines.keys() == {"database", "redis", "broker", "beat", "disk", "versions"}
    assert lines["database"].split()[1] == "ok"
    assert lines["redis"].split()[1] == "wrong"
    assert "-> Check REDIS_URL" in done.stdout
    assert "-> Check CELERY_BROKER_URL" in done.stdout


def test_a_broker_without_workers_is_told_apart_from_a_dead_one(house: House) -> None:
    done = house.manage("doctor")
    assert done.returncode == 1
    assert "workers    wrong  0 answer" in done.stdout
    assert "-> Start a worker" in done.stdout
