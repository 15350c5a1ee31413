"""The main screen: status, views, board, detail, keys. What it cannot do itself it asks of the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from callmon.core.calls import Call
from callmon.core.custom import names_of
from callmon.core.query import Query, Which
from callmon.core.sorting import sort_named
from callmon.core.view import View
from callmon.memory import Memory
from callmon.snapshot import Snapshot, Update
from callmon.tui.asking_screen import AskingScreen
from callmon.tui.bell import Bell, newly_wrong
from callmon.tui.board_view import BoardView
from callmon.tui.columns import columns_named, with_custom
from callmon.tui.console_keys import CONSOLE_KEYS
from callmon.tui.detail_pane import DetailPane
from callmon.tui.empty_state import EmptyState
from callmon.tui.key_line import KeyLine
from callmon.tui.messages import Arranged, CallSelected, MarksChanged, ViewShown
from callmon.tui.recall import Beginning, arranged, columns, to_remember
from callmon.tui.standstill import Standstill
from callmon.tui.status_bar import StatusBar
from callmon.tui.view_line import ViewFacts, ViewLine

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.tui.parts import Parts


class ConsoleScreen(AskingScreen):
    """The board and what belongs to it."""

    AUTO_FOCUS = "#board"
    BINDINGS: ClassVar[list[BindingType]] = CONSOLE_KEYS

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        now = clock()
        super().__init__(BoardView(now, monotonic, id="board"), monotonic)
        self._clock = clock
        self.snapshot = Snapshot()
        self.read = 0.0
        """Which part of what the journal held at the start has been read, from 0 to 1."""
        self._now = now
        self._live = False
        self._shown = Snapshot()
        """What the picture shows: `snapshot`, or an earlier one while it is frozen."""
        self._standstill = Standstill()
        self._trouble = View(Query(Which.TROUBLE))
        self._beginning = Beginning()
        self._in_trouble = 0
        """How many calls of the picture are in trouble."""
        self.status_bar = StatusBar(now, id="status")
        self._view_line = ViewLine(id="views")
        self._empty_state = EmptyState(id="empty", markup=False)
        self._if_empty: Callable[[], object] = lambda: None
        """Says that there are no calls."""
        self._detail_pane = DetailPane(id="detail")
        self.bell = Bell(lambda: self.app.bell())  # noqa: PLW0108  # there is no app yet

    def compose(self) -> ComposeResult:
        """From top to bottom. The prompt is mounted when it is asked for."""
        self._make_room()
        yield self.status_bar
        yield self._view_line
        yield self._empty_state
        yield self.board_view
        yield self._detail_pane
        yield KeyLine()

    @property
    def live(self) -> bool:
        """Whether what the journal held at the start has been read."""
        return self._live

    @property
    def frozen(self) -> bool:
        """Whether the picture stands still while the feed goes on."""
        return self._standstill.frozen

    @property
    def selected(self) -> Call | None:
        """The call under the cursor, as it is now."""
        call_id = self.board_view.selected
        return None if call_id is None else self.snapshot.board.calls.get(call_id)

    def take(self) -> Call | None:
        """The call under the cursor, for something that the operator does with it: the cursor stays with it."""
        self.board_view.hold()
        return self.selected

    def begin(self, parts: Parts) -> None:
        """The console knows what it works with, and how it was left. What was asked for meanwhile stays.

        It shows with the first news.
        """
        query = replace(self.query_, lang=parts.lang, custom=names_of(parts.custom))
        self.query_ = arranged(query, parts.memory, parts.sort, self.asked)
        self.board_view.known_columns = known = with_custom(parts.custom)
        if "columns" not in self.asked:
            self.board_view.columns = columns(parts.columns, parts.memory, known)
        imposed = sort_named(parts.sort, self.query_.custom)
        self._beginning = Beginning(parts.memory, imposed, columns_named(parts.columns, known) if parts.columns else ())
        self.finder.recall(parts.memory.typed)
        self.bell.chosen = parts.bell
        if self.asked:
            self.post_message(Arranged())

    def feeds_begun(self, post_to: str, problem: str, awaited: str) -> None:
        """It is known how calls come here; for the arguments see `EmptyState.tell`."""
        self._if_empty = partial(self._empty_state.tell, post_to, problem, awaited)
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        """Until the journal has been read, nobody knows whether there are calls."""
        if self._live and not self.snapshot.board.seen:
            self._if_empty()

    def to_remember(self, chosen_theme: str) -> Memory:
        """How the console is now."""
        shown, typed = self.board_view.columns, self.finder.history
        return to_remember(self.query_, shown, chosen_theme, typed, self._beginning)

    def show(self, update: Update, now: datetime) -> None:
        """Take in news. A picture that is frozen waits with it."""
        before, self.snapshot, self.read = self.snapshot, update.snapshot, update.read
        self._trouble.update(update.snapshot.board, update.changed)
        if self._live:
            new = newly_wrong(before.board, update.snapshot.board, update.changed)
            self.bell.heard(in_trouble=new, deaf=update.snapshot.deaf)
        if self._standstill.holds(update):
            self.show_counts()
        else:
            self._show_news(update, now)

    def _show_news(self, update: Update, now: datetime) -> None:
        was_empty = not self._shown.board.seen
        self._shown, self._now, self._in_trouble = update.snapshot, now, len(self._trouble)
        self.board_view.update_calls(update.snapshot.board, update.changed, now, mark=self._live)
        if update.live and not self._live:
            self._live = True
            self.board_view.begin()
            self._tell_if_empty()
        self._make_room()
        if was_empty and self._shown.board.seen:
            self.show_view()
        self._show_selected()
        self.show_counts()

    def _make_room(self) -> None:
        """The board once there has been a call, and before that what to do to have one."""
        known = self._shown.board.seen > 0
        self.board_view.display, self._empty_state.display = known, not known
        self._detail_pane.set_class(known, "-calls")

    def tick(self, now: datetime) -> None:
        """A second has passed, which a frozen picture does not show."""
        if not self._standstill.frozen:
            self._now = now
            self.board_view.tick(now)
            self._detail_pane.tick(now)

    def action_freeze(self) -> None:
        """Freeze the picture, or show what happened meanwhile."""
        if self._standstill.frozen:
            self._show_news(Update(self.snapshot, self._standstill.end(), live=self._live), self._clock())
        else:
            self._standstill.begin()
            self.show_counts()

    @on(MarksChanged)
    def _marks_changed(self) -> None:
        self.show_counts()

    @property
    def _marked(self) -> tuple[int, int]:
        """How many calls are marked, and how many of them the view does not show."""
        marks, view = self.board_view.marks, self.board_view.view
        marks.keep(self.snapshot.board.calls)
        return len(marks), sum(1 for call_id in marks.ids if call_id not in view)

    @on(CallSelected)
    def _selected(self) -> None:
        self._show_selected()

    def show_view(self, back_to: str | None = None) -> None:
        """Show the view that is asked for, from scratch."""
        self.board_view.show(self.query_, back_to)
        self._show_selected()
        self.show_counts()

    @on(ViewShown)
    def _view_shown(self) -> None:
        self._show_selected()
        self.show_counts()

    def _show_selected(self) -> None:
        call_id = self.board_view.selected
        call = None if call_id is None else self._shown.board.calls.get(call_id)
        self._detail_pane.show(call, self._now, self.query_.lang, self._shown.gaps)

    def show_counts(self) -> None:
        """Tell how much there is, and what is special about the view."""
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
                shown=self.board_view.calls,
                error=self.query_.understood.error,
                typing=not self.finder.complete,
                slip=self.query_.understood.slip if self.finder.complete else "",
                search=self.finder.searched,
                marked=self._marked,
                waiting=self._standstill.waiting,
            )
        )
