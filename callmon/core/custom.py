"""Columns that somebody made: what stands at a path of the ``resourceData`` with which Graph tells of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the first paint needs no paths
    from callmon.core.paths import Path

Told = tuple[tuple[str, str], ...]
"""What the feed said for such columns, by their names; raw text."""


class CustomColumn(NamedTuple):
    """One such column."""

    name: str
    path: Path
    label: str
    """Its title, harmless to a terminal."""
    width: int
    """In terminal columns."""
    right: bool = False
    """Whether it is aligned at its right end."""


def names_of(columns: Sequence[CustomColumn]) -> tuple[str, ...]:
    """What they are called in filters and orders."""
    return tuple(column.name for column in columns)


def merged(known: Told, new: Told) -> Told:
    """What is known after a partial notification: what it says wins, what it leaves out stays."""
    return tuple({**dict(known), **dict(new)}.items())


def said_of(told: Told, name: str) -> str:
    """What was said for the column of that name; empty if nothing was."""
    return next((text for one, text in told if one == name), "")
