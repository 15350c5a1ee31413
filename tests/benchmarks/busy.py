"""What a console does while notifications come in: paints and CPU, and how long a key waits.

The notifications go over HTTP to the console's own listener, from a process of its own, so the CPU is that of listener,
journal, reducer and screen together. Two mixes: ``updates`` change calls where they stand, with ``traffic`` calls also
come and go, so that rows move (see `tests.benchmarks.load`).
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from tests.benchmarks.console import console, free_port, spend, started
from tests.benchmarks.cursor import Cursor
from tests.benchmarks.figures import BenchmarkError, Figure, percentile
from tests.benchmarks.numbered import established_calls, fill
from tests.benchmarks.processes import cpu_s, program, scratch
from tests.benchmarks.terminal import Terminal

MIXES = ("updates", "traffic")
_HOME = b"g"
_FRAME_S = 0.4
LEAD_S = 1.5
"""So long the notifications come before anything is measured."""
_BETWEEN_KEYS_S = (0.05, 0.2)
_LONGEST_KEY_S = 0.6


@dataclass(frozen=True, slots=True)
class Load:
    """Notifications about calls that are there already."""

    rate: int
    """A second."""
    calls: int
    mix: str
    """See `tests.benchmarks.load`."""
    seconds: float
    """How long at least."""


def measure(*, quick: bool = False) -> list[Figure]:
    """Cost at 50 notifications a second, then keys at 200."""
    window, keys = (4.0, 20) if quick else (10.0, 60)
    costs = [figure for mix in MIXES for figure in cost(mix, window)]
    return [*costs, *(figure for mix in MIXES for figure in reaction(mix, keys))]


def cost(mix: str, window: float, *, calls: int = 50, rate: int = 50) -> list[Figure]:
    """Paints and CPU."""
    with busy_console(Load(rate, calls, mix, window)) as (terminal, _):
        spent = spend(terminal, window)
    name = f"{rate} notifications/s, {mix}"
    return [
        Figure(f"{name}: paints", spent.frames_per_s, "/s", 5, beside="4 of news, 1 of the clock"),
        Figure(f"{name}: CPU", spent.cpu_percent, "%", 25),
        Figure(f"{name}: to the terminal", spent.bytes_per_s, "B/s"),
    ]


def reaction(mix: str, keys: int, *, calls: int = 1000, rate: int = 200) -> list[Figure]:
    """How long keys wait that are pressed at random moments."""
    rng = random.Random(7)
    waits = []
    with busy_console(Load(rate, calls, mix, keys * _LONGEST_KEY_S)) as (terminal, cursor):
        cpu, began = cpu_s(terminal.pid), time.perf_counter()
        for number in range(keys):
            time.sleep(rng.uniform(*_BETWEEN_KEYS_S))
            waits.append(cursor.move(down=number % 4 < 2) * 1000)
        cpu_percent = (cpu_s(terminal.pid) - cpu) / (time.perf_counter() - began) * 100
    name = f"key at {rate} notifications/s, {calls:,} calls, {mix}"
    return [
        Figure(f"{name}: p50", percentile(waits, 50), "ms", 25, beside=f"{keys} keys, {cpu_percent:.0f} % CPU"),
        Figure(f"{name}: p95", percentile(waits, 95), "ms", 50, beside=f"slowest {max(waits):.0f} ms"),
    ]


@contextmanager
def busy_console(load: Load) -> Iterator[tuple[Terminal, Cursor]]:
    """A console with established calls that is sent notifications."""
    ages = [timedelta(seconds=1200 - number / load.calls * 600) for number in range(load.calls)]
    port = free_port()
    with scratch() as home:
        fill(home / "j.db", established_calls(ages))
        shows = f"{load.calls:,} active".encode()
        with started(console(home / "j.db", port=port, counts_frames=True), shows) as terminal:
            terminal.press(_HOME)
            time.sleep(_FRAME_S)
            cursor = Cursor(terminal)
            time.sleep(_FRAME_S)
            with sending(terminal, port, load):
                yield terminal, cursor


@contextmanager
def sending(terminal: Terminal, port: int, load: Load) -> Iterator[None]:
    """Notifications to this port, since a moment ago. Raises `BenchmarkError` if they ended too early."""
    arguments = ("pace", str(port), str(load.rate), str(load.seconds + 2 * LEAD_S), str(load.calls), load.mix)
    with program(sys.executable, "-m", "tests.benchmarks.load", *arguments, home=terminal.home) as sender:
        assert sender.stdout is not None
        if sender.stdout.readline() != "started\n":
            raise BenchmarkError(f"the sender failed: {sender.communicate()[1][-500:]}")
        time.sleep(LEAD_S)
        yield
        if sender.poll() is not None:
            result = json.loads(sender.stdout.readline() or "{}")
            raise BenchmarkError(f"the sender ended before the benchmark: {result}")
