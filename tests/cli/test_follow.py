"""Files and pipes that ``callmon listen`` follows."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import EntryKind
from tests.cli.program import COMMAND, Running, on_terminal, run_program, running
from tests.cli.recorded import call_id, entries, notification
from tests.fakes import DEADLINE_S

ONE = notification(call_id(1), "established")
TWO = notification(call_id(2), "established")
COMPACT = ONE.replace(b" ", b"")


def bodies(journal: Path) -> list[bytes]:
    return [entry.body for entry in entries(journal) if entry.kind is EntryKind.NOTIFICATION]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 3 * DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def wait_for(journal: Path, *expected: bytes) -> None:
    until(lambda: journal.exists() and bodies(journal) == list(expected))


def test_a_file_is_followed_beside_the_listener_and_under_the_name_of_its_bot(journal: Path, tmp_path: Path) -> None:
    log = tmp_path / "bot.jsonl"
    log.write_bytes(ONE + b"\n")
    with running("listen", "--listen", "127.0.0.1:0", "--follow", f"sales={log}") as program:
        assert "http://127.0.0.1:" in program.line(holding="Listening")
        assert "file sales" in program.line(holding="Following")
        wait_for(journal, ONE)
        with log.open("ab") as file:
            file.write(TWO + b"\n")
        wait_for(journal, ONE, TWO)
        outcome = program.end()
    assert outcome.code == ExitCode.DONE
    assert "2 notifications accepted, 0 requests or lines refused" in outcome.err
    assert {entry.bot for entry in entries(journal) if entry.kind is EntryKind.NOTIFICATION} == {"sales"}


@pytest.mark.parametrize("time_field", ["", "time"])
def test_what_the_times_of_lines_are_is_told_where_they_have_none(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time_field: str
) -> None:
    (tmp_path / "bot.jsonl").write_bytes(ONE + b"\n")
    monkeypatch.setenv("CALLMON_TIME_FIELD", time_field)
    with running("listen", "--listen", "127.0.0.1:0", "--follow", str(tmp_path / "bot.jsonl")) as program:
        wait_for(journal, ONE)
        outcome = program.end()
    assert ("count as received when they are read" in outcome.err) is not bool(time_field)


def test_a_second_collector_leaves_the_file_to_the_first(journal: Path, tmp_path: Path) -> None:
    log = tmp_path / "bot.jsonl"
    log.write_bytes(ONE + b"\n")
    arguments = ("listen", "--listen", "127.0.0.1:0", "--follow", str(log))
    with running(*arguments) as first:
        first.line(holding="Following")
        with running(*arguments) as second:
            assert "already follows this file" in second.line(holding="file bot.jsonl")
            wait_for(journal, ONE)
            first.end(signal.SIGKILL)
            with log.open("ab") as file:
                file.write(TWO + b"\n")
            wait_for(journal, ONE, TWO)
            second.end()


def test_a_file_that_is_not_there_yet_is_told_and_awaited(journal: Path, tmp_path: Path) -> None:
    log = tmp_path / "later" / "bot.jsonl"
    with running("listen", "--listen", "127.0.0.1:0", "--follow", str(log)) as program:
        program.line(holding="There is no file")
        log.parent.mkdir()
        log.write_bytes(ONE + b"\n")
        wait_for(journal, ONE)
        program.line(holding="taken again")


def test_a_pipe_is_followed_to_its_end_and_the_field_is_where_the_settings_say(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_FOLLOW_FIELD", "log.body")
    log_line = b'{"log":{"body":%b}}\n'
    command = [*COMMAND, "listen", "--listen", "127.0.0.1:0", "--follow", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        program = Running(process)
        assert process.stdin is not None
        try:
            process.stdin.write(b"started\n" + log_line % COMPACT)
            process.stdin.flush()
            wait_for(journal, COMPACT)
            process.stdin.write((log_line % COMPACT).rstrip())
            process.stdin.close()
            program.line(holding="has ended")
            wait_for(journal, COMPACT, COMPACT)
            process.terminate()
            assert "1 lines without a notification" in program.line(holding="Stopped")
        finally:
            process.kill()


def test_standard_input_that_is_a_terminal_is_no_pipe(journal: Path) -> None:
    with on_terminal("listen", "--listen", "127.0.0.1:0", "--follow", "-") as terminal:
        assert terminal.end() == ExitCode.USAGE
    assert b"Put a pipe in front" in terminal.shown.replace(b"\r\n", b" ")


def test_without_a_terminal_a_pipe_makes_no_console(journal: Path) -> None:
    result = run_program("--follow", "-", stdin=ONE)
    assert result.code == ExitCode.USAGE
    assert "listen --follow -" in result.err


def test_no_line_is_lost_or_doubled_however_often_the_follower_is_killed(journal: Path, tmp_path: Path) -> None:
    log, dice = tmp_path / "bot.jsonl", random.Random(5)
    writer = Writer(log)
    log.write_bytes(b"0\n")
    with following(journal, log):  # it goes on from here, so no rotation may come before
        until(lambda: count(journal) == 1)
    writer.written = taken = 1
    writer.start()
    for _ in range(8):
        with following(journal, log):
            until(lambda before=taken: count(journal) > before)  # type: ignore[misc]  # mypy gives lambdas no defaults
            threading.Event().wait(dice.uniform(0, 0.05))
        taken = count(journal)
    writer.finish()
    with following(journal, log):
        until(lambda: count(journal) >= writer.written)
    with closing(SqliteJournal.open(journal)) as opened:
        read = [stored.entry for stored in opened.read(limit=1_000_000)]
    kept = [entry.body for entry in read if entry.kind is EntryKind.NOTIFICATION]
    assert kept == [b"%d" % number for number in range(writer.written)]


def count(journal: Path) -> int:
    if not journal.exists():
        return 0
    with closing(SqliteJournal.open(journal)) as opened:
        return sum(stored.entry.kind is EntryKind.NOTIFICATION for stored in opened.read(limit=1_000_000))


@contextmanager
def following(journal: Path, log: Path) -> Iterator[None]:
    """A follower of its own, killed at the end."""
    with subprocess.Popen([sys.executable, "-m", "tests.cli.follower", str(journal), str(log)]) as process:
        try:
            yield
        finally:
            process.kill()


class Writer(threading.Thread):
    """Writes numbers, one a line, sometimes in two pieces; now and then the log is rotated by its other name."""

    def __init__(self, log: Path) -> None:
        super().__init__(daemon=True)
        self._log = log
        self._enough = threading.Event()
        self.written = 0

    def run(self) -> None:
        file = self._log.open("ab", buffering=0)
        while not self._enough.wait(0.002):
            number = b"%d" % self.written
            file.write(number[:1])
            file.write(number[1:] + b"\n")
            self.written += 1
            if self.written % 200 == 0:
                file.close()
                self._log.rename(self._log.with_name(f"bot.jsonl.{self.written}"))
                file = self._log.open("ab", buffering=0)
        file.close()

    def finish(self) -> None:
        self._enough.set()
        self.join()
