"""The supervisor, with small shell children: order, restart, patience, ending, being killed."""

import os
import signal
from contextlib import AbstractContextManager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without annotations
import pytest

from bureau.runtime.processes import ProcessIdentity, is_alive
from bureau.runtime.tests.helpers import Driver, all_gone, eventually, python_program
from bureau.runtime.watchdog import Watchdog

PROGRAM = """
import os, sys
from bureau.runtime.children import Child
from bureau.runtime.errors import OperatorError
from bureau.runtime.launcher import RestartPolicy
from bureau.runtime.output import Printer
from bureau.runtime.processes import Command
from bureau.runtime.supervisor import Supervisor
import signal

def shell(name, script, niceness=0, **more):
    command = Command(["/bin/sh", "-c", script], dict(os.environ), niceness=niceness)
    return Child(name, lambda: command, **more)

async def never(pid):
    return False

quick = ((signal.SIGTERM, 0.3),)
stages = {stages}
names = [child.name for stage in stages for child in stage]
supervisor = Supervisor(
    stages,
    Printer(sys.stdout, names),
    policy=RestartPolicy(first_delay=0.01, longest_delay=0.05),
    on_change=lambda processes, troubles: print("DOWN", dict(troubles), flush=True),
    on_ready=lambda: print("READY", flush=True),
)
try:
    supervisor.run()
except OperatorError as error:
    sys.exit(str(error))
print("STOPPED", flush=True)
"""
SLEEPER = 'shell("web", "echo up; exec sleep 60")'


def supervising(stages: str, folder: Path) -> AbstractContextManager[Driver]:
    return python_program(PROGRAM.replace("{stages}", stages), folder)


def test_background_work_stands_back_for_those_who_wait(tmp_path: Path) -> None:
    worker = 'shell("worker", "nice; cat /proc/$$/autogroup; exec sleep 60", niceness=10)'
    with supervising(f'[[{worker}, shell("web", "nice; exec sleep 60")]]', tmp_path) as driver:
        assert driver.says("READY"), driver.output
        # the tests themselves may stand back for others
        own = os.nice(0)
        told = {f"web    | {own}", f"worker | {min(own + 10, 19)}"}
        assert eventually(lambda: told <= set(driver.output.splitlines()))
        # Linux without groups of sessions has no such file
        groups = [line for line in driver.output.splitlines() if "/autogroup-" in line]
        assert all(line.endswith("nice 10") for line in groups)


def test_stages_start_in_order_and_lines_carry_names(tmp_path: Path) -> None:
    stages = f'[[shell("setup", "sleep 0.2; echo done >&2", once=True)], [{SLEEPER}]]'
    with supervising(stages, tmp_path) as driver:
        assert driver.says("READY"), driver.output
        assert eventually(lambda: "web   | up" in driver.output)
        lines = driver.output.splitlines()
        assert lines.index("setup | done") < lines.index("web   | up")


def test_a_failed_setup_stops_everything_with_a_sentence(tmp_path: Path) -> None:
    stages = f'[[shell("setup", "echo no; exit 3", once=True)], [{SLEEPER}]]'
    with supervising(stages, tmp_path) as driver:
        assert driver.wait() == 1
        assert "setup | no" in driver.output
        assert "'setup' ended with code 3, so Bureau cannot start" in driver.output
        assert "READY" not in driver.output


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    with supervising(f"[[{SLEEPER}]]", tmp_path) as driver:
        assert driver.says("up")
        first = driver.child("sleep")
        first.kill()
        assert driver.says("was ended by SIGKILL; starting it again")
        assert eventually(lambda: driver.output.count("| up") == 2)
        assert driver.child("sleep").pid != first.pid


@pytest.mark.security("a child that ends again and again, such as a database on a full disk")
def test_a_child_that_ends_again_and_again_is_started_for_ever_and_the_others_stay(
    tmp_path: Path,
) -> None:
    cured = tmp_path / "cured"
    script = f"echo try; test -e {cured} && exec sleep 60; exit 4"
    stages = f"[[{SLEEPER}, shell('worker', '{script}')]]"
    with supervising(stages, tmp_path) as driver:
        assert driver.says("up")
        assert eventually(lambda: [one for one in driver.family() if one.name() == "sleep"])
        (web,) = [one for one in driver.family() if one.name() == "sleep"]
        assert eventually(lambda: driver.output.count("worker | try") > 8)
        assert "DOWN {'worker': 'ended with code 4 (6 times in a row)'}" in driver.output
        cured.touch()
        # the other one sleeps too now
        assert eventually(lambda: [one.name() for one in driver.family()].count("sleep") == 2)
        assert eventually(lambda: "DOWN {}" in driver.output.rpartition("starting it again")[2])
        assert is_alive(web)
        assert driver.process.poll() is None


def test_what_cannot_be_prepared_again_is_tried_again(tmp_path: Path) -> None:
    program = PROGRAM.replace(
        "quick =",
        """
tries = []
def prepare():
    tries.append(1)
    if 1 < len(tries) < 4:
        raise OSError(28, "No space left on device")
quick =""",
    ).replace(
        "{stages}", "[[shell('web', 'echo up; test -e gone || exec sleep 60', prepare=prepare)]]"
    )
    with python_program(program, tmp_path) as driver:
        assert driver.says("READY")
        driver.child("sleep").kill()
        assert driver.says("could not be started ([Errno 28] No space left on device)")
        assert eventually(lambda: driver.output.count("| up") == 2)


def test_a_child_that_is_slow_is_waited_for_with_a_line_now_and_then(tmp_path: Path) -> None:
    stages = '[[shell("web", "exec sleep 60", is_ready=never)]]'
    program = PROGRAM.replace("{stages}", stages).replace(
        "supervisor.run()", "launcher.PROGRESS_SECONDS = 0.1; supervisor.run()"
    )
    with python_program(f"from bureau.runtime import launcher\n{program}", tmp_path) as driver:
        assert eventually(lambda: driver.output.count("not ready yet after") >= 3)
        assert "READY" not in driver.output


def test_a_server_that_cannot_start_is_not_tried_again(tmp_path: Path) -> None:
    failing = 'failure=lambda code: OperatorError(f"no luck: {code}"), is_ready=never'
    with supervising(f'[[shell("server", "exit 5", {failing})]]', tmp_path) as driver:
        assert driver.wait() == 1
        assert driver.output.splitlines()[-1] == "no luck: 5"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_reverse_order(tmp_path: Path, signum: int) -> None:
    script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    stages = f'[[shell("one", "{script}")], [shell("two", "{script}")]]'
    with supervising(stages, tmp_path) as driver:
        assert eventually(lambda: driver.output.count("up") == 2)
        family = driver.family()
        driver.process.send_signal(signum)
        assert driver.wait() == 0
        assert driver.output.index("two | bye") < driver.output.index("one | bye")
        assert "STOPPED" in driver.output
        assert all_gone(family)


STUBBORN = "trap '' TERM INT; echo up; while :; do sleep 0.05; done"


def test_a_child_that_does_not_listen_is_killed_after_its_time(tmp_path: Path) -> None:
    stages = f'[[shell("web", "{STUBBORN}", stop_ladder=quick)]]'
    with supervising(stages, tmp_path) as driver:
        assert driver.says("up")
        family = driver.family()
        driver.process.send_signal(signal.SIGINT)
        assert driver.wait() == 0
        assert all_gone(family)


def test_a_second_signal_ends_everything_at_once(tmp_path: Path) -> None:
    patient = "stop_ladder=((signal.SIGTERM, 60.0),)"
    with supervising(f'[[shell("web", "{STUBBORN}", {patient})]]', tmp_path) as driver:
        assert driver.says("up")
        family = driver.family()
        driver.process.send_signal(signal.SIGINT)
        assert driver.says("Ctrl-C again")
        assert any(is_alive(process) for process in family)
        driver.process.send_signal(signal.SIGINT)
        assert driver.wait() == 0
        assert all_gone(family)


def test_what_a_killed_child_had_started_does_not_stay(tmp_path: Path) -> None:
    stages = '[[shell("worker", "sleep 61 & echo up; wait")]]'
    with supervising(stages, tmp_path) as driver:
        assert driver.says("up")
        pool = [process for process in driver.family() if "61" in process.cmdline()]
        driver.child("wait").kill()
        assert all_gone(pool)
        assert eventually(lambda: driver.output.count("| up") == 2)


def test_nothing_stays_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    stages = (
        f'[[{SLEEPER}, shell("deaf", "{STUBBORN}"), shell("pool", "sleep 62 & echo up; wait")]]'
    )
    with supervising(stages, tmp_path) as driver:
        assert eventually(lambda: driver.output.count("| up") == 3)
        family = driver.family()
        assert len(family) >= 5
        driver.process.kill()
        assert all_gone(family)


def test_a_killed_guard_is_replaced() -> None:
    watchdog = Watchdog()
    watchdog.watch([])
    (first,) = _shells()
    first.kill()
    assert eventually(lambda: not is_alive(first))
    watchdog.watch([])
    (second,) = [process for process in _shells() if is_alive(process)]
    assert second.pid != first.pid
    watchdog.dismiss()
    assert eventually(lambda: not is_alive(second))


def _shells() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [process for process in children if "trap" in " ".join(process.cmdline())]


def test_a_reused_process_id_is_not_the_old_process() -> None:
    me = ProcessIdentity.of(psutil.Process().pid)
    assert me is not None
    assert me.find() is not None
    assert ProcessIdentity(me.pid, "another boot 1").find() is None
    assert ProcessIdentity.of(999_999_999) is None
