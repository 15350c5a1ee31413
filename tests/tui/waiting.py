"""Waiting for a screen without a stage around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.pilot import Pilot

from tests.fakes import DEADLINE_S


async def until(pilot: Pilot[str], holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end, f"not so within {DEADLINE_S:g} s"
        await pilot.pause()
        await asyncio.sleep(0)
