"""How long after its POST was answered a new call is on the screen, with nothing else and with traffic beside.

The calls are POSTed one after the other, at random distances, so that they meet every moment between two paints. The
cursor is sent home before each, because it stays on its call and would be pushed down, and the newest out of sight. The
time runs from the read of the answer to the read that completes the new caller's name; it is below zero if the name
was there first.
"""

from __future__ import annotations

import http.client
import random
import time
from contextlib import ExitStack
from datetime import timedelta

from tests.benchmarks.busy import Load, sending
from tests.benchmarks.console import console, free_port, started
from tests.benchmarks.figures import BenchmarkError, Figure, percentile
from tests.benchmarks.numbered import caller, established_calls, fill, incoming
from tests.benchmarks.processes import scratch
from tests.benchmarks.terminal import Terminal

CALLS = 50
_FIRST_NUMBER = 500_000
_HOME = b"g"
_BETWEEN_S = (0.05, 0.35)
_ACCEPTED = 202
_BUDGET_MS = 250
_RATE = 50


def measure(*, quick: bool = False) -> list[Figure]:
    """With nothing beside, and with 50 notifications a second."""
    count = 15 if quick else 50
    return [*delays(count, rate=0), *delays(count, rate=_RATE)]


def delays(count: int, *, rate: int) -> list[Figure]:
    """So many new calls, with so many other notifications a second."""
    port = free_port()
    with scratch() as home, ExitStack() as stack:
        fill(home / "j.db", established_calls([timedelta(minutes=5)] * CALLS))
        terminal = stack.enter_context(started(console(home / "j.db", port=port), caller(CALLS - 1).encode()))
        if rate:
            load = Load(rate, CALLS, "updates", count * (_BETWEEN_S[1] + 0.4))
            stack.enter_context(sending(terminal, port, load))
        waits = post_all(terminal, port, count)
    name = f"POST answered → row, {rate or 'no'} other notifications/s"
    return [
        Figure(f"{name}: p50", percentile(waits, 50), "ms", beside=f"{count} calls"),
        Figure(f"{name}: p99", percentile(waits, 99), "ms", _BUDGET_MS, beside=f"slowest {max(waits):.0f} ms"),
    ]


def post_all(terminal: Terminal, port: int, count: int) -> list[float]:
    rng = random.Random(3)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    waits = []
    for number in range(_FIRST_NUMBER, _FIRST_NUMBER + count):
        terminal.press(_HOME)
        time.sleep(rng.uniform(*_BETWEEN_S))
        mark = terminal.painted
        connection.request("POST", "/api/calls", incoming(number), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        answered_at = time.perf_counter()
        if answer.status != _ACCEPTED:
            raise BenchmarkError(f"a notification was answered with {answer.status}")
        waits.append((terminal.wait_for(caller(number).encode(), mark=mark, patience_s=5) - answered_at) * 1000)
    connection.close()
    return waits
