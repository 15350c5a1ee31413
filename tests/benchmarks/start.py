"""How long the console takes from its start to its first paint and to its first rows, beside an empty Textual app.

Both start on the same pty, in turn, with everything warm in the page cache. A full frame is there when as many
characters have come as the screen has cells. The rows are those of 50 calls in the journal.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.benchmarks.console import console
from tests.benchmarks.figures import Figure
from tests.benchmarks.numbered import caller, established_calls, fill
from tests.benchmarks.processes import scratch
from tests.benchmarks.terminal import Terminal

CALLS = 50


def measure(*, quick: bool = False) -> list[Figure]:
    """Medians of rounds."""
    return rounds(3 if quick else 9)


def rounds(count: int) -> list[Figure]:
    """So many starts of each; one before them does not count."""
    empty, first, rows = [], [], []
    with scratch() as home:
        fill(home / "j.db", established_calls([timedelta(minutes=5)] * CALLS))
        for number in range(count + 1):
            peer, (paint, row) = _empty(home), _console(home / "j.db")
            if number:
                empty.append(peer)
                first.append(paint)
                rows.append(row)
    beside = f"{median(empty) * 1000:.0f} ms of an empty Textual app"
    return [
        Figure("first paint", median(first) / median(empty), "x", 1.4, beside=f"{_ms(first)} beside {beside}"),
        Figure("first rows", median(rows) / median(empty), "x", 2.2, beside=f"{_ms(rows)} beside {beside}"),
    ]


def _ms(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.0f} ms"


def _empty(home: Path) -> float:
    with Terminal([sys.executable, "-m", "tests.benchmarks.empty_app"], home) as terminal:
        return terminal.first_frame() - terminal.started


def _console(journal: Path) -> tuple[float, float]:
    with console(journal) as terminal:
        rows = terminal.wait_for(caller(CALLS - 1).encode())
        return terminal.first_frame() - terminal.started, rows - terminal.started
