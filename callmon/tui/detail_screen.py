"""One call on the whole screen: why it ended, every step that is kept, and all that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from callmon.core import describe, hangup_words, particulars
from callmon.core.calls import Call
from callmon.core.listening import Gap
from callmon.core.timelines import timeline
from callmon.tui import prose
from callmon.tui.about_call import AboutCall
from callmon.tui.clock_cell import ClockCell
from callmon.tui.hanging import HangingText, Line, sections
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.page import Page


class DetailScreen(AboutCall, Screen[None]):
    """Follows its call while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "app.pop_screen", "Back", id="back", tooltip="Back to the board"),
        Binding("x,f9", "app.hang_up", "Hang up", id="hang-up", tooltip="Hang up this call; a dialog asks first"),
        Binding("x,f9", "app.how_to_arm", "How to arm", id="hang-up", tooltip="Hang-ups are disarmed", show=False),
        Binding("a", "app.arm", "Arm", id="arm", tooltip="Arm hang-ups, or disarm them"),
        Binding("a", "app.disarm", "Disarm", id="arm", tooltip="Disarm hang-ups"),
        Binding("v", "app.verify", "Verify", id="verify", tooltip="Ask Graph whether it still has the call"),
        Binding("r", "app.open_raw", "Raw", id="raw", tooltip="The call's notifications as they came"),
        Binding("c", "app.copy_id", "Copy id", id="copy-id", tooltip="Copy the call id"),
        Binding("C", "app.copy_ticket", "Copy ticket", id="copy-ticket", tooltip="Copy a text for a ticket"),
        HELP,
        SUSPEND,
    ]

    def __init__(self, call: Call, lang: str, now: datetime, gaps: Sequence[Gap]) -> None:
        super().__init__()
        self.call = call
        self._gaps = gaps
        self._lang = lang
        self._time = ClockCell(id="full-time")
        self._head = Static(id="full-title", markup=False)
        self._text = HangingText(id="full-text")
        self._body = Page(self._text, id="full-body")
        self._now = now
        self._late = hangup_words.lapsed(call, now)

    def compose(self) -> ComposeResult:
        """Head, then one scrolling text."""
        with Horizontal(id="full-head"):
            yield self._time
            yield self._head
        yield self._body
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the call."""
        self._paint()

    def follow(self, call: Call, now: datetime, gaps: Sequence[Gap], held_s: float) -> None:  # noqa: ARG002  # sends nothing
        """The call as it is now."""
        if call.id == self.call.id:
            late = hangup_words.lapsed(call, now)
            changed = call is not self.call or gaps is not self._gaps or late != self._late
            self._late = late
            self.call, self._now, self._gaps = call, now, gaps
            if changed:
                self._paint()
            self._tick()

    def _tick(self) -> None:
        self._time.show(describe.lasted(self.call, self._now))

    def _paint(self) -> None:
        self._head.update(prose.headline(self.call, self._now))
        self._text.tell(sections(self._sections()))
        self._tick()

    def _sections(self) -> Iterator[Sequence[Line]]:
        call = self.call
        for told in (prose.end_text(call, self._lang, full=True), prose.doubt_text(call)):
            if told is not None:
                yield [Line(told)]
        if call.hangup is not None:
            yield Line.titled("Hang-up", [Line.said(hangup_words.state(call, self._now))])
        steps = prose.timeline_lines(timeline(call, self._lang, self._gaps))
        if call.steps_dropped:
            note = f"The {call.steps_dropped} oldest steps are no longer kept here; the journal has them."
            steps = [Line.said(note, "dim"), *steps]
        yield Line.titled("Timeline (UTC)", steps)
        yield Line.titled("Known", prose.facts_lines(call))
        if call.roster:
            yield Line.titled(particulars.roster_title(call), prose.roster_lines(call))
