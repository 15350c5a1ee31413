"""What the past costs: the board from the journal, and the memory of a console that has much of it.

The calls are the simulator's, with everything that Graph says about them. The rebuild is CPU time beside `json.loads`
of the same bodies, batch by batch in turn in this process; the memory is that of a console that has read them all.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from callmon.__main__ import collect_seldom
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import absorb
from callmon.ports import Entry, EntryKind
from callmon.simulator.repertoire import calls
from callmon.snapshot import Snapshot
from tests.benchmarks.console import console, started
from tests.benchmarks.figures import Figure
from tests.benchmarks.numbered import fill
from tests.benchmarks.processes import rss_mib, scratch

_AT_ONCE = 100
_APART = timedelta(milliseconds=20)


def measure(*, quick: bool = False) -> list[Figure]:
    """100,000 notifications, and 1,000 active and 20,000 ended calls; a tenth of it if it must be quick."""
    part = 10 if quick else 1
    return past(active=1000 // part, ended=20_000 // part, notifications=100_000 // part, rounds=3)


def past(*, active: int, ended: int, notifications: int, rounds: int) -> list[Figure]:
    """Rebuild from so many notifications, then look at the memory with so many calls."""
    with scratch() as home:
        journal = home / "j.db"
        fill(journal, recording(active, ended))
        figure = _rebuild(journal, notifications, rounds)
        with started(console(journal), f"{ended:,} ended".encode()) as terminal:
            memory = rss_mib(terminal.pid)
    name = f"memory, {active:,} active and {ended:,} ended calls"
    return [figure, Figure(name, memory, "MiB", 120)]


def recording(active: int, ended: int) -> Iterator[Entry]:
    """Everything about so many calls, a hundred of them at a time; of the last ones the end is still to come."""
    at = datetime.now(UTC) - timedelta(hours=3)
    scripts = islice(calls(1), active + ended)
    told = 0
    while group := list(islice(scripts, _AT_ONCE)):
        bodies = []
        for script in group:
            steps = script.steps if told < ended else script.steps[:-1]
            bodies.append([step.body for step in steps])
            told += 1
        for body in _in_turn(bodies):
            at += _APART
            yield Entry(EntryKind.NOTIFICATION, at, "benchmark", body)


def _in_turn(lists: Sequence[list[bytes]]) -> Iterator[bytes]:
    for place in range(max(map(len, lists))):
        yield from (bodies[place] for bodies in lists if place < len(bodies))


class _Pass(NamedTuple):
    """What one rebuild took, in seconds of CPU, and what `json.loads` took for the same bodies."""

    rebuild: float
    loads: float
    notifications: int
    size: int
    """Bytes of all bodies."""

    @property
    def times(self) -> float:
        """The rebuild as a multiple of `json.loads`."""
        return self.rebuild / self.loads


def _rebuild(path: Path, notifications: int, rounds: int) -> Figure:
    collect_seldom()  # as the program does
    with closing(SqliteJournal.open(path)) as journal:
        passes = sorted([_pass(journal, notifications) for _ in range(rounds)], key=lambda each: each.times)
    usual = passes[rounds // 2]
    cpu = f"{usual.rebuild:.2f} s CPU beside {usual.loads:.2f} s of json.loads"
    beside = f"{cpu}, {usual.size / usual.notifications:,.0f} B a body"
    return Figure(f"rebuild from {usual.notifications:,} notifications", usual.times, "x", 3, beside=beside)


def _pass(journal: SqliteJournal, notifications: int) -> _Pass:
    """As `callmon.monitor.now_in`, but only so many.

    The two take turns batch by batch: between whole passes, the speed of a machine changes by half.
    """
    gc.collect()
    snapshot, rebuild, loads, size, left = Snapshot(), 0.0, 0.0, 0, notifications
    began = time.thread_time()
    while left > 0 and (batch := journal.read(snapshot.position)[:left]):
        snapshot = absorb(snapshot, batch).snapshot
        rebuilt = time.thread_time()
        for stored in batch:
            json.loads(stored.entry.body)
        rebuild, loads = rebuild + rebuilt - began, loads + time.thread_time() - rebuilt
        size, left = size + sum(len(stored.entry.body) for stored in batch), left - len(batch)
        began = time.thread_time()
    return _Pass(rebuild, loads, notifications - left, size)
