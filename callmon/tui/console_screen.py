"""The main screen: status, views, board, detail, keys. What it cannot do itself it asks of the app."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input

from callmon.core.calls import Call
from callmon.core.query import Query, Which
from callmon.monitor import Snapshot, Update
from callmon.tui.board_view import BoardView
from callmon.tui.detail_pane import DetailPane
from callmon.tui.empty_state import EmptyState
from callmon.tui.key_line import KeyLine
from callmon.tui.messages import CallSelected
from callmon.tui.status_bar import StatusBar
from callmon.tui.view_line import ViewLine


class ConsoleScreen(Screen[None]):
    """The board and what belongs to it."""

    AUTO_FOCUS = "#board"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x,f9", "app.hang_up", "Hang up", id="hang-up", tooltip="Hang up the selected call; a dialog asks first"
        ),
        Binding("enter", "app.open_detail", "Detail", id="detail", tooltip="The selected call on the whole screen"),
        Binding("slash", "filter", "Filter", id="filter", tooltip="Filter: words that must occur, !word must not"),
        Binding(
            "escape", "clear_filter", "Clear the filter", id="clear-filter", tooltip="Clear the filter", show=False
        ),
        Binding("1", "view('active')", "Active", id="view-active", tooltip="Show the active calls"),
        Binding("2", "view('ended')", "Ended", id="view-ended", tooltip="Show the ended calls"),
        Binding("3", "view('all')", "All", id="view-all", tooltip="Show all calls"),
        Binding("question_mark,f1", "app.help", "Help", id="help", tooltip="This help"),
        Binding("q", "app.quit", "Quit", id="quit", tooltip="Quit"),
    ]

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.snapshot = Snapshot()
        self.query_ = Query()
        self._now = now
        self._live = False

    def compose(self) -> ComposeResult:
        """From top to bottom. The filter's input is mounted when it is asked for."""
        yield StatusBar(self._now, id="status")
        yield ViewLine(id="views")
        with Vertical(id="main"):
            yield EmptyState(id="empty", markup=False)
            yield BoardView(self._now, id="board")
        yield DetailPane(id="detail")
        yield KeyLine()

    @property
    def board_view(self) -> BoardView:
        """The board."""
        return self.query_one(BoardView)

    @property
    def selected(self) -> Call | None:
        """The call under the cursor, as it is now."""
        call_id = self.board_view.selected
        return None if call_id is None else self.snapshot.board.calls.get(call_id)

    def begin(self, lang: str, post_to: str, problem: str) -> None:
        """The console knows its language and whether anything can be sent to it."""
        self.query_ = replace(self.query_, lang=lang)
        self.query_one(EmptyState).show(post_to, problem)
        self._show_view()

    def show(self, update: Update, now: datetime) -> None:
        """Take in news."""
        was_empty = not self.snapshot.board.seen
        self.snapshot, self._now = update.snapshot, now
        self.board_view.update_calls(update.snapshot.board, update.changed, now, mark=self._live)
        self._live = self._live or update.live
        self.set_class(update.snapshot.board.seen > 0, "-calls")
        if was_empty and self.snapshot.board.seen:
            self._show_view()
        self._show_selected()
        self._show_counts()

    def tick(self, now: datetime) -> None:
        """A second has passed."""
        self._now = now
        self.board_view.tick(now)
        self.query_one(DetailPane).tick(now)

    def action_view(self, which: str) -> None:
        """Show another of the three views."""
        self.query_ = replace(self.query_, which=Which(which))
        self._show_view()

    async def action_filter(self) -> None:
        """Open the filter's input."""
        found = self.query("#filter").results(Input)
        entry = next(iter(found), None)
        if entry is None:
            entry = Input(self.query_.text, placeholder="words that must occur, !word must not", id="filter")
            await self.mount(entry, before="#main")
        entry.focus()

    async def action_clear_filter(self) -> None:
        """Show everything again."""
        await self.query("#filter").remove()
        self._filter("")
        self.board_view.focus()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._filter(event.value)

    @on(Input.Submitted, "#filter")
    async def _entered(self) -> None:
        await self.query("#filter").remove()
        self.board_view.focus()

    @on(CallSelected)
    def _selected(self) -> None:
        self._show_selected()

    def _filter(self, text: str) -> None:
        if text != self.query_.text:
            self.query_ = replace(self.query_, text=text)
            self._show_view()

    def _show_view(self) -> None:
        self.board_view.show(self.snapshot.board, self.query_)
        self._show_selected()
        self._show_counts()

    def _show_selected(self) -> None:
        self.query_one(DetailPane).show(self.selected, self._now, self.query_.lang)

    def _show_counts(self) -> None:
        board = self.snapshot.board
        self.query_one(ViewLine).show(self.query_, board.active, board.ended, len(self.board_view.view))
