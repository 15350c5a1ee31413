"""The calls that the operator has marked, by their ids: rows that come, go and move change nothing about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from callmon.core.view import View

MARK = "✓"
"""The sign of a mark."""


class Marks:
    """Marked calls in the order in which they were marked."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._anchor: str | None = None
        """The call that was marked last: where a range begins."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The marked calls."""
        return tuple(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._ids

    def toggle(self, call_id: str) -> None:
        """Mark the call, or take its mark away."""
        self._anchor = call_id
        if call_id in self._ids:
            del self._ids[call_id]
        else:
            self._ids[call_id] = None

    def reach(self, view: View, call_id: str) -> None:
        """Mark all calls of the view from the one that was marked last to this one; just this one if there is none."""
        here = view.place(call_id)
        there = view.place(self._anchor) if self._anchor is not None else None
        if here is not None:
            first, last = sorted((here, here if there is None else there))
            self._ids |= dict.fromkeys(_calls(view, range(first, last + 1)))
        self._anchor = call_id

    def invert(self, view: View) -> None:
        """Mark the calls of the view that are not marked, and take the marks of the others in it away."""
        for call_id in _calls(view, range(len(view))):
            if call_id in self._ids:
                del self._ids[call_id]
            else:
                self._ids[call_id] = None

    def drop(self, call_ids: Iterable[str]) -> None:
        """Take these marks away."""
        for call_id in call_ids:
            self._ids.pop(call_id, None)

    def keep(self, known: Collection[str]) -> None:
        """Take the marks of calls away that are no longer known."""
        self.drop([call_id for call_id in self._ids if call_id not in known])

    def clear(self) -> None:
        """Take all marks away."""
        self._ids.clear()
        self._anchor = None


def _calls(view: View, places: range) -> list[str]:
    """The calls in these places, without the titles of groups."""
    return [one for one in (view[place] for place in places) if isinstance(one, str)]
