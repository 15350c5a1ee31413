"""Searching a view: from one call that matches to the next, with all the others left in sight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable
from typing import NamedTuple

from callmon.core.calls import Call
from callmon.core.index import Index
from callmon.core.understanding import understood
from callmon.core.view import View

_AT_ONCE = 50
"""So many calls are looked at without a pause."""


class Found(NamedTuple):
    """A call that matches."""

    call_id: str
    number: int
    """Which of the matches it is, from 1."""
    of: int
    """How many there are in the view."""
    wrapped: bool
    """Whether the search went past the end of the view to get there."""


class Search:
    """Looks for one text, and remembers of which calls it knows whether they match."""

    def __init__(self, text: str = "", custom: Iterable[str] = ()) -> None:
        """The text is a filter (`callmon.core.filtering`, also for `custom`); an empty one matches nothing."""
        self.text = text
        self.understood = understood(text, tuple(custom))
        self._known: dict[str, tuple[Call, bool]] = {}
        """By id: the call as it was looked at, and whether it matched."""

    def look(self, view: View, index: Index) -> Generator[None, None, None]:
        """Look at every call of the view, so that `find` need not. One may pause wherever this yields."""
        for number, line in enumerate(list(view)):
            if isinstance(line, str) and (call := index.get(line)) is not None:
                self._matches(call, view.query.lang, index)
            if number % _AT_ONCE == 0:
                yield

    def find(self, view: View, index: Index, place: int, step: int) -> Found | None:
        """The next call that matches, onward (`step` 1) or back (-1) from a place, which itself does not count."""
        if not self.text.strip():
            return None
        known: dict[str, tuple[Call, bool]] = {}
        places = []
        for at, line in enumerate(view):
            if isinstance(line, str) and (call := index.get(line)) is not None:
                if self._matches(call, view.query.lang, index):
                    places.append(at)
                known[line] = self._known[line]
        self._known = known  # and nothing of calls that are not there any more
        if not places:
            return None
        at = bisect_right(places, place) if step > 0 else bisect_left(places, place) - 1
        wrapped = not 0 <= at < len(places)
        at %= len(places)
        found = view[places[at]]
        assert isinstance(found, str)  # noqa: S101  # titles were left out above
        return Found(found, at + 1, len(places), wrapped)

    def _matches(self, call: Call, lang: str, index: Index) -> bool:
        known = self._known.get(call.id)
        if known is None or known[0] is not call:
            meant = self.understood.matches
            matches = meant is not None and meant(call, lang, index.haystack)
            known = self._known[call.id] = (call, matches)
        return known[1]
