"""How wide each column of the board is, and a row as styled pieces of text.

What ticks stands at the left edge: the terminal is sent a changed region from the nearest edge at its left, so the same
cell further right would cost twice the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from callmon.core.query import Row

TIME_WIDTH = 9
_KIND_WIDTH = 5
_INDEX_WIDTH = 5
_NARROW = 100
_WIDE = 120


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in terminal columns; together as wide as the board."""

    state: int
    who: int
    note: int


def layout(width: int) -> Columns:
    """The columns for a board of that width."""
    state = 13 if width < _NARROW else 16
    rest = max(0, width - (1 + TIME_WIDTH + 3 + state + 1 + 2 + _KIND_WIDTH + 1 + _INDEX_WIDTH + 1))
    who = min(30, rest * 2 // 5) if width < _WIDE else 32
    who = min(who, rest)
    return Columns(state, who, max(0, rest - who - 1))


def header(columns: Columns) -> str:
    """The line above the calls."""
    parts = [
        f" {'Time':>{TIME_WIDTH}}",
        "   ",
        fit("State", columns.state),
        " ",
        fit("  With", columns.who + 2),
        " ",
        fit("Kind", _KIND_WIDTH),
        " ",
        f"{'#':>{_INDEX_WIDTH}}",
        " ",
        fit("Note", columns.note),
    ]
    return "".join(parts)


def fit(text: str, width: int) -> str:
    """The text in exactly so many terminal columns, cut with an ellipsis; wide characters count as two."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return f"{set_cell_size(text, width - 1)}…" if width > 0 else ""


def line(row: Row, columns: Columns, base: Style, style: Callable[[str], Style], *, changed: bool) -> list[Segment]:
    """A row as segments; `style` gives the style of a tone or of ``faint`` and ``changed``."""
    tone = base + style(row.tone)
    plain = tone if row.tone == "ended" else base
    faint = base + style("faint")
    time = f"{row.time:>{TIME_WIDTH}}"
    start = [Segment("▌", base + style("changed")), Segment(time, plain)] if changed else [Segment(f" {time}", plain)]
    who = Segment(fit(row.who or "not said", columns.who), plain if row.who else faint)
    return [
        *start,
        Segment("  ", base),
        Segment(f"{row.glyph} {fit(row.state, columns.state - 1)}", tone),
        Segment(f" {row.direction} ", faint),
        who,
        Segment(f" {fit(row.kind, _KIND_WIDTH)} {row.index:>{_INDEX_WIDTH}} ", faint),
        Segment(fit(row.note, columns.note), tone if row.tone in {"failed", "ending", "ended"} else plain),
    ]
