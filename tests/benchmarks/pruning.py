"""What writers notice while old entries are removed: how long an entry takes to be durable, alone and beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from callmon.retention import Limits, prune
from tests.benchmarks import numbered
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.processes import scratch

_RATE = 200


def measure(*, quick: bool = False) -> list[Figure]:
    """A journal of which all is too old."""
    return beside(calls=2_000 if quick else 20_000)


def beside(calls: int) -> list[Figure]:
    """So many calls of three notifications each, all of them over."""
    long_ago = datetime.now(UTC) - timedelta(days=60)
    bodies = (numbered.incoming, lambda number: numbered.now_is(number, "established"), numbered.ended)
    entries = [
        Entry(EntryKind.NOTIFICATION, long_ago, "benchmark", body(number)) for number in range(calls) for body in bodies
    ]
    with scratch() as home, closing(SqliteJournal.open(home / "j.db")) as journal:
        for first in range(0, len(entries), 1000):
            journal.submit(entries[first : first + 1000]).result()
        full = journal.size()
        done = Event()
        done.set()
        alone = _appends(journal, done, at_least=200)
        done.clear()
        removed: list[int] = []

        def work() -> None:
            try:
                removed.append(prune(journal, Limits(timedelta(days=30), None), lambda: datetime.now(UTC), Event()))
            finally:
                done.set()

        thread = Thread(target=work)
        began = time.monotonic()
        thread.start()
        during = _appends(journal, done, at_least=10)
        thread.join()
        took = time.monotonic() - began
        shrunk = journal.size()
    return [
        Figure(
            "append beside pruning: p50", percentile(during, 50), "ms", beside=f"{percentile(alone, 50):.1f} ms alone"
        ),
        Figure(
            "append beside pruning: p99", percentile(during, 99), "ms", beside=f"{percentile(alone, 99):.1f} ms alone"
        ),
        Figure(
            "entries removed",
            removed[0] / took,
            "/s",
            beside=f"{removed[0]:,} in {took:.1f} s; {full / 2**20:.0f} MiB became {shrunk / 2**20:.1f}",
        ),
    ]


def _appends(journal: SqliteJournal, done: Event, at_least: int) -> Sequence[float]:
    """Milliseconds of appends at a steady rate, so many at least and until `done`."""
    waits: list[float] = []
    while len(waits) < at_least or not done.is_set():
        began = time.perf_counter()
        journal.append(Entry(EntryKind.NOTIFICATION, datetime.now(UTC), "benchmark", numbered.incoming(0)))
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(max(0.0, 1 / _RATE - (time.perf_counter() - began)))
    return waits
