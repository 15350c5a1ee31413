"""What a console costs while nothing happens: bytes to the terminal and CPU, with 50 live calls.

In their first minute every visible duration ticks in seconds; later they tick in minutes, each at its own second, and
only the selected call shows seconds. Both are measured over a window that begins when the first paint has settled.
"""

from __future__ import annotations

import time
from datetime import timedelta

from tests.benchmarks.console import console, spend, started
from tests.benchmarks.figures import Figure
from tests.benchmarks.numbered import caller, established_calls, fill
from tests.benchmarks.processes import scratch

CALLS = 50


def measure(*, quick: bool = False) -> list[Figure]:
    """Young calls, then older ones."""
    window = 5.0 if quick else 14.0
    return [*young(window), *older(window), *slow_link(window)]


def young(window: float) -> list[Figure]:
    """The calls are younger than a minute until the window closes."""
    ages = [timedelta(seconds=20 - number * 0.3) for number in range(CALLS)]
    return _figures("first minute", ages, window, bytes_per_s=2000, cpu_percent=2)


def older(window: float) -> list[Figure]:
    """The calls are ten to twenty minutes old, and their minutes end at different seconds."""
    ages = [timedelta(seconds=1200 - number * 9.7) for number in range(CALLS)]
    return _figures("later", ages, window, bytes_per_s=650, cpu_percent=1.5)


def slow_link(window: float) -> list[Figure]:
    """The calls are younger than a minute, and the line is said to be slow."""
    ages = [timedelta(seconds=20 - number * 0.3) for number in range(CALLS)]
    told = "first minute, --slow-link"  # there, the first news is painted up to two seconds after the first frame
    window = max(window, 10.0)
    return _figures(told, ages, window, "--slow-link", bytes_per_s=300, cpu_percent=2, settled_after_s=2.0)


def _figures(
    when: str,
    ages: list[timedelta],
    window: float,
    *options: str,
    bytes_per_s: float,
    cpu_percent: float,
    settled_after_s: float = 0.0,
) -> list[Figure]:
    with scratch() as home:
        fill(home / "j.db", established_calls(ages))
        with started(console(home / "j.db", *options), caller(CALLS - 1).encode()) as terminal:
            time.sleep(settled_after_s)
            spent = spend(terminal, window)
    return [
        Figure(f"50 calls, {when}: to the terminal", spent.bytes_per_s, "B/s", bytes_per_s),
        Figure(f"50 calls, {when}: CPU", spent.cpu_percent, "%", cpu_percent),
    ]
