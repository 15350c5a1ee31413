"""What the past costs: the board from the journal, and the memory of a console that has much of it.

The calls are the simulator's, with everything that Graph says about them. The rebuild is CPU time beside `json.loads`
of the same bodies, in turn in this process; the memory is that of a console that has read them all.
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
from statistics import median

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
_BATCH = 1000
"""So many entries are read at once, as by the console."""


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


def _rebuild(path: Path, notifications: int, rounds: int) -> Figure:
    collect_seldom()  # as the program does
    with closing(SqliteJournal.open(path)) as journal:
        spent = [_one_rebuild(journal, notifications) for _ in range(rounds)]
    ratio = median(rebuild / loads for rebuild, loads, _ in spent)
    rebuild, loads, body = (median(figures) for figures in zip(*spent, strict=True))
    beside = f"{rebuild:.2f} s CPU beside {loads:.2f} s of json.loads, {body:,.0f} B a body"
    return Figure(f"rebuild from {notifications:,} notifications", ratio, "x", 3, beside=beside)


def _one_rebuild(journal: SqliteJournal, notifications: int) -> tuple[float, float, float]:
    """CPU seconds of `callmon.monitor.now_in` for so many, and of `json.loads` for the same bodies; bytes a body.

    Batch by batch in turn, because a machine that others share is not as fast in one second as in the next.
    """
    gc.collect()
    snapshot, rebuild, loads, size, left = Snapshot(), 0.0, 0.0, 0, notifications
    while left > 0:
        began = time.thread_time()
        batch = journal.read(snapshot.position, min(left, _BATCH))
        if not batch:
            break
        snapshot = absorb(snapshot, batch).snapshot
        between = time.thread_time()
        for stored in batch:
            json.loads(stored.entry.body)
        rebuild, loads = rebuild + between - began, loads + time.thread_time() - between
        size, left = size + sum(len(stored.entry.body) for stored in batch), left - len(batch)
    return rebuild, loads, size / (notifications - left)
