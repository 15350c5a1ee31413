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
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json

from callmon.cli import garbage
from callmon.core import wire
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
        figures = _rebuild(journal, notifications, rounds)
        with started(console(journal), f"{ended:,} ended".encode()) as terminal:
            memory = rss_mib(terminal.pid)
    name = f"memory, {active:,} active and {ended:,} ended calls"
    return [*figures, Figure(name, memory, "MiB", 120)]


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
    """What one rebuild took, and its parts by themselves, in seconds of CPU; and what `json.loads` took beside it."""

    read: float
    absorb: float
    loads: float
    json: float
    """To read the JSON of the same bodies as the rebuild does."""
    parse: float
    """To read what they report, with the JSON."""
    notifications: int
    size: int
    """Bytes of all bodies."""

    @property
    def times(self) -> float:
        """The rebuild as a multiple of `json.loads`."""
        return (self.read + self.absorb) / self.loads


def _rebuild(path: Path, notifications: int, rounds: int) -> list[Figure]:
    garbage.while_running()  # as the program does
    with closing(SqliteJournal.open(path)) as journal:
        passes = sorted([_pass(journal, notifications) for _ in range(rounds)], key=lambda each: each.times)
    usual = passes[rounds // 2]
    cpu = f"{usual.read + usual.absorb:.2f} s CPU beside {usual.loads:.2f} s of json.loads"
    beside = f"{cpu}, {usual.size / usual.notifications:,.0f} B a body"
    parts = {
        "the journal's rows": usual.read,
        "their JSON": usual.json,
        "what it reports": usual.parse - usual.json,
        "the calls": usual.absorb - usual.parse,
    }
    return [
        Figure(f"rebuild from {usual.notifications:,} notifications", usual.times, "x", 3, beside=beside),
        *(Figure(f"rebuild, of it {part}", seconds / usual.loads, "x") for part, seconds in parts.items()),
    ]


def _pass(journal: SqliteJournal, notifications: int) -> _Pass:
    """As `callmon.monitor.now_in`, but only so many.

    All take turns batch by batch: between whole passes, the speed of a machine changes by half.
    """
    gc.collect()
    snapshot, left, size = Snapshot(), notifications, 0
    spent = [0.0] * 5
    began = time.thread_time()
    while left > 0 and (batch := journal.read(snapshot.position)[:left]):
        bodies = [stored.entry.body for stored in batch]
        times = [began, time.thread_time()]
        snapshot = absorb(snapshot, batch).snapshot
        times.append(time.thread_time())
        for read in (json.loads, _as_wire, wire.parse):
            for body in bodies:
                read(body)
            times.append(time.thread_time())
        spent = [so_far + until - since for so_far, (since, until) in zip(spent, pairwise(times), strict=True)]
        size, left = size + sum(map(len, bodies)), left - len(batch)
        began = time.thread_time()
    rows, absorbed, loads, as_wire, parsed = spent
    return _Pass(rows, absorbed, loads, as_wire, parsed, notifications - left, size)


def _as_wire(body: bytes) -> object:
    """The JSON as `callmon.core.wire` reads it."""
    return from_json(body, cache_strings="all")
