"""How far a position lies between the first and the last entry of a journal."""

from __future__ import annotations


def share(position: int, first: int, last: int) -> float:
    """The part of the entries from `first` to `last` (0 if there are none) up to a position, from 0 to 1."""
    if position >= last:
        return 1.0
    return max(0.0, (position - first + 1) / (last - first + 1))
