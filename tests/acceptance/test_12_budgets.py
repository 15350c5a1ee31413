"""What the console sends to the terminal stays within bounds that no machine is too slow for.

The budgets themselves are measured by ``python -m tests.benchmarks``; this is the alarm that goes off in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from callmon.clocks import utc_now
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.benchmarks.console import console
from tests.benchmarks.numbered import caller, established_calls, fill, now_is
from tests.benchmarks.terminal import Terminal

CALLS = 50
CHANGES = 200
BYTES_PER_SECOND_AT_MOST = 4000
PAINTS_PER_SECOND_AT_MOST = 6


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """50 calls in their first minute, the oldest 20 seconds old."""
    path = tmp_path / "journal.db"
    fill(path, established_calls([timedelta(seconds=20 - number * 0.3) for number in range(CALLS)]))
    return path


def ticks_of(terminal: Terminal, first: int, count: int) -> Iterator[float]:
    """When the selected call, the youngest, has lasted so many seconds and one more each time."""
    for second in range(first, first + count):
        yield terminal.wait_for(f"0:{second:02}".encode())


def test_while_nothing_happens_only_what_ticks_is_painted(journal: Path) -> None:
    with console(journal) as terminal:
        terminal.wait_for(caller(CALLS - 1).encode())
        first, *_ = ticks_of(terminal, 14, 1)
        mark = terminal.painted
        *_, last = ticks_of(terminal, 16, 3)
        assert terminal.painted > mark
        assert terminal.painted - mark <= BYTES_PER_SECOND_AT_MOST * (last - first + 1)


def test_a_storm_of_news_is_painted_a_few_times_a_second(journal: Path) -> None:
    with console(journal, counts_frames=True) as terminal:
        began = terminal.wait_for(caller(CALLS - 1).encode())
        mark = terminal.painted
        with closing(SqliteJournal.open(journal)) as writer:
            for change in range(CHANGES):
                body = now_is(change % CALLS, "hold" if change // CALLS % 2 else "established")
                writer.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body))
        shown = terminal.wait_for(f"{CALLS * 3 + CHANGES:,} accepted".encode())
        took = shown - began
        assert 0 < terminal.frames_since(mark) <= PAINTS_PER_SECOND_AT_MOST * (took + 2)
