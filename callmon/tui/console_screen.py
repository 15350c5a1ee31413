"""The main screen: status, views, board, detail, keys. What it cannot do itself it asks of the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from callmon.core.calls import Call
from callmon.core.query import Query, Which, filter_error
from callmon.core.view import View
from callmon.memory import Memory
from callmon.snapshot import Snapshot, Update
from callmon.tui import arranging
from callmon.tui.bell import Bell
from callmon.tui.board_view import BoardView
from callmon.tui.columns import columns_named
from callmon.tui.detail_pane import DetailPane
from callmon.tui.empty_state import EmptyState
from callmon.tui.finder import Finder
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import SUSPEND
from callmon.tui.messages import Arranged, CallSelected, MarksChanged, PromptClosed, PromptTyped
from callmon.tui.parts import Parts
from callmon.tui.prompt import Prompt
from callmon.tui.recall import arranged, columns, to_remember
from callmon.tui.standstill import Standstill
from callmon.tui.status_bar import StatusBar
from callmon.tui.view_line import ViewFacts, ViewLine


class ConsoleScreen(Screen[None]):
    """The board and what belongs to it."""

    AUTO_FOCUS = "#board"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x,f9",
            "app.hang_up",
            "Hang up",
            id="hang-up",
            tooltip="Hang up the selected call or the marked ones; a dialog asks",
        ),
        Binding("x,f9", "app.how_to_arm", "How to arm", id="hang-up", tooltip="Hang-ups are disarmed", show=False),
        Binding("a", "app.arm", "Arm", id="arm", tooltip="Arm hang-ups, or disarm them"),
        Binding("enter", "app.open_detail", "Detail", id="detail", tooltip="The selected call on the whole screen"),
        # With priority: what is typed in the same breath must already go into the prompt, not into other keys.
        Binding(
            "slash",
            "filter",
            "Filter",
            id="filter",
            tooltip="Filter: words, field:value, /regex/, ! negates",
            priority=True,
        ),
        Binding("escape", "clear", "Clear", id="clear-filter", tooltip="Clear filter and search", show=False),
        Binding(
            "f3,ctrl+f",
            "search",
            "Search",
            id="search",
            tooltip="Search: the cursor moves, nothing is hidden",
            priority=True,
        ),
        Binding("n", "find(1)", "Next", id="find-next", tooltip="The next call that was searched for", show=False),
        Binding("N", "find(-1)", "Previous", id="find-previous", tooltip="The one before", show=False),
        Binding("f", "freeze", "Freeze", id="freeze", tooltip="Freeze the picture, or let it go on"),
        Binding("greater_than_sign", "sort(1)", "Sort", id="sort-next", tooltip="Sort by the next column", show=False),
        Binding("less_than_sign", "sort(-1)", "Sort", id="sort-previous", tooltip="Sort by the one before", show=False),
        Binding("I", "invert", "Invert", id="sort-invert", tooltip="Invert the order", show=False),
        Binding("S", "sort_once", "Sort once", id="sort-once", tooltip="Sort now, then rows stay put", show=False),
        Binding("t", "group", "Group", id="group", tooltip="Group by chain, tenant, bot or not", show=False),
        Binding(
            "v", "app.verify", "Verify", id="verify", tooltip="Ask Graph whether it still has the call", show=False
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
        SUSPEND,
    ]

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        now = clock()
        self._clock = clock
        self.snapshot = Snapshot()
        self.query_ = Query()
        self._now = now
        self._live = False
        self._shown = Snapshot()
        """What the picture shows: `snapshot`, or an earlier one while it is frozen."""
        self._standstill = Standstill()
        self._trouble = View(Query(Which.TROUBLE))
        self._in_trouble = 0
        """How many calls of the picture are in trouble."""
        self.status_bar = StatusBar(now, id="status")
        self.board_view = BoardView(now, id="board")
        self._view_line = ViewLine(id="views")
        self._empty_state = EmptyState(id="empty", markup=False)
        self._detail_pane = DetailPane(id="detail")
        self._finder = Finder(self, self.board_view)
        self.bell = Bell(lambda: self.app.bell())  # noqa: PLW0108  # there is no app yet

    def compose(self) -> ComposeResult:
        """From top to bottom. The prompt is mounted when it is asked for."""
        yield self.status_bar
        yield self._view_line
        with Vertical(id="main"):
            yield self._empty_state
            yield self.board_view
        yield self._detail_pane
        yield KeyLine()

    @property
    def frozen(self) -> bool:
        """Whether the picture stands still while the feed goes on."""
        return self._standstill.frozen

    @property
    def selected(self) -> Call | None:
        """The call under the cursor, as it is now."""
        call_id = self.board_view.selected
        return None if call_id is None else self.snapshot.board.calls.get(call_id)

    def begin(self, parts: Parts, problem: str) -> None:
        """The console knows what it works with, and how it was left."""
        self.query_ = arranged(replace(self.query_, lang=parts.lang), parts.memory)
        self.board_view.columns = columns(parts.columns, parts.memory)
        self._finder.recall(parts.memory.typed)
        self.bell.chosen = parts.bell
        self._empty_state.show(parts.post_to, problem)
        self._show_view()

    def to_remember(self, theme: str) -> Memory:
        """How the console is now."""
        return to_remember(self.query_, self.board_view.columns, theme, self._finder.history)

    def toggle_column(self, key: str) -> None:
        """Show a column at the right end, or hide it; the last one stays."""
        shown = [column.key for column in self.board_view.columns]
        kept = [name for name in shown if name != key] if key in shown else [*shown, key]
        self.board_view.columns = columns_named(kept or shown)
        self.board_view.refresh()
        self.post_message(Arranged())

    def show(self, update: Update, now: datetime) -> None:
        """Take in news. A picture that is frozen waits with it."""
        self.snapshot = update.snapshot
        known = {call_id for call_id in update.changed if call_id in self._trouble}
        self._trouble.update(update.snapshot.board, update.changed)
        if self._live:
            new = any(call_id in self._trouble for call_id in update.changed - known)
            self.bell.heard(in_trouble=new, deaf=update.snapshot.deaf)
        if self._standstill.holds(update):
            self._show_counts()
        else:
            self._show_news(update, now)

    def _show_news(self, update: Update, now: datetime) -> None:
        was_empty = not self._shown.board.seen
        self._shown, self._now, self._in_trouble = update.snapshot, now, len(self._trouble)
        self.board_view.update_calls(update.snapshot.board, update.changed, now, mark=self._live)
        if update.live and not self._live:
            self._live = True
            self.board_view.begin()
        self.set_class(update.snapshot.board.seen > 0, "-calls")
        if was_empty and self._shown.board.seen:
            self._show_view()
        self._show_selected()
        self._show_counts()

    def tick(self, now: datetime) -> None:
        """A second has passed, which a frozen picture does not show."""
        if not self._standstill.frozen:
            self._now = now
            self.board_view.tick(now)
            self._detail_pane.tick(now)

    def action_view(self, which: str) -> None:
        """Show another view."""
        self._ask(replace(self.query_, which=Which(which)))

    def action_sort(self, step: int) -> None:
        """Sort by another column."""
        self._ask(arranging.sorted_by_next(self.query_, self.board_view.columns, step))

    def action_invert(self) -> None:
        """Invert the order."""
        self._ask(arranging.inverted(self.query_))

    def action_sort_once(self) -> None:
        """Sort now, and keep that order while things change; or go back to an order that is kept up."""
        self._ask(arranging.sorted_once(self.query_))

    def action_group(self) -> None:
        """Group by something else."""
        self._ask(arranging.grouped_by_next(self.query_))

    def action_freeze(self) -> None:
        """Freeze the picture, or show what happened meanwhile."""
        if self._standstill.frozen:
            self._show_news(Update(self.snapshot, self._standstill.end(), live=self._live), self._clock())
        else:
            self._standstill.begin()
            self._show_counts()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the prompt, the keys that open it are text."""
        if action in {"filter", "search"} and isinstance(self.focused, Prompt):
            return False
        return super().check_action(action, parameters)

    async def action_filter(self) -> None:
        """Open the prompt for a filter."""
        await self._finder.open("filter", self.query_.text)

    async def action_search(self) -> None:
        """Open the prompt for a search."""
        await self._finder.open("search", "")

    def action_find(self, step: int) -> None:
        """Go to the next call that was searched for, or the one before."""
        self._finder.step(step)
        self._show_counts()

    async def action_clear(self) -> None:
        """Show everything again, and search for nothing."""
        self._finder.forget()
        self._ask(replace(self.query_, text=""))

    @on(PromptTyped)
    def _prompt_typed(self, event: PromptTyped) -> None:
        if event.purpose == "filter":
            self._ask(replace(self.query_, text=event.text))
        else:
            self._finder.typed(event.text)
            self._show_counts()

    @on(PromptClosed)
    async def _prompt_closed(self, event: PromptClosed) -> None:
        await self._finder.close(event.text if event.kept else "")
        self.post_message(Arranged())
        if not event.kept and event.purpose == "filter":
            self._ask(replace(self.query_, text=""))
        elif not event.kept:
            self._finder.give_up()
        self._show_counts()

    @on(MarksChanged)
    def _marks_changed(self) -> None:
        self._show_counts()

    @property
    def _marked(self) -> tuple[int, int]:
        """How many calls are marked, and how many of them the view does not show."""
        marks, view = self.board_view.marks, self.board_view.view
        marks.keep(self.snapshot.board.calls)
        return len(marks), sum(1 for call_id in marks.ids if call_id not in view)

    @on(CallSelected)
    def _selected(self) -> None:
        self._show_selected()

    def _ask(self, query: Query) -> None:
        if query != self.query_:
            self.query_ = query
            self._show_view()
            self.post_message(Arranged())

    def _show_view(self) -> None:
        self.board_view.show(self._shown.board, self.query_)
        self._show_selected()
        self._show_counts()

    def _show_selected(self) -> None:
        call_id = self.board_view.selected
        call = None if call_id is None else self._shown.board.calls.get(call_id)
        self._detail_pane.show(call, self._now, self.query_.lang, self._shown.gaps)

    def _show_counts(self) -> None:
        board = self._shown.board
        counts = {
            Which.ACTIVE: board.active,
            Which.ENDED: board.ended,
            Which.ALL: len(board.calls),
            Which.TROUBLE: self._in_trouble,
        }
        self._view_line.show(
            ViewFacts(
                query=self.query_,
                counts=counts,
                shown=self.board_view.view.calls,
                error=filter_error(self.query_),
                search=self._finder.searched,
                marked=self._marked,
                waiting=self._standstill.waiting,
            )
        )
