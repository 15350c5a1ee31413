"""What somebody typed to find calls by: as much of it as whoever asks needs, filter or search."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from callmon.core.calls import Call
from callmon.core.filter_fields import Haystack

_UNCLOSED = "so all that follows would be part of it. Close it."
_EMPTY = "so it would narrow nothing. Say what it is to match, or leave it out."


class Understood(NamedTuple):
    """What was typed, if it could be read."""

    matches: Callable[[Call, str, Haystack], bool] | None = None
    """Whether a call, given the language of the end reasons, is meant. None if nothing was asked for, or in error."""
    error: str = ""
    """What is wrong with it, in a sentence or two; empty if nothing is."""
    slip: str = ""
    """``a quote is not closed``: right while it is typed, a slip when it is done. Empty if nothing is left open."""
    remedy: str = ""
    """What would come of the slip, and what to do: it follows on it, after a comma."""


@lru_cache(maxsize=16)  # of one query after the other, each asked for every call
def understood(text: str, custom: tuple[str, ...]) -> Understood:
    """Understand a filter (`callmon.core.filtering`). `custom` names the columns that somebody made."""
    if not text:
        return Understood()
    from callmon.core.filtering import FilterError, parse  # noqa: PLC0415  # the first paint has no filter

    read = parse(text, custom)
    if isinstance(read, FilterError):
        return Understood(error=read.sentence)
    if read.unclosed:
        return Understood(read.matches, slip=f"{read.unclosed} is not closed", remedy=_UNCLOSED)
    if read.empty:
        return Understood(read.matches, slip=f"{read.empty} asks for nothing", remedy=_EMPTY)
    return Understood(read.matches)
