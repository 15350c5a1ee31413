"""Everything about hang-ups in the console that is not on the screen: who may, what is asked, what is under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from callmon.core import hangup_words
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import HangUpOutcome
from callmon.hangups import Progress, Stage
from callmon.tui.about_call import AboutCall, AboutCalls
from callmon.tui.arming import Arming
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.hangup_news import HangUpNews
from callmon.tui.hangup_requests import HangUpRequests
from callmon.tui.keys import key_label
from callmon.tui.marked_call import MarkedCall
from callmon.tui.starting import LOOK_AGAIN_S
from callmon.tui.status_bar import Badge

if TYPE_CHECKING:  # the first paint comes before there is one
    from callmon.hangup import HangUp
    from callmon.tui.parts import Parts

_ACTIONS = frozenset({"hang_up", "arm", "disarm", "how_to_arm"})
_DISARMED = HangUpOutcome(Answer.REFUSED_HERE, "Hang-ups are disarmed; nothing was sent.")
_STOPPED = HangUpOutcome(Answer.REFUSED_HERE, "Stopped before anything was sent.", retry_helps=True)


class HangUpDesk:
    """Opens the dialogs, keeps them up to date, sends what they are told to, and tells what came of it."""

    def __init__(
        self, app: App[str], home: ConsoleScreen, now: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._app = app
        self._home = home
        self._now = now
        self._monotonic = monotonic
        self._parts: Parts | None = None
        self._asks_soon: Timer | None = None
        self._news = HangUpNews(app, self._call)
        self.arming = Arming()
        self.requests = HangUpRequests(app, self._call, monotonic)

    def begin(self, parts: Parts) -> None:
        """The means to hang up are known."""
        self._parts = parts
        self.arming = Arming(parts.arm_for_s)

    def end(self) -> None:
        """The console ends: nothing waits to be sent."""
        self.requests.end()

    def tick(self) -> None:
        """A second has passed."""
        if self.arming.wanted and not self.arming.armed(self._monotonic()):
            self.disarm()
        if self._hangup is not None:
            self.requests.call_off_ended()
            self.requests.check_overdue(self._hangup)

    def touch(self) -> None:
        """A key was pressed."""
        if self.arming.wanted:
            self.arming.touch(self._monotonic())
            if not self.arming.armed(self._monotonic()):
                self.disarm()

    def offers(self, action: str) -> bool:
        """Whether an action is there: in read-only mode none is, and a hang-up only while it is armed."""
        if action not in _ACTIONS:
            return True
        if self._parts is None or self._parts.read_only:
            return False
        if action in {"arm", "disarm"} and not self.arming.wanted:
            return False
        return self.arming.armed(self._monotonic()) == (action in {"hang_up", "disarm"})

    @property
    def silent_on(self) -> frozenset[str]:
        """The ids of keys that the help does not speak of; before it is known what is offered, of no hang-up."""
        if self._parts is None or self._parts.read_only:
            return frozenset({"hang-up", "arm"})
        return frozenset() if self.arming.wanted else frozenset({"arm"})

    @property
    def badges(self) -> list[Badge]:
        """What the status line says about it."""
        if self._parts is not None and self._parts.read_only:
            return [Badge("READ-ONLY")]
        text = self.arming.badge(self._monotonic())
        return [Badge(text)] if text else []

    def arm(self) -> None:
        """From now on, and for as long as keys are pressed, calls can be hung up."""
        self.arming.arm(self._monotonic())
        self._app.refresh_bindings()

    def disarm(self) -> None:
        """Disarm, and close every dialog that has done nothing but ask. What became of a hang-up stays to be read."""
        self.arming.disarm()
        dialogs: list[AboutCall | AboutCalls] = [*self._about_one(), *self._about_many()]
        for dialog in dialogs:
            if dialog.disarm():
                dialog.dismiss()
                self._warn("No key was pressed for too long: hang-ups are disarmed again, and nothing was sent.")
        self._app.refresh_bindings()

    def how_to_arm(self) -> None:
        """Hang-ups are not armed."""
        key = key_label(self._home, "arm")
        self._app.notify(f"Hang-ups are disarmed. {key} arms them; then press this key again.", markup=False)

    def ask(self, call: Call | None) -> None:
        """Open the dialog: on this call, which is on the screen, or else on the marked ones. Nothing is sent here."""
        if self._parts is None or not self.offers("hang_up"):
            return
        marks = self._home.board_view.marks.ids if call is None else ()
        if len(marks) > 1:
            self._once_ready(self._parts, partial(self._ask_about_many, marks))
            return
        meant = call or (self._call(marks[0]) if marks else self._home.take())
        if meant is None:
            self._app.notify("There is no call here to hang up.", markup=False)
        else:
            other = marks and meant.id != self._home.board_view.selected
            remark = "This is the call that you marked; the cursor is on another one." if other else ""
            self._once_ready(self._parts, partial(self._ask_about_one, meant, remark))

    def _once_ready(self, parts: Parts, ask: Callable[[Parts], None]) -> None:
        """Ask now, or soon if it is not known yet what can be hung up: nothing on the screen waits for that."""
        if self._asks_soon is not None:
            self._asks_soon.stop()
            self._asks_soon = None
        if not parts.hangup_ready():
            self._asks_soon = self._app.set_timer(LOOK_AGAIN_S, partial(self._once_ready, parts, ask))
        elif self.offers("hang_up"):
            ask(parts)

    def _ask_about_one(self, call: Call, remark: str, parts: Parts) -> None:
        from callmon.tui.hangup_dialog import HangUpDialog  # noqa: PLC0415  # the first paint does not wait for it

        call = self._call(call.id) or call
        if call.ended:
            meanwhile = " while the picture stood still" if self._home.frozen else ""
            self._app.notify(f"This call has already ended{meanwhile}; there is nothing to hang up.", markup=False)
        elif parts.hangup is None:
            self._warn(parts.no_hangup_because)
        elif why_not := parts.hangup.why_not(call):
            self._warn(why_not)
        else:
            self._app.push_screen(HangUpDialog(call, parts.lang, self._now(), self._monotonic, remark))

    def _ask_about_many(self, marks: Sequence[str], parts: Parts) -> None:
        from callmon.tui.hangups_dialog import HangUpsDialog  # noqa: PLC0415  # the first paint does not wait for it

        if parts.hangup is None:
            self._warn(parts.no_hangup_because)
        elif marked := self._marked(marks):
            self._app.push_screen(HangUpsDialog(marked, parts.lang, self._now(), self._monotonic))

    def _marked(self, call_ids: Sequence[str], known: Sequence[MarkedCall] = ()) -> list[MarkedCall]:
        """The calls as they are now; one that is no longer kept stays as it was known last."""
        last = {one.call.id: one.call for one in known}
        calls = [self._call(call_id) or last.get(call_id) for call_id in call_ids]
        view = self._home.board_view.view
        return [MarkedCall(call, call.id not in view, self._left(call)) for call in calls if call is not None]

    def _left(self, call: Call) -> str:
        because = hangup_words.why_left(call, self._now())
        return because or (self._hangup.why_not(call) if self._hangup is not None else "")

    def confirmed(self, call_ids: Sequence[str]) -> None:
        """The operator said yes."""
        if self._hangup is not None and self.offers("hang_up"):
            self._news.expect(call_ids)
            marks = self._home.board_view.marks
            ended = [call_id for call_id in marks.ids if (call := self._call(call_id)) is None or call.ended]
            self._home.board_view.unmark([*call_ids, *ended])
            self.requests.send(self._hangup, call_ids)
        else:
            for call_id in call_ids:
                self.moved(call_id, Progress(Stage.RETURNED, _DISARMED))

    def called_off(self, call_ids: Sequence[str]) -> None:
        """The operator wants no more of these."""
        self.requests.call_off(call_ids)

    def moved(self, call_id: str, progress: Progress) -> None:
        """A hang-up has come one step further."""
        if progress.stage is Stage.WITHDRAWN:
            progress = Progress(Stage.WITHDRAWN, _STOPPED)
        if progress.over:
            self.requests.over(call_id, progress.outcome)
        told = [screen.moved(progress) for screen in self._about_one() if screen.call.id == call_id]
        told += [screen.moved(call_id, progress) for screen in self._about_many()]
        if progress.over and progress.outcome is not None:
            self._news.over(call_id, progress.outcome, told=any(told))

    def follow(self) -> None:
        """Dialogs and details that are open keep watching their calls."""
        now, snapshot, held_s = self._now(), self._home.snapshot, self.requests.held_s
        for one in self._about_one():
            if (call := self._call(one.call.id)) is not None:
                one.follow(call, now, snapshot.gaps, held_s)
        for many in self._about_many():
            many.follow(self._marked([one.call.id for one in many.marked], many.marked), now, held_s)

    def _about_one(self) -> list[AboutCall]:
        return [screen for screen in self._app.screen_stack if isinstance(screen, AboutCall)]

    def _about_many(self) -> list[AboutCalls]:
        return [screen for screen in self._app.screen_stack if isinstance(screen, AboutCalls)]

    def _call(self, call_id: str) -> Call | None:
        return self._home.snapshot.board.calls.get(call_id)

    def _warn(self, sentence: str) -> None:
        self._app.notify(sentence, severity="warning", markup=False)

    @property
    def _hangup(self) -> HangUp | None:
        return self._parts.hangup if self._parts else None
