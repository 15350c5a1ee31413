"""The dialog of one hang-up. It is built on one call id, and nothing can make it about another call.

The key that opens it is not the key that confirms; Enter is Cancel; and keys count only after the dialog has been on
the screen, with no key pressed, for as long as `callmon.tui.quiet` says. So neither type-ahead over a slow line, nor a
held key, nor text pasted into the wrong window can hang up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from callmon.core import describe
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import HangUpOutcome
from callmon.core.listening import Gap
from callmon.hangups import Progress, Stage
from callmon.tui import prose
from callmon.tui.about_call import AboutCall
from callmon.tui.clock_cell import ClockCell
from callmon.tui.dialog import Dialog
from callmon.tui.hanging import HangingText, Line, sections
from callmon.tui.hangup_prose import WARNING, accepted, ended, on_its_way, question, queued, refused, waiting
from callmon.tui.keys import ON_MODALS, SCROLLING, key_label, keys_of
from callmon.tui.messages import HangUpCalledOff, HangUpConfirmed
from callmon.tui.quiet import Quiet, too_soon
from callmon.tui.room import too_small

_TOLD = ("Call id", "Bot", "Kind", "Direction", "From", "To", "Meeting", "On the call", "Tenant")
"""Of what is known, what tells this call from others."""


class HangUpDialog(AboutCall, Dialog):
    """Asks, then shows what becomes of it. Closing it stops nothing and loses nothing: the request is the app's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", "Hang up", id="confirm-hangup", tooltip="In the dialog: hang up this call"),
        Binding("s", "stop", "Stop trying", id="stop-trying", tooltip="In the dialog: send the hang-up no more"),
        Binding("n,escape,q", "close", "Close", id="close-dialog", tooltip="In a dialog: close it, change nothing"),
        *SCROLLING,
        *ON_MODALS,
    ]

    def __init__(self, call: Call, lang: str, now: datetime, monotonic: Callable[[], float], remark: str = "") -> None:
        """`remark` is something else that the operator should know first."""
        self._body = HangingText(id="dialog-text")
        super().__init__(self._body, Button("Cancel", id="cancel"))
        self.call = call
        self._remark = remark
        self._lang = lang
        self._now = now
        self._monotonic = monotonic
        self.quiet = Quiet()
        self.sent_at: datetime | None = None
        self.outcome: HangUpOutcome | None = None
        self._wait: tuple[HangUpOutcome, float] | None = None
        """What came back last and when, by the monotonic clock, the request is sent again."""
        self._queued = False
        """Whether other requests go first."""
        self._disarmed = False
        self._held_s = 0.0
        """Seconds for which Graph's throttling holds what has not begun."""
        self._time = ClockCell(id="dialog-time")
        self._who = Static("", id="dialog-who", markup=False)

    def compose(self) -> ComposeResult:
        """The call, what a hang-up does to it, and two buttons of which the harmless one has the focus."""
        with Vertical(id="dialog"):
            yield self._heading
            with Horizontal(id="dialog-call"):
                yield self._time
                yield self._who
            yield self._scroll
            yield self._buttons

    def on_mount(self) -> None:
        """Count the quiet time from when the dialog has been painted."""
        self._paint()
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self.quiet.begin(self._monotonic())

    def on_key(self, event: events.Key) -> None:
        """Any other key than the confirming one starts the quiet time anew."""
        if event.key not in keys_of(self, "confirm-hangup"):
            self.quiet.other(self._monotonic())

    def action_confirm(self) -> None:
        """Ask for the hang-up, if the dialog still asks and the key is meant."""
        if self.quiet.confirms(self._monotonic()) and self.asks:
            self.sent_at, self.outcome, self._wait = self._now, None, None
            self.post_message(HangUpConfirmed((self.call.id,)))
        self._paint()

    def action_stop(self) -> None:
        """Send the hang-up no more, if it waits to be sent again."""
        if (self._wait is not None or self._queued) and self.outcome is None:
            self.post_message(HangUpCalledOff((self.call.id,)))

    def on_resize(self) -> None:
        """On another size there is room for it, or not."""
        self._paint()

    def follow(self, call: Call, now: datetime, gaps: Sequence[Gap], held_s: float) -> None:  # noqa: ARG002  # no timeline
        """The call as it is now. It can only be the call that the dialog was built on."""
        if call.id == self.call.id:
            changed = call is not self.call
            self.call, self._now, self._held_s = call, now, held_s
            if changed or self._waiting:
                self._paint()
            else:
                self._tick()

    def moved(self, progress: Progress) -> bool:
        """The request that was sent from here, if one was, has come one step further."""
        if self.sent_at is None:
            return False
        self._queued = progress.stage is Stage.QUEUED
        if progress.stage is Stage.WAITS and progress.outcome is not None:
            self._wait = (progress.outcome, self._monotonic() + progress.wait_s)
        elif progress.over:
            self.outcome = progress.outcome
            self.quiet.restart(self._monotonic())
        self._paint()
        return True

    def disarm(self) -> bool:
        """See `AboutCall`: once something was sent, what became of it is shown, and nothing offered."""
        if not self._disarmed:
            self._disarmed = True
            self._paint()
        return self._asks_first

    @property
    def asks(self) -> bool:
        """Whether the confirming key hangs up, the first time or again: only what is in sight is hung up."""
        if self._disarmed or self.call.ended or too_small(self.app.size):
            return False
        return self.sent_at is None or (self.outcome is not None and self.outcome.retry_helps)

    @property
    def _asks_first(self) -> bool:
        """Whether it asks and nothing was sent from here yet."""
        return self.sent_at is None and not self.call.ended

    @property
    def _waiting(self) -> bool:
        return self.sent_at is not None and not self.call.ended

    def _paint(self) -> None:
        self._heading.update(self._title())
        self._who.update(prose.headline(self.call, self._now))
        self._body.tell(sections(self._text()))
        self._confirm_button.display = self.asks
        yes, no = key_label(self, "confirm-hangup"), key_label(self, "close-dialog")
        self._confirm_button.label = f"Hang up ({yes})" if self._asks_first else f"Try again ({yes})"
        self._cancel_button.label = f"Cancel ({no})" if self._asks_first else f"Close ({no})"
        self._tick()

    def _tick(self) -> None:
        self._time.show(describe.lasted(self.call, self._now))

    def _title(self) -> str:
        if self.call.ended:
            accepted = self.outcome is not None and self.outcome.answer is Answer.ACCEPTED
            return "Hung up: the call has ended" if accepted else "The call has ended"
        if self._asks_first:
            return f"Hang up call #{self.call.index}?"
        if self.outcome is None:
            return "Hanging up…"
        if self.outcome.answer is Answer.ACCEPTED:
            return "Hang-up accepted"
        return "Not known whether it is hung up" if self.outcome.unsettled else "Not hung up"

    def _text(self) -> Iterator[Sequence[Line]]:
        small = too_small(self.app.size) if self._asks_first else ""
        if small:
            yield [Line.said(small, WARNING)]
            return
        if self.asks and self.quiet.too_soon:
            # First, where it is in sight however little room there is.
            yield [Line.said(too_soon(key_label(self, "confirm-hangup")), WARNING)]
        yield from self._told()
        if self._asks_first:
            # Last, for what does not fit must be scrolled to, and a roster may be long.
            yield prose.facts_lines(self.call, _TOLD)

    def _told(self) -> Iterator[Sequence[Line]]:
        if self.call.ended:
            return ended(self.call, self.outcome, self._lang, asked=self.sent_at is not None)
        if self.sent_at is None:
            return question(self.call, self._now, self._remark)
        if self.outcome is None:
            return self._on_its_way(key_label(self, "stop-trying"))
        if self.outcome.answer is Answer.ACCEPTED:
            return accepted(self.call, self.outcome, self.sent_at, self._now)
        return refused(self.outcome)

    def _on_its_way(self, stop: str) -> Iterator[Sequence[Line]]:
        if self._queued:
            return queued(self._held_s, stop)
        if self._wait is None:
            return on_its_way()
        came, again_at = self._wait
        return waiting(came, max(0.0, again_at - self._monotonic()), stop)
