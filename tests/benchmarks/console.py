"""The real console on a terminal of the benchmark's, on a journal that was filled before."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import CONSOLE, cpu_s
from tests.benchmarks.terminal import Terminal

SETTLED_AFTER_S = 1.5
"""So long the first paint and what follows it may take."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a while has cost."""

    bytes_per_s: float
    cpu_percent: float
    """Of one core."""
    frames_per_s: float
    """Only if the terminal counts them."""


def console(journal: Path, *options: str, counts_frames: bool = False, port: int | None = None) -> Terminal:
    """``callmon`` on this journal; it listens on the port, or on any that is free."""
    listen = f"127.0.0.1:{port or 0}"
    return Terminal(
        [*CONSOLE, "--journal", str(journal), "--listen", listen, *options], journal.parent, counts_frames=counts_frames
    )


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def spend(terminal: Terminal, seconds: float) -> Spent:
    """Look on for a while."""
    mark, cpu, began = terminal.painted, cpu_s(terminal.pid), time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - began
    return Spent(
        bytes_per_s=(terminal.painted - mark) / took,
        cpu_percent=(cpu_s(terminal.pid) - cpu) / took * 100,
        frames_per_s=terminal.frames_since(mark) / took,
    )


@contextmanager
def started(terminal: Terminal, shows: bytes) -> Iterator[Terminal]:
    """The terminal once this text is on it and everything has settled."""
    with terminal:
        terminal.wait_for(shows)
        time.sleep(SETTLED_AFTER_S)
        yield terminal
