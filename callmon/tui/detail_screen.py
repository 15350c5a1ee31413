"""One call on the whole screen: why it ended, every step that is kept, and all that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from callmon.core import describe, hangup_words
from callmon.core.calls import Call
from callmon.core.listening import Gap
from callmon.core.timelines import timeline
from callmon.tui import prose
from callmon.tui.about_call import AboutCall
from callmon.tui.clock_cell import ClockCell
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
        self._text = Static(id="full-text", markup=False)
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

    def on_resize(self) -> None:
        """Another width breaks lines elsewhere."""
        self.call_after_refresh(self._paint)

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
        self._text.update(Content("\n\n").join(self._sections()))
        self._tick()

    def _sections(self) -> list[Content]:
        call = self.call
        sections = []
        if (why := prose.end_text(call, self._lang, full=True)) is not None:
            sections.append(why)
        if (doubt := prose.doubt_text(call)) is not None:
            sections.append(doubt)
        if call.hangup is not None:
            sections.append(_titled("Hang-up", Content(hangup_words.state(call, self._now))))
        steps = prose.timeline_text(timeline(call, self._lang, self._gaps))
        if call.steps_dropped:
            note = f"The {call.steps_dropped} oldest steps are no longer kept here; the journal has them."
            steps = Content.assemble((note, "dim"), "\n", steps)
        sections += [
            _titled("Timeline (UTC)", steps),
            _titled("Known", prose.facts_text(call, self._text.content_size.width)),
        ]
        if call.roster:
            sections.append(_titled(f"On the call ({len(call.roster)})", prose.roster_text(call)))
        return sections


def _titled(title: str, text: Content) -> Content:
    return Content.assemble((title, "bold underline"), "\n", text)
