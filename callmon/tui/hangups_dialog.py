"""The dialog of several hang-ups. It is built on the marked calls, by their ids, and nothing can add one to them.

Their number has to be typed: see `callmon.tui.count_gesture` for what counts as typing it. A call that ends meanwhile
changes the number, and what was typed before no longer counts. Enter is Cancel, or nothing once digits stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from callmon.core import hangup_words
from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.core.text import visible
from callmon.hangups import Progress, Stage
from callmon.tui.about_call import AboutCalls
from callmon.tui.count_gesture import CountGesture
from callmon.tui.dialog import Dialog
from callmon.tui.keys import ON_MODALS, SCROLLING, key_label, keys_of
from callmon.tui.marked_call import BAD, MarkedCall, outcome_line, outcome_text, question_line
from callmon.tui.messages import HangUpCalledOff, HangUpConfirmed
from callmon.tui.quiet import too_soon
from callmon.tui.room import too_small

_WIDTH = 110
_GOOD = frozenset({Answer.ACCEPTED, Answer.GONE})
_REASONS = 3
"""So many different reasons are told in full."""
_FRAME = 6
"""Columns of the dialog that are not the list's."""


class _CancelButton(Button):
    """Closes the dialog; its Enter does nothing once somebody has begun to type the number."""

    def action_press(self) -> None:
        """Enter, not a click."""
        if not (isinstance(self.screen, HangUpsDialog) and self.screen.typed):
            super().action_press()


class HangUpsDialog(AboutCalls, Dialog):
    """Asks once for all, then shows what becomes of each. Closing it stops nothing and loses nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "y", "confirm", "Hang up", id="confirm-hangups", tooltip="In the dialog: hang up, if their number stands"
        ),
        Binding("s", "stop", "Stop", id="stop-hangups", tooltip="In the dialog: send no more of the hang-ups"),
        Binding("n,escape,q", "close", "Close", id="close-dialog", tooltip="In a dialog: close it, change nothing"),
        *SCROLLING,
        *ON_MODALS,
    ]

    def __init__(self, marked: Sequence[MarkedCall], lang: str, now: datetime, monotonic: Callable[[], float]) -> None:
        self._list = Static("", id="dialog-text", markup=False)
        super().__init__(self._list, _CancelButton("Cancel", id="cancel"))
        self.marked = tuple(marked)
        self._lang = lang
        self._now = now
        self._monotonic = monotonic
        self._gesture = CountGesture()
        self._wanted = self._sendable
        self._held_s = 0.0
        self.sent: tuple[str, ...] = ()
        """The calls that the operator said yes to."""
        self._progress: dict[str, tuple[Progress, float]] = {}
        """How far each has come, and when it is sent again by the monotonic clock."""
        self._ask = Static("", id="dialog-ask", markup=False)

    def compose(self) -> ComposeResult:
        """The calls, what is asked, and two buttons of which the harmless one has the focus."""
        with Vertical(id="dialog", classes="-many"):
            yield self._heading
            yield self._scroll
            yield self._ask
            yield self._buttons

    def on_mount(self) -> None:
        """Count the quiet time from when the dialog has been painted."""
        self._paint()
        self.call_after_refresh(lambda: self._gesture.begin(self._monotonic()))

    @property
    def call_ids(self) -> tuple[str, ...]:
        """The calls that it is about."""
        return tuple(one.call.id for one in self.marked)

    @property
    def typed(self) -> str:
        """The digits that stand there."""
        return self._gesture.typed

    def disarm(self) -> bool:
        """See `AboutCalls`: once something was sent, what becomes of it is shown."""
        return self.asks

    @property
    def asks(self) -> bool:
        """Whether nothing has been sent from here yet."""
        return not self.sent

    @property
    def _ready(self) -> bool:
        """Whether something can be said yes to, and is in sight."""
        return self.asks and self._wanted > 0 and not too_small(self.app.size)

    @property
    def _sendable(self) -> int:
        return sum(1 for marked in self.marked if not marked.left_because)

    def on_key(self, event: events.Key) -> None:
        """Digits make the number; any other key than the confirming one takes it back."""
        now = self._monotonic()
        if too_small(self.app.size):
            self._gesture.other(now)
        elif event.is_printable and event.character is not None and event.character in "0123456789":
            self._gesture.digit(event.character, now)
        elif event.key == "backspace":
            self._gesture.rub_out(now)
        elif event.key not in {*keys_of(self, "confirm-hangups"), "enter"}:
            self._gesture.other(now)
        self._paint()

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is never a number."""
        event.stop()
        self._gesture.other(self._monotonic())

    def action_confirm(self) -> None:
        """Hang them up, if the number stands there and was meant, and they are in sight."""
        if self._ready and self._gesture.confirms(self._wanted, self._monotonic()):
            self.sent = tuple(marked.call.id for marked in self.marked if not marked.left_because)
            self.post_message(HangUpConfirmed(self.sent))
        self._paint()

    def action_stop(self) -> None:
        """Send no more."""
        if waiting := [call_id for call_id in self.sent if not self._over(call_id)]:
            self.post_message(HangUpCalledOff(waiting))

    def on_resize(self) -> None:
        """Another width has room for more or less."""
        self._paint()

    def follow(self, marked: Sequence[MarkedCall], now: datetime, held_s: float) -> None:
        """The same calls as they are now; for so many seconds nothing is sent."""
        self.marked, self._now, self._held_s = tuple(marked), now, held_s
        if self.asks and self._wanted != self._sendable:
            self._wanted = self._sendable
            self._gesture.other(self._monotonic())
        self._paint()

    def moved(self, call_id: str, progress: Progress) -> bool:
        """A hang-up has come one step further. Returns whether the operator is told of it here."""
        if call_id not in self.sent:
            return False
        self._progress[call_id] = (progress, self._monotonic() + progress.wait_s)
        self._paint()
        return True

    def _over(self, call_id: str) -> bool:
        return call_id in self._progress and self._progress[call_id][0].over

    def _paint(self) -> None:
        self._heading.update(self._title())
        self._list.update(Content("\n").join(self._lines()))
        self._ask.update(self._asked() if self.asks else self._standing())
        self._confirm_button.display = self._ready
        yes, no = key_label(self, "confirm-hangups"), key_label(self, "close-dialog")
        self._confirm_button.label = f"Hang up {self._wanted} ({yes})"
        self._cancel_button.label = f"{'Cancel' if self.asks else 'Close'} ({no})"

    def _title(self) -> str:
        count = len(self.marked)
        if self.asks:
            return f"Hang up the {count} marked calls?"
        if left := sum(1 for call_id in self.sent if not self._over(call_id)):
            return f"Hanging up: {left} of {len(self.sent)} not answered yet"
        # The connection may have broken first, or nothing was sent.
        unanswered = any(one is None or one.status is None for one in self._outcomes)
        return "Not all are answered" if unanswered else "All are answered"

    def _lines(self) -> list[Content]:
        width = max(20, min(_WIDTH, self.app.size.width) - _FRAME)
        if self.asks:
            return [question_line(marked, self._now, width) for marked in self.marked]
        return [self._outcome_line(marked, width) for marked in self.marked]

    def _outcome_line(self, marked: MarkedCall, width: int) -> Content:
        call = marked.call
        if call.id not in self.sent:
            return question_line(marked, self._now, width)
        progress, until = self._progress.get(call.id, (Progress(Stage.QUEUED), 0.0))
        wait_s = self._held_s if progress.stage is Stage.QUEUED else max(0.0, until - self._monotonic())
        return outcome_line(call, outcome_text(call, progress, wait_s, self._lang), self._now, width)

    def _asked(self) -> Content:
        if small := too_small(self.app.size):
            return Content.styled(small, "bold $warning")
        if not self._wanted:
            return Content.styled("There is nothing to hang up: none of them can be.", "$warning")
        left = len(self.marked) - self._wanted
        hidden = sum(1 for one in self.marked if one.hidden and not one.left_because)
        facts = f"{self._wanted} will be hung up"
        facts += f" ({hidden} of them hidden by the view)" if hidden else ""
        facts += f", {left} not" if left else ""
        if self._gesture.typed == str(self._wanted):
            yes = key_label(self, "confirm-hangups")
            ask = f"{self._wanted} it is: {yes} hangs these {self._wanted} calls up."
            if self._gesture.too_soon:
                ask = f"{too_soon(yes)} {ask}"
        else:
            ask = f"Type the number of calls to hang up, {self._wanted}: {self._gesture.typed}_"
        return Content.assemble(f"{facts}. {hangup_words.expects()}\n", (ask, "bold"))

    @property
    def _outcomes(self) -> list[HangUpOutcome | None]:
        """Of those of which nothing more will come."""
        return [progress.outcome for progress, _ in self._progress.values() if progress.over]

    def _standing(self) -> Content:
        outcomes = self._outcomes
        good = sum(1 for one in outcomes if one is not None and one.answer in _GOOD)
        unsettled = sum(1 for one in outcomes if one is not None and one.unsettled)
        told = f"{good} accepted or gone, {len(outcomes) - good - unsettled} not hung up"
        told += f", {unsettled} not known" if unsettled else ""
        if len(outcomes) == len(self.sent):
            return Content.assemble(f"{told}. Each attempt is in the audit trail.", *self._why_not())
        stop = key_label(self, "stop-hangups")
        held = f" Graph is throttling: all wait {self._held_s:.0f} s." if self._held_s else ""
        return Content(f"{told} so far.{held} {stop} sends no more of them. Closing this dialog stops nothing.")

    def _why_not(self) -> list[tuple[str, str]]:
        """Why some were not hung up: what the lines have no room for."""
        outcomes = [progress.outcome for progress, _ in self._progress.values()]
        bad = Counter(visible(one.sentence) for one in outcomes if one is not None and one.answer not in _GOOD)
        return [(f"\n{count} × {sentence}", BAD) for sentence, count in bad.most_common(_REASONS)]  # noqa: RUF001  # the sign, not the letter
