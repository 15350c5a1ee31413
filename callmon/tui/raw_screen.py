"""The notifications of one call as they came, one at a time, with what each changed. Secrets in them are masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.highlighter import JSONHighlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.screen import Screen
from textual.widgets import Static

from callmon.core.calls import Call
from callmon.core.differences import Change
from callmon.core.listening import Gap
from callmon.core.text import clock, visible
from callmon.ports import Journal, JournalError
from callmon.tui.about_call import AboutCall
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.messages import NotificationsRead
from callmon.tui.notifications import History, Notification
from callmon.tui.page import Page

_MARKS = {"added": ("+", "$success"), "removed": ("-", "$error"), "changed": ("~", "$warning")}


_JSON = {
    "json.brace": "bold",
    "json.key": "bold $accent",
    "json.str": "$success",
    "json.number": "bold $warning",
    "json.bool_true": "italic $warning",
    "json.bool_false": "italic $warning",
    "json.null": "italic $warning",
}
"""What Rich's highlighter tells apart, in the colours of the theme: its own cannot be read on a light ground."""


class RawScreen(AboutCall, Screen[None]):
    """Starts at the latest notification; those that come are counted, and shown when they are asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n,right,l", "step(1)", "Next", id="next-notification", tooltip="In the raw view: the next notification"
        ),
        Binding(
            "p,left,h",
            "step(-1)",
            "Previous",
            id="previous-notification",
            tooltip="In the raw view: the notification before",
        ),
        Binding("escape,q,r,enter", "app.pop_screen", "Back", id="raw-back", tooltip="Out of the raw view"),
        HELP,
        SUSPEND,
    ]

    def __init__(self, call: Call, journal: Journal) -> None:
        super().__init__()
        self.call = call
        self._history = History(journal, call.id)
        self._notifications: list[Notification] = []
        self._place = 0
        self._reading = False
        self._read_again = False
        """Whether something may have come while the journal was read."""
        self._unreadable = False
        self._head = Static(f" Call {call.spelled}: reading the journal…", id="raw-head", markup=False)
        self._changes = Static("", id="raw-changes", markup=False)
        self._json = Static("", id="raw-json", markup=False)
        self._body = Page(self._changes, self._json, id="raw-body")

    def compose(self) -> ComposeResult:
        """Where we are, what changed, and the JSON."""
        yield self._head
        yield self._body
        yield KeyLine()

    def on_mount(self) -> None:
        """Read what there is."""
        self._read_on()

    def follow(self, call: Call, now: datetime, gaps: Sequence[Gap], held_s: float) -> None:  # noqa: ARG002  # shows notifications
        """What changed the call came with a notification."""
        changed, self.call = call is not self.call, call
        if changed or self._unreadable:
            self._read_on()

    def _read_on(self) -> None:
        """Read in a thread: the journal can be long."""
        if self._reading:
            self._read_again = True
        else:
            self._reading, self._read_again = True, False
            self.run_worker(self._read, thread=True, exit_on_error=True)

    def _read(self) -> None:
        try:
            self.post_message(NotificationsRead(self._history.read_on()))
        except JournalError as error:
            self.post_message(NotificationsRead((), f"The notifications cannot be read now: {error}"))

    @on(NotificationsRead)
    def _notifications_read(self, message: NotificationsRead) -> None:
        self._reading = False
        if message.problem and not self._unreadable:
            self.notify(visible(message.problem), severity="error", markup=False)
        self._unreadable = bool(message.problem)
        if not message.problem:
            self._take_in(message.notifications)
        if self._read_again:
            self._read_on()

    def _take_in(self, more: Sequence[Notification]) -> None:
        """Whoever reads one stays with it."""
        first = not self._notifications
        self._notifications += more
        if first:
            self._go_to(len(self._notifications) - 1)
        else:
            self._tell_place()

    def action_step(self, step: int) -> None:
        """Go to the next or the previous one. After the last there may be one that changed nothing."""
        if self._notifications:
            if (place := self._place + step) == len(self._notifications):
                self._read_on()
            self._go_to(min(max(place, 0), len(self._notifications) - 1))
            self._body.scroll_home(animate=False)

    def _go_to(self, place: int) -> None:
        self._place = place
        self._tell_place()
        if self._notifications:
            shown = self._notifications[place]
            self._changes.update(_changes(shown.changes) if place else "")
            self._json.update(_highlighted(shown.text))

    def _tell_place(self) -> None:
        if not self._notifications:
            self._head.update(" The journal holds no notification of this call.")
            return
        stored = self._notifications[self._place].stored
        self._head.update(
            f" Notification {self._place + 1} of {len(self._notifications)}   {clock(stored.entry.at)} UTC   "
            f"{visible(stored.entry.origin)}   entry {stored.position}"
        )


def _changes(changes: Sequence[Change]) -> Content:
    if not changes:
        return Content.styled("Nothing differs from the notification before.\n", "dim")
    lines = [Content.styled("Different from the notification before:", "dim")]
    for change in changes:
        sign, style = _MARKS[change.kind]
        values = " → ".join(visible(value) for value in (change.before, change.after) if value)
        lines.append(Content.assemble((f"{sign} {visible(change.path)}", style), f"  {values}"))
    return Content("\n").join([*lines, Content("")])


def _highlighted(json_text: str) -> Content:
    text = Text(json_text)
    JSONHighlighter().highlight(text)
    return Content(json_text, spans=[Span(one.start, one.end, _JSON.get(str(one.style), "")) for one in text.spans])
