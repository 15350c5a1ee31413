"""The columns of the board: which there are, how wide they are, and a row as styled pieces of text.

What ticks stands at the left edge unless the operator wants it elsewhere: the terminal is sent a changed region from
the nearest edge at its left, so the same cell further right would cost twice the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from callmon.core.calls import Call
from callmon.core.choices import DEFAULT_COLUMNS
from callmon.core.custom import CustomColumn, said_of
from callmon.core.describe import NOT_SAID
from callmon.core.query import Row
from callmon.core.sorting import Sort, SortBy
from callmon.core.text import clock, short_id, visible

LEAD = 1
"""Before the first column: the mark of a change."""
_NARROW = 100
_WHO_AT_MOST = 60
_LEAST = {"who": 12, "note": 25}
"""A note of when a doubt began has this width; that of an end has room for a code and the start of its title."""
_ALWAYS = {"time", "state", "who", "note"}
_LAST_WORD = re.compile(r" \([^() ]+\)$")
_TITLE_LEAST = 8


class Column(NamedTuple):
    """One column."""

    key: str
    """Also the name of the order that goes by it (`callmon.core.sorting.SortBy`)."""
    title: str
    width: int
    """In terminal columns; 0 takes what the others leave."""
    text: Callable[[Call, Row], str]
    right: bool = False
    """Whether it is aligned at its right end."""
    faint: bool = True


def _state(_call: Call, row: Row) -> str:
    return f"{'?' if row.doubtful else ' '}{row.glyph} {row.state}"


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("time", "Time", 9, lambda _call, row: row.time, right=True, faint=False),
        Column("state", "State", 18, _state, faint=False),
        Column("who", "With", 0, lambda _call, row: f"{row.direction} {row.who or NOT_SAID}"),
        Column("kind", "Kind", 5, lambda _call, row: row.kind),
        Column("index", "#", 5, lambda _call, row: str(row.index), right=True),
        Column("note", "Note", 0, lambda _call, row: row.note, faint=False),
        Column("id", "Call id", 13, lambda call, _row: short_id(call.spelled)),
        Column("seen", "Seen", 8, lambda call, _row: clock(call.first_seen)),
        Column("heard", "Heard", 8, lambda call, _row: clock(call.last_heard)),
        Column("bot", "Bot", 12, lambda call, _row: visible(call.bot)),
        Column("chain", "Chain", 13, lambda call, _row: visible(short_id(call.facts.chain_id or ""))),
        Column("tenant", "Tenant", 13, lambda call, _row: visible(short_id(call.facts.tenant_id or ""))),
    )
}
"""Every column by its name in the settings. ``seen`` and ``heard`` are times of day in UTC."""


def with_custom(custom: Sequence[CustomColumn]) -> Mapping[str, Column]:
    """Every column by its name, also those that somebody made."""
    made = {one.name: Column(one.name, one.label, one.width, _said(one.name), right=one.right) for one in custom}
    return {**COLUMNS, **made}


def _said(name: str) -> Callable[[Call, Row], str]:
    return lambda call, _row: visible(said_of(call.custom, name))


def columns_named(names: Sequence[str], known: Mapping[str, Column] = COLUMNS) -> tuple[Column, ...]:
    """The columns of these names, the usual ones if there are none; a name that no column has is left out."""
    return tuple(known[name] for name in names or DEFAULT_COLUMNS if name in known)


class Placed(NamedTuple):
    """A column in its place."""

    column: Column
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a board of some width."""

    placed: tuple[Placed, ...]

    @property
    def time(self) -> Placed | None:
        """Where the durations are."""
        return next((one for one in self.placed if one.column.key == "time"), None)

    def at(self, x: int) -> Column | None:
        """The column there."""
        return next((one.column for one in self.placed if one.x <= x <= one.x + one.width), None)


@lru_cache(maxsize=8)  # asked for by every line of every frame
def layout(width: int, columns: tuple[Column, ...]) -> Layout:
    """Give each column its place; With and Note share what the others leave."""
    columns = _fitting(width, columns)
    fixed = {column.key: _width(column, width) for column in columns}
    rest = max(0, width - LEAD - sum(fixed.values()) - len(columns))
    if "who" in fixed:
        share = min(rest * 3 // 8, rest - _LEAST["note"]) if "note" in fixed else rest
        fixed["who"] = min(rest, _WHO_AT_MOST, max(_LEAST["who"], share))
    if "note" in fixed:
        fixed["note"] = rest - fixed.get("who", 0)
    x, placed = LEAD, []
    for column in columns:
        placed.append(Placed(column, x, fixed[column.key]))
        x += fixed[column.key] + 1
    return Layout(tuple(placed))


def _fitting(width: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Without those at the right end for which there is no room; what a row is about is always there."""
    while LEAD + sum(max(_width(one, width), _LEAST.get(one.key, 0)) + 1 for one in columns) > width:
        dispensable = [column for column in columns if column.key not in _ALWAYS]
        if not dispensable:
            break
        columns = tuple(column for column in columns if column is not dispensable[-1])
    return columns


def _width(column: Column, width: int) -> int:
    return column.width - 3 if column.key == "state" and width < _NARROW else column.width


def header(columns: Layout, sort: Sort, width: int) -> str:
    """The line above the calls, with an arrow at the column that they are sorted by."""
    marked = _marked(columns, sort)
    texts = [
        f"{_header_text(one.column, sort, marked=one.column.key == marked):{'>' if one.column.right else '<'}}"
        for one in columns.placed
    ]
    cells = [_cell(text, one) for text, one in zip(texts, columns.placed, strict=True)]
    return fit(" " * LEAD + " ".join(cells), width)


def _marked(columns: Layout, sort: Sort) -> str:
    """The column at which the order is told; the order of the newest is that of the numbers from above, about."""
    if sort.by != SortBy.NEWEST:
        return sort.by
    shown = {one.column.key for one in columns.placed}
    return next((key for key in ("index", "seen") if key in shown), "")


def _header_text(column: Column, sort: Sort, *, marked: bool) -> str:
    lead = "   " if column.key == "state" else "  " if column.key == "who" else ""
    if not marked:
        return lead + column.title
    falling = (sort.by in {SortBy.TIME, SortBy.NEWEST}) != sort.reverse  # the longest, or newest, is on top
    return f"{lead}{column.title}{'▼' if falling else '▲'}"


@lru_cache(maxsize=1024)  # of a row that is painted anew, all cells but that of the time read as before
def fit(text: str, width: int) -> str:
    """The text in exactly so many terminal columns, cut with an ellipsis; wide characters count as two."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(f"{set_cell_size(text, width - 1).rstrip()}…", width) if width > 0 else ""


def _cell(text: str, place: Placed) -> str:
    if place.column.right:
        text = " " * (place.width - cell_len(text)) + text
    return _fit_end(text, place.width) if place.column.key == "note" else fit(text, place.width)


def _fit_end(text: str, width: int) -> str:
    """Cut so that the code in brackets at the end stays whole, as long as there is room for some of its title."""
    code = _LAST_WORD.search(text)
    if code is None or cell_len(text) <= width or width - len(code[0]) < _TITLE_LEAST:
        return fit(text, width)
    return fit(text[: code.start()], width - len(code[0])) + code[0]


def line(
    call: Call, row: Row, columns: Layout, base: Style, style: Callable[[str], Style], *, lead: tuple[str, str]
) -> list[Segment]:
    """A row as segments; `style` gives the style of a tone or of ``faint``, ``changed``, ``doubt`` and ``stale``.

    `lead` is the sign before the row, one column wide, and its style; a space and no style for none.
    """
    tone, faint = base + style("stale" if row.doubtful else row.tone), base + style("faint")
    plain = tone if row.tone == "ended" or row.doubtful else base
    of_column = {
        "state": tone,
        "who": plain if row.who else faint,
        "note": tone if row.tone in {"failed", "ending", "ended"} else plain,
    }
    pieces = [(lead[0], base + style(lead[1]) if lead[1] else plain)]
    for one in columns.placed:
        text = _cell(one.column.text(call, row), one)
        shown_as = of_column.get(one.column.key, faint if one.column.faint else plain)
        if one.column.key == "who":  # the arrow before the name is faint
            pieces += [(text[:2], faint), (f"{text[2:]} ", shown_as)]
        elif one.column.key == "state" and row.doubtful:
            pieces += [(text[:1], base + style("doubt")), (f"{text[1:]} ", shown_as)]
        else:
            pieces.append((f"{text} ", shown_as))
    return _joined(pieces)


def title_line(title: str, count: int, style: Style) -> list[Segment]:
    """The line above a group."""
    return [Segment(f"{' ' * LEAD}▸ {title} ({count:,})", style)]


def _joined(pieces: Sequence[tuple[str, Style]]) -> list[Segment]:
    """Neighbours of one style become one piece: each costs the terminal its colours anew."""
    joined: list[tuple[str, Style]] = []
    for text, style in pieces:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return [Segment(text, style) for text, style in joined]
