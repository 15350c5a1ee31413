"""What other live tables cost on the same terminal: htop as it is, and sngrep with nothing to show. No budgets.

The window begins when the first paint has settled, as in `tests.benchmarks.screen`, to whose figures these belong.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

from tests.benchmarks import console
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import scratch
from tests.benchmarks.terminal import Terminal

PEERS = {
    "htop": ("htop",),
    "sngrep, idle": ("sngrep", "-d", "lo", "port", "1"),
}


def measure(*, quick: bool = False) -> list[Figure]:
    """Each peer that is installed."""
    window = 5.0 if quick else 14.0
    return [figure for name, command in PEERS.items() for figure in costs(name, command, window)]


def costs(name: str, command: Sequence[str], window: float) -> list[Figure]:
    """Bytes and CPU of a program on the terminal. One that is not there is said to be missing."""
    told = (f"{name}: to the terminal", "B/s"), (f"{name}: CPU", "%")
    path = shutil.which(command[0])
    if path is None:
        return [Figure(what, None, unit, beside="not installed") for what, unit in told]
    with scratch() as home, Terminal([path, *command[1:]], home) as terminal:
        terminal.wait_until(lambda data: len(data) or None, f"the first paint of {command[0]}")
        time.sleep(console.SETTLED_AFTER_S)
        spent = console.spend(terminal, window)
    found = (spent.bytes_per_s, spent.cpu_percent)
    return [Figure(what, value, unit) for (what, unit), value in zip(told, found, strict=True)]
