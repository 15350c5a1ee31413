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
from callmon.core.query import Query, Which, filter_error
from callmon.core.view import View
from callmon.snapshot import Snapshot, Update
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
        Binding("slash", "filter", "Filter", id="filter", tooltip="Filter: words and field:value, ! negates"),
        Binding(
            "escape", "clear_filter", "Clear the filter", id="clear-filter", tooltip="Clear the filter", show=False
        ),
        Binding("r", "app.open_raw", "Raw", id="raw", tooltip="The call's notifications as they came"),
        Binding("s", "app.summary", "Summary", id="summary", tooltip="Why calls ended in the last hour and day"),
        Binding("c", "app.copy_id", "Copy id", id="copy-id", tooltip="Copy the call id, also over SSH (OSC 52)"),
        Binding(
            "C", "app.copy_ticket", "Copy ticket", id="copy-ticket", tooltip="Copy a text for a ticket", show=False
        ),
        Binding("1", "view('active')", "Active", id="view-active", tooltip="Show the active calls", show=False),
        Binding("2", "view('ended')", "Ended", id="view-ended", tooltip="Show the ended calls", show=False),
        Binding("3", "view('all')", "All", id="view-all", tooltip="Show all calls", show=False),
        Binding("4", "view('trouble')", "Trouble", id="view-trouble", tooltip="Show the calls in trouble", show=False),
        Binding("question_mark,f1", "app.help", "Help", id="help", tooltip="This help"),
        Binding("q", "app.quit", "Quit", id="quit", tooltip="Quit"),
    ]

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.snapshot = Snapshot()
        self.query_ = Query()
        self._now = now
        self._live = False
        self._trouble = View(Query(Which.TROUBLE))
        self.status_bar = StatusBar(now, id="status")
        self.board_view = BoardView(now, id="board")
        self._view_line = ViewLine(id="views")
        self._empty_state = EmptyState(id="empty", markup=False)
        self._detail_pane = DetailPane(id="detail")

    def compose(self) -> ComposeResult:
        """From top to bottom. The filter's input is mounted when it is asked for."""
        yield self.status_bar
        yield self._view_line
        with Vertical(id="main"):
            yield self._empty_state
            yield self.board_view
        yield self._detail_pane
        yield KeyLine()

    @property
    def selected(self) -> Call | None:
        """The call under the cursor, as it is now."""
        call_id = self.board_view.selected
        return None if call_id is None else self.snapshot.board.calls.get(call_id)

    def begin(self, lang: str, post_to: str, problem: str) -> None:
        """The console knows its language and whether anything can be sent to it."""
        self.query_ = replace(self.query_, lang=lang)
        self._empty_state.show(post_to, problem)
        self._show_view()

    def show(self, update: Update, now: datetime) -> None:
        """Take in news."""
        was_empty = not self.snapshot.board.seen
        self.snapshot, self._now = update.snapshot, now
        self._trouble.update(update.snapshot.board, update.changed)
        self.board_view.update_calls(update.snapshot.board, update.changed, now, mark=self._live)
        if update.live and not self._live:
            self._live = True
            self.board_view.begin()
        self.set_class(update.snapshot.board.seen > 0, "-calls")
        if was_empty and self.snapshot.board.seen:
            self._show_view()
        self._show_selected()
        self._show_counts()

    def tick(self, now: datetime) -> None:
        """A second has passed."""
        self._now = now
        self.board_view.tick(now)
        self._detail_pane.tick(now)

    def action_view(self, which: str) -> None:
        """Show another view."""
        self.query_ = replace(self.query_, which=Which(which))
        self._show_view()

    async def action_filter(self) -> None:
        """Open the filter's input."""
        found = self.query("#filter").results(Input)
        entry = next(iter(found), None)
        if entry is None:
            entry = Input(
                self.query_.text,
                placeholder="words, field:value (state kind who code subcode category by is …), ! negates",
                id="filter",
            )
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
        self._detail_pane.show(self.selected, self._now, self.query_.lang, self.snapshot.gaps)

    def _show_counts(self) -> None:
        board = self.snapshot.board
        counts = {
            Which.ACTIVE: board.active,
            Which.ENDED: board.ended,
            Which.ALL: len(board.calls),
            Which.TROUBLE: len(self._trouble),
        }
        self._view_line.show(self.query_, counts, self.board_view.view.calls, filter_error(self.query_))
