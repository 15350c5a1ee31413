"""Every hang-up from the operator's yes to its outcome. It is the app's: no dialog takes one along when it closes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import App

from callmon.core.calls import Call
from callmon.core.hangup import Answer, HangUpOutcome
from callmon.hangup import CONFIRM_WITHIN_S, HangUp, target_of
from callmon.tui.messages import HangUpReturned, HangUpWaits

LatestCall = Callable[[str], Call | None]
"""The call with that comparable id, as the board has it now."""


class HangUpRequests:
    """Sends requests in threads, never two for one call at a time, and checks calls whose end is not reported."""

    def __init__(self, app: App[str], latest: LatestCall, monotonic: Callable[[], float]) -> None:
        self._app = app
        self._latest = latest
        self._monotonic = monotonic
        self.under_way: dict[str, str] = {}
        """Calls whose request has not come back: comparable id → the id as Graph spelled it."""
        self._accepted: dict[str, float] = {}

    def send(self, hangup: HangUp, call_id: str) -> None:
        """Ask for the hang-up of this one call; a `HangUpReturned` will come to the app, whatever happens."""
        call = self._latest(call_id)
        if call is not None and call_id not in self.under_way:
            self.under_way[call_id] = call.spelled
            self._in_thread(partial(self._request, hangup, call))

    def returned(self, call_id: str, outcome: HangUpOutcome) -> None:
        """The request came back."""
        self.under_way.pop(call_id, None)
        if outcome.answer is Answer.ACCEPTED:
            self._accepted[call_id] = self._monotonic()

    def call_off(self, hangup: HangUp, call_id: str) -> None:
        """Send this hang-up no more. What has left is not taken back; the outcome still comes."""
        if (spelled := self.under_way.get(call_id)) is not None:
            hangup.call_off(spelled)

    def call_off_all(self, hangup: HangUp) -> None:
        """The console ends: nothing waits to be sent again."""
        for call_id in tuple(self.under_way):
            self.call_off(hangup, call_id)

    def call_off_ended(self, hangup: HangUp) -> None:
        """A call that ended meanwhile needs no further attempt."""
        for call_id in tuple(self.under_way):
            call = self._latest(call_id)
            if call is not None and call.ended:
                self.call_off(hangup, call_id)

    def check_overdue(self, hangup: HangUp) -> None:
        """Graph accepted a hang-up a while ago: where no end has been reported, ask whether the call still exists."""
        overdue = [call_id for call_id, at in self._accepted.items() if self._monotonic() - at >= CONFIRM_WITHIN_S]
        for call_id in overdue:
            del self._accepted[call_id]
            call = self._latest(call_id)
            if call is not None and not call.ended:
                self._in_thread(partial(hangup.check, target_of(call)))

    def _request(self, hangup: HangUp, call: Call) -> None:
        def waits(outcome: HangUpOutcome, wait_s: float, _attempts: int) -> None:
            self._app.post_message(HangUpWaits(call.id, outcome, wait_s))

        outcome = hangup.hang_up(target_of(call), latest=lambda: self._latest(call.id), on_wait=waits)
        self._app.post_message(HangUpReturned(call.id, outcome))

    def _in_thread(self, work: Callable[[], object]) -> None:
        self._app.run_worker(work, thread=True, group="hangup", exit_on_error=True)
