"""Every hang-up from the operator's yes to its outcome. It is the app's: no dialog takes one along when it closes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from textual.app import App

from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.checking import CONFIRM_WITHIN_S
from callmon.hangups import MOST_AT_ONCE, HangUps, Progress
from callmon.ports import OnWait, Target
from callmon.tui.messages import HangUpMoved

if TYPE_CHECKING:  # the first paint waits for none of these
    from callmon.core.hangup import HangUpOutcome
    from callmon.hangup import HangUp

LatestCall = Callable[[str], Call | None]
"""The call with that comparable id, as the board has it now."""
_COMES_BACK_WITHIN_S = 2.0
"""When the console ends, so long is waited for answers of requests that have left, to write them down."""


class HangUpRequests:
    """Sends requests at the pace of `HangUps`, and checks calls whose end is not reported."""

    def __init__(self, app: App[str], latest: LatestCall, monotonic: Callable[[], float]) -> None:
        self._app = app
        self._latest = latest
        self._monotonic = monotonic
        self._hangups = HangUps(self._tell)
        self.under_way: set[str] = set()
        """Calls whose request has not come back, by their comparable ids."""
        self._accepted: dict[str, float] = {}

    @property
    def held_s(self) -> float:
        """Seconds for which no request begins because Graph throttles."""
        return self._hangups.held_s

    def send(self, hangup: HangUp, call_ids: Iterable[str]) -> None:
        """Ask for the hang-up of each of these calls; `HangUpMoved` will come to the app, whatever happens."""
        for call_id in call_ids:
            call = self._latest(call_id)
            if call is not None and call_id not in self.under_way:
                self.under_way.add(call_id)
                self._hangups.order(call_id, partial(self._request, hangup, call))

    def over(self, call_id: str, outcome: HangUpOutcome | None) -> None:
        """The request came back, or was taken back before anything was sent."""
        self.under_way.discard(call_id)
        if outcome is not None and outcome.answer is Answer.ACCEPTED:
            self._accepted[call_id] = self._monotonic()

    def call_off(self, call_ids: Iterable[str]) -> None:
        """Send these hang-ups no more. What has left is not taken back; the outcomes still come."""
        for call_id in call_ids:
            self._hangups.call_off(call_id)

    def end(self) -> None:
        """The console ends: nothing waits to be sent, and what has left is written down if it comes back soon."""
        self._hangups.call_off()
        self._hangups.wait(_COMES_BACK_WITHIN_S)

    def call_off_ended(self) -> None:
        """A call that ended meanwhile needs no further attempt."""
        latest = [self._latest(call_id) for call_id in self.under_way]
        self.call_off([call.id for call in latest if call is not None and call.ended])

    def check_overdue(self, hangup: HangUp) -> None:
        """Graph accepted a hang-up a while ago: where no end has been reported, ask whether the call still exists."""
        overdue = [call_id for call_id, at in self._accepted.items() if self._monotonic() - at >= CONFIRM_WITHIN_S]
        asked = 0
        for call_id in overdue:
            call = self._latest(call_id)
            if call is not None and not call.ended:
                if asked == MOST_AT_ONCE:
                    return
                asked += 1
                self._in_thread(partial(hangup.check, Target.of(call)))
            del self._accepted[call_id]

    def _request(self, hangup: HangUp, call: Call, on_wait: OnWait, called_off: Event) -> HangUpOutcome:
        return hangup.hang_up(
            Target.of(call), latest=lambda: self._latest(call.id), on_wait=on_wait, called_off=called_off
        )

    def _tell(self, call_id: str, progress: Progress) -> None:
        self._app.post_message(HangUpMoved(call_id, progress))

    def _in_thread(self, work: Callable[[], object]) -> None:
        self._app.run_worker(work, thread=True, group="hangup", exit_on_error=True)
