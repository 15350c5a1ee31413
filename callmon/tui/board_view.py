"""The board on the screen: one line a call, painted line by line.

It is built on Textual's line API because a cell that ticks must cost a cell and not a table, and because a cursor that
is a row number would be on another call whenever rows move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip

from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.grouping import group_title
from callmon.core.hangup_words import lapsed
from callmon.core.index import Index
from callmon.core.query import Query, row, time_cell
from callmon.core.view import Group, View
from callmon.tui.change_marks import ChangeMarks
from callmon.tui.columns import COLUMNS, LEAD, Column, columns_named, fit, header, layout, line, title_line
from callmon.tui.cursor_view import CursorView
from callmon.tui.keys import key_label
from callmon.tui.marks import MARK, Marks
from callmon.tui.messages import MarksChanged, SortAsked, ViewShown
from callmon.tui.slices import Slices


class BoardView(CursorView, can_focus=True):
    """The rows of one view of the board."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "board--line",
        "board--header",
        "board--cursor",
        "board--changed",
        "board--faint",
        "board--mark",
        "board--title",
        "board--doubt",
        "board--stale",
        *(f"board--{tone}" for tone in ("new", "live", "held", "ending", "ended", "failed", "unknown")),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *CursorView.BINDINGS,
        Binding("space", "mark", "Mark", id="mark", tooltip="Mark the call or unmark it, and go down", show=False),
        Binding("M", "mark_range", "Mark to here", id="mark-range", tooltip="Mark from the last to here", show=False),
        Binding("U", "mark_invert", "Invert marks", id="mark-invert", tooltip="Invert the view's marks", show=False),
        Binding("u", "unmark", "Unmark all", id="unmark", tooltip="Take all marks away", show=False),
    ]

    def __init__(
        self,
        now: datetime,
        monotonic: Callable[[], float],
        *,
        id: str | None = None,  # noqa: A002  # Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.now = now
        self._ticked_at = now
        self.known_columns: Mapping[str, Column] = COLUMNS
        self.columns: tuple[Column, ...] = columns_named(())
        self.marks = Marks()
        self._changed = ChangeMarks(monotonic)
        self._times: dict[str, str] = {}
        """What was painted last of the times in sight."""
        self.index = Index()
        self._slices = Slices(self, monotonic)
        self._missed: set[str] = set()
        """The ids of the calls that have changed since a view was begun that is not shown yet."""

    @property
    def calls(self) -> int | None:
        """How many calls the view has that was asked for; None while that is being found out."""
        return None if self._slices.under_way else self.view.calls

    def show(self, query: Query, back_to: str | None = None) -> None:
        """Show another view: the operator asked for it, or the first data came.

        Of many calls it comes a moment later, with a `ViewShown`; until then the one before stays and takes keys.
        Another order of the same calls never moves the cursor, also not from a call that no longer belongs to them.
        It goes to the call `back_to`, if the view has that.
        """
        before = self.view.query
        same = (query.which, query.text) == (before.which, before.text) and self.selected in self.view
        self._missed.clear()
        keep = self.selected if same else None
        made = View.bit_by_bit(query, self.index.calls(), keep, self.index.haystack, self.view)
        self._slices.begin(made, partial(self._show, back_to))

    def _show(self, back_to: str | None, view: View) -> None:
        view.update(self.board, self._missed, keep=self.selected)
        self._missed.clear()
        self.view = view
        self.post_message(ViewShown())
        if back_to in self.view:
            self._select(back_to)
        elif self.selected not in self.view:
            self._select(self._first)
        self._bring_into_sight()
        self.refresh()

    def update_calls(self, board: Board, changed: Iterable[str], now: datetime, *, mark: bool) -> None:
        """Take in what changed, with a mark on it if it is news and not history.

        The cursor stays on its call, wherever that goes, also if it no longer belongs into the view.
        """
        self.board, self.now = board, now
        changed = set(changed)
        self.index.update(board, changed)
        if self._slices.under_way:
            self._missed |= changed
        was_at = None if self.selected is None else self.view.place(self.selected)
        moved = self.view.update(board, changed, keep=self.selected)
        if self.selected is None and len(self.view):
            self._select(self._first)
        if mark:
            self._changed.set(changed)
        if moved:
            self._hold_still(was_at)
            self.refresh()
        else:
            for call_id in changed:
                self._refresh_row(call_id)

    def begin(self) -> None:
        """History has been read and news begins: the cursor is on top, unless the operator has put it elsewhere."""
        if not self._touched and len(self.view):
            self._begin_on_top()
            self.refresh()

    def tick(self, now: datetime) -> None:
        """A second has passed: repaint the times that read differently now, and marks that are over."""
        self.now, before, self._ticked_at = now, self._ticked_at, now
        for call_id in self._changed.expire():
            self._refresh_row(call_id)
        cell = layout(self.size.width, self.columns).time
        visible = list(self._visible_calls())
        self._times = {call_id: self._times[call_id] for _, call_id in visible if call_id in self._times}
        ticked = []
        for y, call_id in visible:
            call = self.board.calls.get(call_id)
            if cell is None or call is None or call.ended:
                continue
            if call.hangup is not None and lapsed(call, now) != lapsed(call, before):
                self._refresh_row(call_id)
            if time_cell(call, now) != self._times.get(call_id):
                ticked.append(Region(cell.x - LEAD, y, cell.width + LEAD, 1))
        if ticked:  # no region at all would mean the whole board
            self.refresh(*ticked)

    def on_click(self, event: events.Click) -> None:
        """A click on the title of a column sorts by it."""
        column = layout(self.size.width, self.columns).at(event.x) if event.y == 0 else None
        if column is not None:
            self.post_message(SortAsked(column.key))

    def action_mark(self) -> None:
        """Mark the call under the cursor, or take its mark away, and go down."""
        if self.selected is not None:
            self.marks.toggle(self.selected)
            self._marked()
            self.action_move(1)

    def action_mark_range(self) -> None:
        """Mark the calls from the one that was marked last to the cursor."""
        if self.selected is not None:
            self.hold()
            self.marks.reach(self.view, self.selected)
            self._marked()

    def action_mark_invert(self) -> None:
        """Mark the calls of the view that are not marked, and only those of it."""
        self.marks.invert(self.view)
        self._marked()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.marks.clear()
        self._marked()

    def unmark(self, call_ids: Iterable[str]) -> None:
        """Take the marks of these calls away."""
        self.marks.drop(call_ids)
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(MarksChanged())

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a call, the title of a group, or nothing."""
        width = self.size.width
        if y == 0:
            text = header(layout(width, self.columns), self.view.query.sort, width)
            return Strip([Segment(text, self.get_component_rich_style("board--header"))], width)
        place = self._window.top + y - 1
        if place >= len(self.view):
            text = self._empty_text() if place == 0 else ""
            return Strip([Segment(fit(text, width), self._base + self._style("faint"))], width)
        return Strip(self._segments(place, width)).adjust_cell_length(width, self._base)

    def _segments(self, place: int, width: int) -> list[Segment]:
        one = self.view[place]
        if isinstance(one, Group):
            title = group_title(one.name, self.view.query.group)
            return title_line(title, self.view.size(one), self._base + self._style("title"))
        call = self.board.calls.get(one)
        if call is None:
            return []
        shown = row(call, self.now, self.view.query.lang)
        self._times[one] = shown.time
        base = self._base
        style: Callable[[str], Style] = self.style_on
        if one == self.selected:
            base = self.get_component_rich_style("board--cursor")
            # The other way round, colours would be backgrounds of many colours.
            style = _same if base.reverse else partial(self.style_on, cursor=True)
        columns = layout(width, self.columns)
        return line(call, shown, columns, base, style, lead=self._lead(one, call))

    def _lead(self, call_id: str, call: Call) -> tuple[str, str]:
        """The sign before the row: that of a mark goes before that of a change, and dims when the call has ended."""
        changed = call_id in self._changed
        if call_id in self.marks:
            return MARK, "changed" if changed else "faint" if call.ended else "mark"
        return ("▌", "changed") if changed else (" ", "")

    def _empty_text(self) -> str:
        if self.view.query.text:
            return f"  No call matches the filter. {key_label(self.screen, 'clear-filter')} clears it."
        return f"  No {self.view.query.which} calls. {key_label(self.screen, 'view-all')} shows all."

    @property
    def _base(self) -> Style:
        """The style of the widget itself: asked for as a component's, because of those Textual keeps what it found."""
        return self.get_component_rich_style("board--line")

    def style_on(self, name: str, *, cursor: bool = False) -> Style:
        """The style of a tone or the like; below the cursor nothing is dim, or it could not be read there."""
        return (self._style(name) + _NOT_DIM) if cursor else self._style(name)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"board--{name}", partial=True)


_NOT_DIM = Style(dim=False)


def _same(_name: str) -> Style:
    return Style.null()
