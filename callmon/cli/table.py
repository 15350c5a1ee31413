"""Columns that line up in a terminal, whatever the script they are written in."""

from __future__ import annotations

from collections.abc import Sequence

from callmon.core.widths import cell_width

_BETWEEN = "  "
_WIDEST = 60
"""Columns of a terminal: ids take 36, and whoever sends notifications could make a name as long as a page."""


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row, every column as wide as its widest cell, but for one that is far too wide; nothing trails.

    A cell that is wider than all columns may be moves only what comes behind it, on its own line.
    """
    widths = [min(max(map(cell_width, column)), _WIDEST) for column in zip(*rows, strict=True)]
    return [
        _BETWEEN.join(cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
