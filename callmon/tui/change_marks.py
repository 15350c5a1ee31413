"""Which calls have changed a moment ago, and so carry a mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable

CHANGED_FOR_S = 2.0


class ChangeMarks:
    """A mark on a call lasts for `CHANGED_FOR_S`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: dict[str, float] = {}

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._until

    def set(self, call_ids: Iterable[str]) -> None:
        """These have just changed."""
        self._until |= dict.fromkeys(call_ids, self._monotonic() + CHANGED_FOR_S)

    def expire(self) -> list[str]:
        """Forget the marks that are over; returns whose they were."""
        moment = self._monotonic()
        over = [call_id for call_id, until in self._until.items() if until <= moment]
        for call_id in over:
            del self._until[call_id]
        return over
