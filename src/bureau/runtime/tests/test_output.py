"""What the supervisor prints: whole lines, a column of names, colour on terminals only."""

import io
import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from tests.waiting import PATIENCE

from bureau.runtime.output import LONGEST_LINE, LineSplitter, Printer


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_lines_are_the_same_however_the_bytes_arrive(chunks: list[bytes]) -> None:
    whole, pieces = LineSplitter(), LineSplitter()
    stream = b"".join(chunks)
    expected = whole.feed(stream) + whole.finish()
    found = [line for chunk in chunks for line in pieces.feed(chunk)] + pieces.finish()
    assert found == expected


def test_a_line_without_end_is_cut() -> None:
    splitter = LineSplitter()
    assert [len(line) for line in splitter.feed(b"x" * (2 * LONGEST_LINE + 5))] == [
        LONGEST_LINE,
        LONGEST_LINE,
    ]
    assert splitter.finish() == ["xxxxx"]


def test_names_stand_in_a_column_without_colour_in_a_file() -> None:
    stream = io.StringIO()
    printer = Printer(stream, ["web", "worker"], {})
    printer.line("web", "one")
    printer.line("web", " ")
    printer.line("worker", "two")
    assert stream.getvalue() == "web    | one\nworker | two\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colour_unless_it_is_not_wanted() -> None:
    coloured, plain = Terminal(), Terminal()
    Printer(coloured, ["web"], {}).line("web", "one")
    Printer(plain, ["web"], {"NO_COLOR": "1"}).line("web", "one")
    assert coloured.getvalue() == "\033[36mweb |\033[0m one\n"
    assert plain.getvalue() == "web | one\n"


def test_a_reader_that_goes_away_is_no_reason_to_stop() -> None:
    source = (
        "import sys; from bureau.runtime.output import Printer\n"
        "printer = Printer(sys.stdout, [])\n"
        "sys.stdin.read()\n"
        "printer.plain('one'); printer.plain('two'); sys.exit(7)"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", source],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert program.stdout is not None
    program.stdout.close()
    program.communicate(timeout=PATIENCE)
    assert program.returncode == 7
