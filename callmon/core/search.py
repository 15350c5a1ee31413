"""Searching a view: from one call that matches to the next, with all the others left in sight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from callmon.core import filtering
from callmon.core.board import Board
from callmon.core.filtering import FilterError
from callmon.core.view import View


class Found(NamedTuple):
    """A call that matches."""

    call_id: str
    number: int
    """Which of the matches it is, from 1."""
    of: int
    """How many there are in the view."""
    wrapped: bool
    """Whether the search went past the end of the view to get there."""


def search(text: str, view: View, board: Board, place: int, step: int) -> Found | FilterError | None:
    """The next call that matches, onward (`step` 1) or back (-1) from a place, which itself does not count.

    The text is a filter (`callmon.core.filtering`); None if it is empty or nothing matches.
    """
    wanted = filtering.parse(text)
    if isinstance(wanted, FilterError):
        return wanted
    if not text.strip():
        return None
    places = [
        at
        for at in range(len(view))
        if isinstance(line := view[at], str)
        and (call := board.calls.get(line))
        and wanted.matches(call, view.query.lang)
    ]
    if not places:
        return None
    at = bisect_right(places, place) if step > 0 else bisect_left(places, place) - 1
    wrapped = not 0 <= at < len(places)
    at %= len(places)
    found = view[places[at]]
    assert isinstance(found, str)  # noqa: S101  # titles were left out above
    return Found(found, at + 1, len(places), wrapped)
