"""One hang-up from the command line: sent once, then watched until the end is known or the time is over."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Timer

from callmon.cli.hang_up_result import Outcome, Result, refusal
from callmon.cli.journals import brought_up_to_date
from callmon.cli.output import tell
from callmon.core.calls import Call
from callmon.core.hangup import Answer, CheckOutcome, HangUpOutcome
from callmon.hangup import HangUp
from callmon.monitor import follow
from callmon.ports import Journal, JournalError, Target
from callmon.snapshot import Snapshot

_GONE = "Graph accepted the hang-up and does not know the call any more. Its end was not reported here."


class Order:
    """The order to hang up one call, with what the journal tells of it. To be sent once."""

    def __init__(self, journal: Journal, hangup: HangUp, snapshot: Snapshot, target: Target) -> None:
        """`snapshot` is what is known so far."""
        self._journal = journal
        self._hangup = hangup
        self._snapshot = snapshot
        self._target = target
        self._spelled = target.call_id

    @property
    def _call(self) -> Call | None:
        return self._snapshot.board.get(self._spelled)

    def send(self, reason: str, wait_s: float) -> Result:
        """Send it, and wait so long for the end. Raises `callmon.ports.JournalError` if nothing was sent."""
        try:
            return self._sent(reason, wait_s)
        except KeyboardInterrupt:
            tell(
                f"Interrupted. The hang-up may have reached Graph; callmon show {self._spelled} tells what is recorded."
            )
            raise

    def _sent(self, reason: str, wait_s: float) -> Result:
        answer = self._hangup.hang_up(self._target, latest=self._latest, reason=reason, on_wait=_tell_wait)
        result = Result(self._spelled, refusal(answer.answer), answer.sentence, answer)
        if answer.answer is Answer.ACCEPTED:
            return replace(self._confirmed(wait_s), answer=answer)
        call = self._call
        if answer.answer is Answer.REFUSED_HERE and call is not None and call.ended:
            return Result(self._spelled, Outcome.ALREADY_ENDED, answer.sentence, call=call)
        return result

    def _latest(self) -> Call | None:
        self._snapshot = brought_up_to_date(self._journal, self._snapshot)
        return self._call

    def _confirmed(self, wait_s: float) -> Result:
        """Graph has accepted it; find out whether the call is over."""
        try:
            self._wait(wait_s)
            return self._over() or self._checked()
        except JournalError as error:
            sentence = f"Graph accepted the hang-up (204), but its end cannot be seen. {error}"
            return self._result(Outcome.ACCEPTED, sentence, None)

    def _wait(self, wait_s: float) -> None:
        stop = Event()
        timer = Timer(wait_s, stop.set)
        timer.daemon = True
        timer.start()
        try:
            for update in follow(self._journal, stop=stop, start=self._snapshot):
                self._snapshot = update.snapshot
                call = self._call
                if call is not None and call.ended:
                    return
        finally:
            timer.cancel()

    def _checked(self) -> Result:
        """No end was reported in time, so Graph is asked whether it still knows the call."""
        check = self._hangup.check(self._target)
        call = self._latest()
        over = self._over()
        if over is None and check.answer is Answer.GONE:  # the journal does not know the call, so it cannot tell
            return self._result(Outcome.GONE, _GONE, call)
        return over or self._result(Outcome.ACCEPTED, _not_confirmed(check), call)

    def _over(self) -> Result | None:
        """The end, if the journal tells of one."""
        call = self._call
        if call is None or not call.ended:
            return None
        if call.gone:
            return self._result(Outcome.GONE, _GONE, call)
        return self._result(Outcome.ENDED, "The call has ended.", call)

    def _result(self, outcome: Outcome, sentence: str, call: Call | None) -> Result:
        return Result(self._spelled, outcome, sentence, call=call)


def _tell_wait(came: HangUpOutcome, wait_s: float, _attempts: int) -> None:
    """A person who waits is told what for."""
    tell(f"{came.sentence} The hang-up is sent again in {wait_s:.1f} s.")


def _not_confirmed(check: CheckOutcome) -> str:
    accepted = "Graph accepted the hang-up (204), but the end was not reported in time."
    if check.answer is Answer.FOUND:
        return f"{accepted} Graph still knows the call{f' as {check.state}' if check.state else ''}: look again later."
    return f"{accepted} Whether the call still exists could not be found out: {check.sentence}"
