"""Waiting for what must happen."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_S = 30.0


def wait_until(holds: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Return as soon as it holds; fail after the deadline."""
    deadline = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < deadline, f"not so within {deadline_s:g} s"
        time.sleep(0.02)
