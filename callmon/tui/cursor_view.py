"""The cursor of the board, which is a call id, and what is in sight around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget

from callmon.core.board import Board
from callmon.core.query import Query
from callmon.core.view import Group, View
from callmon.tui.messages import CallSelected
from callmon.tui.window import Window


class CursorView(Widget):
    """Lines of a view below a header, and a cursor on one of its calls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="up", tooltip="One call up", show=False),
        Binding("down,j", "move(1)", "Down", id="down", tooltip="One call down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="page-up", tooltip="One page up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="page-down", tooltip="One page down", show=False),
        Binding("home,g", "edge(0)", "First", id="first", tooltip="The first call", show=False),
        Binding("end,G", "edge(1)", "Last", id="last", tooltip="The last call", show=False),
    ]

    selected: reactive[str | None] = reactive(None, repaint=False)
    """The id of the call under the cursor. Rows that come, go and move never change it: only the operator does.

    Before the operator has done anything with it, the newest calls matter more: it begins on top, stays on its call as
    long as that is in sight, and begins on top again when new calls have pushed it out.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self.board = Board()
        self.view = View(Query())
        self._window = Window()
        self._touched = False
        """Whether the operator has moved the cursor or acted on its call; until then the newest calls stay in sight."""

    def go_to(self, call_id: str) -> None:
        """Put the cursor on a call of the view."""
        if (place := self.view.place(call_id)) is not None:
            self._go(place, 1)

    def hold(self) -> None:
        """The operator acts on the call under the cursor: from now on only the operator moves it."""
        self._touched = True

    def action_move(self, step: int) -> None:
        """Move the cursor by calls."""
        place = self._place()
        if place is not None:
            self._go(place + step, step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        place = self._place()
        if place is not None:
            self._go(place + pages * max(1, self._window.height - 1), pages)

    def action_edge(self, last: int) -> None:
        """Move the cursor to the first or the last call."""
        self._go(len(self.view) - 1 if last else 0, -1 if last else 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects and does nothing else."""
        place = self._window.top + event.y - 1
        if event.y > 0 and place < len(self.view) and isinstance(self.view[place], str):
            self._go(place, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves what is seen; the cursor goes along only where it would be left out of sight."""
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """As above, the other way."""
        event.stop()
        self._scroll(-3)

    def on_resize(self) -> None:
        """Keep the cursor in sight. What changed since the room was given and before this was told is painted now."""
        self._bring_into_sight()
        self.refresh()

    @property
    def _first(self) -> str | None:
        return self.view.call_near(0, 1) if len(self.view) else None

    def _place(self) -> int | None:
        return None if self.selected is None else self.view.place(self.selected)

    def _go(self, place: int, step: int) -> None:
        """Put the cursor on the call in this place, or on the next one in the direction of the step."""
        target = self.view.call_near(place, step) if len(self.view) else None
        if target is None:
            return
        self._touched = True
        before = self.selected
        if before == target:
            return
        self._select(target)
        if before is not None and self.view.update(self.board, [before]):
            self.refresh()
        elif not self._bring_into_sight():
            self._refresh_row(before)
            self._refresh_row(target)

    def _select(self, call_id: str | None) -> None:
        self.selected = call_id
        self.post_message(CallSelected(call_id))

    def _hold_still(self, was_at: int | None) -> None:
        """Rows came or went: the selected one stays on its line of the screen, if there is something to hold it by."""
        place = self._place()
        if not self._touched:
            self._window.scroll(0, len(self.view))
            if place is None or not self._window.holds(place):
                self._begin_on_top()
        elif was_at is not None and place is not None and self._window.top > 0:
            self._window.top += place - was_at
        self._bring_into_sight()

    def _begin_on_top(self) -> None:
        before = self.selected
        self._window.top = 0
        self._select(self._first)
        if before is not None:
            self.view.update(self.board, [before])

    def _bring_into_sight(self) -> bool:
        self._window.height = max(0, self.size.height - 1)
        before, place = self._window.top, self._place()
        self._window.reveal(place, len(self.view))
        if place and place == self._window.top and isinstance(self.view[place - 1], Group):
            self._window.top -= 1  # the title of a group is seen with its first call
        if self._window.top != before:
            self.refresh()
        return self._window.top != before

    def _scroll(self, lines: int) -> None:
        self._touched = True
        if self._window.scroll(lines, len(self.view)):
            self.refresh()
            place = self._place()
            if place is not None and not self._window.holds(place):
                above = place < self._window.top
                self._go(self._window.top if above else self._window.top + self._window.height - 1, 1 if above else -1)

    def _visible_calls(self) -> Iterator[tuple[int, str]]:
        """The calls in sight, with their lines of the screen."""
        top = self._window.top
        for place in range(top, min(len(self.view), top + self._window.height)):
            if isinstance(one := self.view[place], str):
                yield place - top + 1, one

    def _refresh_row(self, call_id: str | None) -> None:
        place = None if call_id is None else self.view.place(call_id)
        if place is not None and self._window.holds(place):
            self.refresh(Region(0, place - self._window.top + 1, self.size.width, 1))
