"""Why calls ended lately: reasons with counts, shares and bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from callmon.core.board import Board
from callmon.core.describe import FAILED_GLYPH, GLYPHS, GONE, is_fault
from callmon.core.states import CallState
from callmon.core.summary import Summary, bar, summarize_bit_by_bit
from callmon.core.text import counted, visible
from callmon.tui.columns import fit
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.page import Page
from callmon.tui.slices import Slices

_EVERY_S = 1.0
_SPANS = (("The last hour", timedelta(hours=1)), ("The last day", timedelta(days=1)))
_WIDE, _BAR, _SHORT_BAR = 110, 24, 6
"""From so many columns on a bar takes its whole length; below, the reasons need the room."""
_STYLES = {"success": "$success", "expected": "", "unknown": "dim"}


class SummaryScreen(Screen[None]):
    """Goes on counting while it is open; repaints only what reads differently."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,s,enter", "app.pop_screen", "Back", id="summary-back", tooltip="Out of the summary"),
        HELP,
        SUSPEND,
    ]

    def __init__(self, known: Callable[[], tuple[Board, datetime]], lang: str, monotonic: Callable[[], float]) -> None:
        """`known` says how the board is, and what the time is."""
        super().__init__()
        self._known = known
        self._lang = lang
        self._slices = Slices(self, monotonic)
        self._texts = [Static("Counting…", classes="summary", markup=False)]
        self._texts += [Static(classes="summary", markup=False) for _ in _SPANS]
        self._told: list[Content] = []

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        yield Page(*self._texts, id="summary-body")
        yield KeyLine()

    def on_mount(self) -> None:
        """Count now, and again every second."""
        self.set_interval(_EVERY_S, self.look)
        self.look()

    def look(self) -> None:
        """Count anew, unless that is still being done: there can be many calls."""
        if not self._slices.under_way:
            board, now = self._known()
            counting = summarize_bit_by_bit(board, now, [span for _, span in _SPANS], self._lang)
            self._slices.begin(counting, partial(self._show, board))

    def _show(self, board: Board, summaries: Sequence[Summary]) -> None:
        length = _BAR if self.app.size.width >= _WIDE else _SHORT_BAR
        ended = [_text(title, summary, length) for (title, _), summary in zip(_SPANS, summaries, strict=True)]
        before, self._told = self._told, [_active_text(board), *ended]
        for widget, text, last in zip_longest(self._texts, self._told, before):
            if text != last:
                widget.update(text)


def _active_text(board: Board) -> Content:
    doubts = Counter(str(call.doubt.kind) for call in board.alive() if call.doubt is not None)
    told = "   ".join(f"{kind} {count:,}" for kind, count in sorted(doubts.items())) or "none of them in doubt"
    return Content.assemble(("Now", "bold underline"), (f"   {counted(board.active, 'active call')}\n{told}\n", "dim"))


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
