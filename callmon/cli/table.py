"""Columns that line up in a terminal, whatever the script they are written in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_BETWEEN = "  "


def cell_width(text: str) -> int:
    """How many columns the text takes: two for a wide character (Unicode TR 11), none for a combining one."""
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row, every column as wide as its widest cell; nothing trails."""
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    return [
        _BETWEEN.join(cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
