"""Waiting for a screen without a stage around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from tests.fakes import DEADLINE_S


async def until(pilot: Pilot[str], holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end, f"not so within {DEADLINE_S:g} s"
        await pilot.pause()
        await asyncio.sleep(0)


def painted(screen: Screen[object]) -> bool:
    """Whether everything that changed has been laid out and painted, and what was to follow that was done."""
    waits = any(widget._layout_required for widget in screen.walk_children(Widget))
    dirty = waits or screen._layout_required or screen._repaint_required or screen._dirty_widgets
    return not (dirty or screen._callbacks)
