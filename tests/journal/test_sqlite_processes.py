"""Several processes on one file, and processes that die."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from signal import SIGKILL
from threading import Timer

import pytest

from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Stored
from tests.journal.suite import PATIENCE_S, Follower, everything, numbers

APPENDER = Path(__file__).with_name("appender.py")
DEADLINE_S = 4 * PATIENCE_S
"""For a whole process, on a machine that does other things as well."""

Process = subprocess.Popen[str]
Starter = Callable[[int, int], Process]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "journal.db"


@pytest.fixture
def start(path: Path) -> Iterator[Starter]:
    """Starts a process that will write so many numbers under a name; it waits for `begin`."""
    with ExitStack() as stack:

        def start(name: int, count: int) -> Process:
            command = [sys.executable, "-W", "error", str(APPENDER), str(path), str(name), str(count)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(process)
            stack.callback(process.kill)
            watchdog = Timer(DEADLINE_S, process.kill)
            watchdog.start()
            stack.callback(watchdog.cancel)
            return process

        yield start


def begin(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def acknowledged(process: Process, count: int | None = None) -> list[int]:
    """The numbers that a process printed: so many, or all until it ends."""
    assert process.stdout is not None
    lines: list[int] = []
    while (count is None or len(lines) < count) and (line := process.stdout.readline()).endswith("\n"):
        lines.append(int(line))
    return lines


def of(name: int, stored: list[Stored]) -> list[int]:
    return numbers([item for item in stored if item.entry.origin == str(name)])


def test_processes_that_create_the_same_journal_at_once_share_it(path: Path, start: Starter) -> None:
    processes = [start(name, 2000) for name in range(4)]
    for process in processes:
        begin(process)
    for process in processes:
        assert acknowledged(process) == list(range(2000))
        assert process.wait(DEADLINE_S) == 0
    with closing(SqliteJournal.open(path)) as journal:
        stored = everything(journal)
    assert len(stored) == 8000
    for name in range(4):
        assert of(name, stored) == list(range(2000))


@pytest.mark.parametrize("count", [1, 300, 3000])
def test_a_killed_process_loses_nothing_that_it_acknowledged(path: Path, start: Starter, count: int) -> None:
    # The numbers of the victim do not fit into the pipe, so it cannot be done before it is killed.
    victim, bystander = start(0, 100_000), start(1, 2000)
    begin(victim)
    begin(bystander)
    printed = acknowledged(victim, count)
    victim.kill()
    printed += acknowledged(victim)
    assert victim.wait(DEADLINE_S) == -SIGKILL
    assert acknowledged(bystander) == list(range(2000))
    with closing(SqliteJournal.open(path)) as journal:
        stored = everything(journal)
    kept = of(0, stored)
    assert printed == list(range(len(printed)))
    assert kept == list(range(len(kept)))
    assert count <= len(printed) <= len(kept) < 100_000
    assert of(1, stored) == list(range(2000))


def test_five_followers_see_all_that_two_processes_write(path: Path, start: Starter) -> None:
    processes = [start(name, 2000) for name in range(2)]
    with ExitStack() as stack:
        journals = [stack.enter_context(closing(SqliteJournal.open(path))) for _ in range(5)]
        followers = [Follower(journal) for journal in journals]
        for follower in followers:
            assert list(follower.batch()) == []
        for process in processes:
            begin(process)
        for follower in followers:
            stored = follower.until(4000)
            assert of(0, stored) == of(1, stored) == list(range(2000))
            assert list(follower.batch()) == []
            assert follower.finish()
