"""A recording of a busy quarter of an hour."""

from __future__ import annotations

from collections.abc import Sequence

from callmon.ports import Entry
from tests.tui.stage import Stage


def entries() -> Sequence[Entry]:
    """Some sixty notifications of calls of several kinds, in the order in which they came."""
    stage = Stage()
    stage.perform(("meeting", 640.0), ("p2p-incoming", 1020.0), ("media-failure", 960.0), ("escalation", 610.0))
    return stage.journal.entries()
