"""Counts the calls that ended, each once and under the reason that holds, though that may come after the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from callmon.core import describe
from callmon.core.board import Board
from callmon.core.calls import Call, ResultInfo

_REASON_WITHIN = timedelta(seconds=30)
"""For so long an end without a reason is not counted yet: a counter cannot take back what it counted."""
_MOST_OPEN = 1_000
"""When there are more of those, it is looked which are due, though nobody asks for counts: they must not pile up."""


class Ends:
    """The ends that a journal tells, by the category of their reasons, or ``gone`` if none was reported."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._open: dict[str, datetime] = {}
        """When the calls ended whose reason may still come, by their ids."""

    def take(self, before: Board, after: Board, changed: Iterable[str], now: datetime) -> None:
        """Take in what is new on a board."""
        for call_id in changed:
            call, known = after.calls.get(call_id), before.calls.get(call_id)
            if call is None or call.ended_at is None:
                continue
            is_new = known is None or not known.ended
            if _is_open(call):
                if is_new:
                    self._open[call_id] = min(call.ended_at, now)
            elif self._open.pop(call_id, None) is not None or is_new:
                self._counted[_outcome(call)] += 1
        if len(self._open) > _MOST_OPEN:
            self._close(after, now)

    def counts(self, board: Board, now: datetime) -> dict[str, int]:
        """How many ended up to now."""
        self._close(board, now)
        return dict(self._counted)

    def _close(self, board: Board, now: datetime) -> None:
        """Count those whose reason did not come in time."""
        for call_id in [call_id for call_id, ended_at in self._open.items() if now - ended_at >= _REASON_WITHIN]:
            del self._open[call_id]
            call = board.calls.get(call_id)
            self._counted[_outcome(call) if call is not None else "unknown"] += 1


def _is_open(call: Call) -> bool:
    return call.gone or call.end in {None, ResultInfo()}


def _outcome(call: Call) -> str:
    why = describe.ending(call)
    return "gone" if call.gone or why is None else why.category
