"""What is known of the selected call, below the board."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from callmon.core import describe
from callmon.core.calls import Call
from callmon.tui import prose
from callmon.tui.clock_cell import ClockCell


class DetailPane(Vertical):
    """Running time and state on one line; below it the end reason, the timeline and, if there is room, the facts."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._call: Call | None = None
        self._lang = "en"

    def compose(self) -> ComposeResult:
        """The head, the story and the facts."""
        with Horizontal(id="detail-head"):
            yield ClockCell(id="detail-time")
            yield Static(id="detail-title", markup=False)
        with Horizontal(id="detail-body"):
            with VerticalScroll(id="detail-story", can_focus=False):
                yield Static(id="detail-why", markup=False)
                yield Static(id="detail-timeline", markup=False)
            with VerticalScroll(id="detail-facts", can_focus=False):
                yield Static(id="detail-known", markup=False)

    def show(self, call: Call | None, now: datetime, lang: str) -> None:
        """Show a call, or nothing."""
        if call is self._call and lang == self._lang:
            self.tick(now)
            return
        self._call, self._lang = call, lang
        self.query_one("#detail-title", Static).update(prose.headline(call) if call else Content(""))
        self.query_one("#detail-known", Static).update(prose.facts_text(call) if call else Content(""))
        self._tell()
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """A second has passed: only the running time changes."""
        call = self._call
        self.query_one(ClockCell).show(prose.lasted_text(call, now) if call else "")

    def on_resize(self) -> None:
        """Another height shows more or fewer steps."""
        if self._call is not None:
            self._tell()

    def _tell(self) -> None:
        call = self._call
        why = prose.end_text(call, self._lang) if call else None
        if call is not None and why is None and call.hangup is not None:
            why = Content(describe.hangup_state(call))
        self.query_one("#detail-why", Static).update(why or Content(""))
        self.query_one("#detail-why", Static).display = why is not None
        width = max(1, self.query_one("#detail-story").content_size.width)
        room = max(3, self.size.height - 2 - (len(why.wrap(width)) + 1 if why else 0))
        steps = describe.timeline(call, self._lang) if call else ()
        self.query_one("#detail-timeline", Static).update(prose.timeline_text(steps, room))
