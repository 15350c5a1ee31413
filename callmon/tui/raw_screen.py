"""The notifications of one call as they came, one at a time, with what each changed. Secrets in them are masked."""

from __future__ import annotations

from collections.abc import Sequence
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
from callmon.core.text import clock, visible
from callmon.monitor import notifications_of
from callmon.ports import Journal, JournalError
from callmon.tui.about_call import AboutCall
from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.messages import NotificationsRead
from callmon.tui.notifications import Notification, prepared
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
    """Starts at the latest notification."""

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
        self._journal = journal
        self._notifications: Sequence[Notification] | None = None
        self._place = 0
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
        """Read the journal in a thread: it can be long."""
        self.run_worker(self._read, thread=True, exit_on_error=True)

    def _read(self) -> None:
        try:
            self.post_message(NotificationsRead(prepared(notifications_of(self._journal, self.call.id))))
        except JournalError as error:
            sentence = f"The notifications cannot be read now: {error}"
            self.notify(visible(sentence), severity="error", markup=False)

    @on(NotificationsRead)
    def _notifications_read(self, message: NotificationsRead) -> None:
        self.show(message.notifications)

    def show(self, notifications: Sequence[Notification]) -> None:
        """The notifications of the call, oldest first."""
        self._notifications = notifications
        self._place = len(notifications) - 1
        self._paint()

    def action_step(self, step: int) -> None:
        """Go to the next or the previous one."""
        if self._notifications:
            self._place = min(max(self._place + step, 0), len(self._notifications) - 1)
            self._paint()
            self._body.scroll_home(animate=False)

    def _paint(self) -> None:
        if not self._notifications:
            self._head.update(" The journal holds no notification of this call.")
            return
        shown = self._notifications[self._place]
        entry = shown.stored.entry
        self._head.update(
            f" Notification {self._place + 1} of {len(self._notifications)}   {clock(entry.at)} UTC   "
            f"{visible(entry.origin)}   entry {shown.stored.position}"
        )
        first = self._place == 0
        self._changes.update(Content("") if first else _changes(shown.changes))
        self._json.update(_highlighted(shown.text))


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
