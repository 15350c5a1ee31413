"""The table of ``callmon list``, with the usual columns or those of the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from callmon.cli.exits import ExitCode, Failure
from callmon.cli.table import aligned
from callmon.core.calls import Call
from callmon.core.query import Row
from callmon.core.text import visible
from callmon.settings.model import Settings
from callmon.settings.values import known_names, listed

if TYPE_CHECKING:
    from callmon.tui.columns import Column

_HEADER = ("ID", "TIME", "STATE", "KIND", "", "WHO", "NOTE")


def columns_named(named: str | None, settings: Settings) -> Sequence[Column]:
    """The columns of the board with these names; none for the usual ones. Raises `Failure`."""
    if named is None:
        return ()
    from callmon.tui.columns import with_custom  # noqa: PLC0415  # the usual table does not wait for the screen

    known = with_custom(settings.custom)
    try:
        return [known[name] for name in known_names(tuple(listed(named)), tuple(known), "is not a column")]
    except ValueError as error:
        raise Failure(f"--columns: {error}", code=ExitCode.USAGE) from error


_WHOLE: dict[str, Callable[[Call], str]] = {
    "id": lambda call: call.spelled,
    "chain": lambda call: visible(call.facts.chain_id or ""),
    "tenant": lambda call: visible(call.facts.tenant_id or ""),
}
"""What is cut on the board, where a row has little room."""


def _chosen(columns: Sequence[Column], shown: Sequence[tuple[Call, Row]]) -> Sequence[Sequence[str]]:
    cells = [
        [_WHOLE[column.key](call) if column.key in _WHOLE else column.text(call, row) for column in columns]
        for call, row in shown
    ]
    return [[column.title.upper() for column in columns], *cells]


def table(
    shown: Sequence[tuple[Call, Row]], columns: Sequence[Column] = (), written: Callable[[str], str] = str
) -> list[str]:
    """The lines, with the head; the usual columns if there are no others. `written` is how a cell will be printed."""
    cells = _chosen(columns, shown) if columns else _usual(shown)
    return aligned([[written(cell) for cell in row] for row in cells])


def _usual(shown: Sequence[tuple[Call, Row]]) -> Sequence[Sequence[str]]:
    cells = [
        (
            call.spelled,
            row.time,
            f"{'?' * row.doubtful}{row.glyph} {row.state}",
            row.kind,
            row.direction,
            row.who,
            row.note,
        )
        for call, row in shown
    ]
    return [_HEADER, *cells]
