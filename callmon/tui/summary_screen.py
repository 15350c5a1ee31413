"""Why calls ended lately: reasons with counts, shares and bars."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from callmon.core.board import Board
from callmon.core.describe import FAILED_GLYPH, GLYPHS, GONE, is_fault
from callmon.core.states import CallState
from callmon.core.summary import Summary, bar, summarize
from callmon.core.text import counted, visible
from callmon.tui.columns import fit
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.page import Page

_SPANS = (("The last hour", timedelta(hours=1)), ("The last day", timedelta(days=1)))
_WIDE, _BAR, _SHORT_BAR = 110, 24, 6
"""From so many columns on a bar takes its whole length; below, the reasons need the room."""
_STYLES = {"success": "$success", "expected": "", "unknown": "dim"}


class SummaryScreen(Screen[None]):
    """A picture of the moment it was opened at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,s,enter", "app.pop_screen", "Back", id="summary-back", tooltip="Out of the summary"),
        HELP,
        SUSPEND,
    ]

    def __init__(self, board: Board, now: datetime, lang: str) -> None:
        super().__init__()
        self._doubts = Counter(str(call.doubt.kind) for call in board.alive() if call.doubt is not None)
        self._active = board.active
        self._summaries = [(title, summarize(board, now, span, lang)) for title, span in _SPANS]

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        length = _BAR if self.app.size.width >= _WIDE else _SHORT_BAR
        with Page(id="summary-body"):
            yield Static(self._active_text(), classes="summary", markup=False)
            for title, summary in self._summaries:
                yield Static(_text(title, summary, length), classes="summary", markup=False)
        yield KeyLine()

    def _active_text(self) -> Content:
        doubts = "   ".join(f"{kind} {count:,}" for kind, count in sorted(self._doubts.items()))
        told = doubts or "none of them in doubt"
        return Content.assemble(
            ("Now", "bold underline"), (f"   {counted(self._active, 'active call')}\n{told}\n", "dim")
        )


def _sign(category: str, *, gone: bool = False) -> str:
    """That of a row of the board that ended so."""
    return FAILED_GLYPH if gone or is_fault(category) else GLYPHS[CallState.TERMINATED]


def _text(title: str, summary: Summary, length: int) -> Content:
    lines = [Content.assemble((title, "bold underline"), (f"   {counted(summary.total, 'call')} ended", "dim"))]
    if summary.total:
        by = "   ".join(
            f"{_sign(category)} {category.replace('_', ' ')} {count:,}" for category, count in summary.by_category
        )
        lines.append(Content.styled(by, "dim"))
    for line in summary.lines:
        numbers = "/".join(str(part) for part in (line.code, line.subcode) if part is not None)
        lines.append(
            Content.assemble(
                f"{line.count:>6,} {line.share:>6.1%}  ",
                (fit(bar(line.share, length), length), _STYLES.get(line.category, "$error")),
                f"  {_sign(line.category, gone=line.title == GONE)} {visible(line.title)}",
                (f"  {visible(numbers)}", "dim"),
            )
        )
    return Content("\n").join([*lines, Content("")])
