"""How long a key in the filter takes on a console with many calls: until it is painted, and until its calls are.

The calls come from a journal, as many ended ones as callmon keeps. The letters come at the pace of somebody who types;
the first ones match every call, and the last ones a hundred.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from callmon.ports import Entry, EntryKind
from tests.benchmarks.console import console, started
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.numbered import ended, fill, incoming
from tests.benchmarks.processes import scratch
from tests.benchmarks.terminal import Terminal

_TYPED = "caller 0001"
_BETWEEN_KEYS_S = (0.05, 0.2)
_FRAME_S = 0.4


def keys(calls: int, rounds: int) -> list[Figure]:
    """The text typed so many times, with so many ended calls."""
    rng, echoes, views = random.Random(7), list[float](), list[float]()
    with scratch() as home:
        fill(home / "j.db", _ended_calls(calls))
        with started(console(home / "j.db"), f"{calls:,} ended".encode()) as terminal:
            for _ in range(rounds):
                terminal.press(b"/")
                time.sleep(_FRAME_S)
                for number in range(1, len(_TYPED) + 1):
                    time.sleep(rng.uniform(*_BETWEEN_KEYS_S))
                    echo, view = _key(terminal, _TYPED[:number])
                    echoes.append(echo * 1000)
                    views.append(view * 1000)
                terminal.press(b"\x1b")
                time.sleep(_FRAME_S)
    name = f"key in the filter, {calls:,} ended calls"
    beside = f"{len(echoes)} keys, slowest {max(echoes):.0f} ms"
    return [
        Figure(f"{name}: p95", percentile(echoes, 95), "ms", 50, beside=beside),
        Figure(f"{name}: its calls, p50", percentile(views, 50), "ms"),
        Figure(f"{name}: its calls, p95", percentile(views, 95), "ms"),
    ]


def _key(terminal: Terminal, typed: str) -> tuple[float, float]:
    """Press the last key of what is typed; after how many seconds it is painted, and the number of calls it leaves."""
    mark, pressed_at = terminal.painted, time.perf_counter()
    counted = re.compile(f"“{typed}”: [\\d,]+ shown".encode())

    def look(data: bytearray) -> int | None:
        found = counted.search(data, mark)
        return None if found is None else found.end()

    terminal.press(typed[-1].encode())
    echo = terminal.wait_for(typed.encode(), mark=mark)
    return echo - pressed_at, terminal.wait_until(look, f"the calls with {typed}") - pressed_at


def _ended_calls(count: int) -> Iterator[Entry]:
    at = datetime.now(UTC) - timedelta(hours=2)
    for number in range(count):
        for body in (incoming(number), ended(number)):
            at += timedelta(milliseconds=50)
            yield Entry(EntryKind.NOTIFICATION, at, "benchmark", body)
