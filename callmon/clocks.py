"""The clocks of the program. Whoever needs one is given it; these are what it is given outside of tests."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The clock of everything that callmon writes down."""
    return datetime.now(UTC)


def running_s() -> float:
    """Seconds of a clock that nobody sets and that goes on while the machine sleeps, where there is one."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)
