"""Hang-ups from the command line: sent at a pace that Graph bears, then watched until the ends are known."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Event, Lock, Timer

from callmon.cli.hang_up_result import Outcome, Result, refusal
from callmon.cli.journals import brought_up_to_date
from callmon.cli.output import tell
from callmon.core import hangup_words
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.text import visible
from callmon.hangup import HangUp
from callmon.hangups import LONGEST_HOLD_S, MOST_AT_ONCE, HangUps, Progress, Stage
from callmon.monitor import follow
from callmon.ports import Journal, JournalError, OnWait, Target
from callmon.snapshot import Snapshot

_GONE = "Graph accepted the hang-up and does not know the call any more. Its end was not reported here."
_LOOKS_EVERY_S = 0.5
"""So often the journal is looked at for ends while a hang-up waits to be sent, or sent again."""
_COMES_BACK_WITHIN_S = 2.0
"""After an interrupt, so long is waited for the answers of requests that have left, to write them down."""


class Orders:
    """The orders to hang up some calls, with what the journal tells of them. To be sent once."""

    def __init__(self, journal: Journal, hangup: HangUp, snapshot: Snapshot, targets: Sequence[Target]) -> None:
        """`snapshot` is what is known so far."""
        self._journal = journal
        self._hangup = hangup
        self._snapshot = snapshot
        self._targets = targets
        self._lock = Lock()
        self._answers: dict[str, HangUpOutcome] = {}
        self._hangups = HangUps(self._told)

    def send(self, reason: str, wait_s: float) -> list[Result]:
        """Send them, and wait so long for the ends. The results come in the order of the calls."""
        try:
            for target in self._targets:
                self._hangups.order(target.call_id, partial(self._request, target, reason))
            while not self._hangups.wait(_LOOKS_EVERY_S):
                self._call_off_ended()
            return self._confirmed(wait_s)
        except KeyboardInterrupt:
            self._interrupted()
            raise

    def _request(self, target: Target, reason: str, on_wait: OnWait, called_off: Event) -> HangUpOutcome:
        latest = partial(self._latest, target)
        try:
            return self._hangup.hang_up(target, latest=latest, reason=reason, on_wait=on_wait, called_off=called_off)
        except JournalError as error:
            return HangUpOutcome(Answer.REFUSED_HERE, f"Nothing was sent. {error}")

    def _told(self, spelled: str, progress: Progress) -> None:
        """A person who waits is told what for."""
        if progress.stage is Stage.RETURNED and progress.outcome is not None:
            self._answers[spelled] = progress.outcome
            if _holds_others(progress.outcome) and len(self._answers) < len(self._targets):
                tell(f"Graph throttles this bot: nothing more begins for {self._hangups.held_s:.0f} s.")
        elif progress.stage is Stage.WITHDRAWN:
            call = self._snapshot.board.get(spelled)
            sentence = hangup_words.ended_first(call, "The call") if call is not None and call.ended else "Not sent."
            self._answers[spelled] = HangUpOutcome(Answer.REFUSED_HERE, sentence)
        elif progress.stage is Stage.WAITS and progress.outcome is not None:
            which = f"{spelled}: " if len(self._targets) > 1 else ""
            tell(f"{which}{visible(progress.outcome.sentence)} The hang-up is sent again in {progress.wait_s:.1f} s.")

    def _call_off_ended(self) -> None:
        """A call that ended meanwhile needs no further attempt."""
        with suppress(JournalError):  # whoever cannot look goes on as if nothing had been seen
            self._look()
        for target in self._targets:
            call = self._call(target)
            if call is not None and call.ended and target.call_id not in self._answers:
                self._hangups.call_off(target.call_id)

    def _interrupted(self) -> None:
        """Send nothing more, and write down what comes back of what has left."""
        unsent = self._hangups.call_off()
        try:
            if unsent:
                tell(f"Not sent: {', '.join(unsent)}.")
        finally:  # the terminal may be gone
            self._hangups.wait(_COMES_BACK_WITHIN_S)
        if len(self._targets) == 1:
            (one,) = self._targets
            tell(f"Interrupted. The hang-up may have reached Graph; callmon show {one.call_id} tells what is recorded.")
        else:
            tell("Interrupted. What was sent may have reached Graph; callmon audit --since 1h tells what is recorded.")

    def _call(self, target: Target) -> Call | None:
        return self._snapshot.board.get(target.call_id)

    def _latest(self, target: Target) -> Call | None:
        self._look()
        return self._call(target)

    def _look(self) -> None:
        with self._lock:
            self._snapshot = brought_up_to_date(self._journal, self._snapshot)

    def _confirmed(self, wait_s: float) -> list[Result]:
        """Find out of the calls whose hang-up Graph has accepted whether they are over."""
        accepted = [one for one in self._targets if self._answers[one.call_id].answer is Answer.ACCEPTED]
        if len(accepted) < len(self._targets):
            with suppress(JournalError):  # what is known tells enough of those that were not accepted
                self._look()
        blind, checks = "", dict[str, CheckOutcome]()
        try:
            if accepted:
                self._wait(accepted, wait_s)
                checks = self._checked([one for one in accepted if self._over(one) is None])
        except JournalError as error:
            blind = f"its end cannot be seen. {error}"
        return [self._with_trouble(self._result(one, checks.get(one.call_id), blind)) for one in self._targets]

    def _wait(self, accepted: Sequence[Target], wait_s: float) -> None:
        stop = Event()
        timer = Timer(wait_s, stop.set)
        timer.daemon = True
        timer.start()
        try:
            for update in follow(self._journal, stop=stop, start=self._snapshot):
                self._snapshot = update.snapshot
                if all((call := self._call(one)) is not None and call.ended for one in accepted):
                    return
        finally:
            timer.cancel()

    def _checked(self, targets: Sequence[Target]) -> dict[str, CheckOutcome]:
        """No end was reported in time, so Graph is asked whether it still knows these calls."""
        with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
            outcomes = list(pool.map(self._hangup.check, targets))
        if targets:
            self._latest(targets[0])
        return {target.call_id: outcome for target, outcome in zip(targets, outcomes, strict=True)}

    def _over(self, target: Target) -> Result | None:
        """The end, if the journal tells of one."""
        call = self._call(target)
        if call is None or not call.ended:
            return None
        if call.gone:
            return Result(target.call_id, Outcome.GONE, _GONE, call=call)
        return Result(target.call_id, Outcome.ENDED, "The call has ended.", call=call)

    def _with_trouble(self, result: Result) -> Result:
        """The result, which also says so if what came back is missing from the audit trail."""
        problem = self._hangup.unrecorded.get(result.call_id, "")
        if not problem or f"could not be recorded: {problem}" in result.sentence:
            return result
        return replace(result, sentence=f"{result.sentence} Graph's answer could not be recorded: {problem}")

    def _result(self, target: Target, check: CheckOutcome | None, blind: str) -> Result:
        answer, call = self._answers[target.call_id], self._call(target)
        if answer.answer is not Answer.ACCEPTED:
            if answer.answer is Answer.REFUSED_HERE and call is not None and call.ended:
                return Result(target.call_id, Outcome.ALREADY_ENDED, answer.sentence, call=call)
            if answer.retry_helps and call is not None and call.ended:
                return Result(target.call_id, Outcome.ALREADY_ENDED, _ended_meanwhile(answer), answer, call)
            return Result(target.call_id, refusal(answer.answer), answer.sentence, answer, call)
        result = self._over(target)
        if result is None and check is not None and check.answer is Answer.GONE:
            # The journal does not know the call, so it cannot tell.
            result = Result(target.call_id, Outcome.GONE, _GONE, call=call)
        accepted = hangup_words.with_status("Graph accepted the hang-up", answer)
        sentence = f"{accepted}, but {_not_confirmed(check) if check is not None else blind}"
        result = result or Result(target.call_id, Outcome.ACCEPTED, sentence, call=call)
        return replace(result, answer=answer)


def _holds_others(answer: HangUpOutcome) -> bool:
    """Whether others wait because of it. What would have to wait too long is given up, and says so itself."""
    throttled = answer.answer is Answer.THROTTLED and answer.status is not None
    return throttled and (answer.retry_after_s or 0.0) <= LONGEST_HOLD_S


def _ended_meanwhile(answer: HangUpOutcome) -> str:
    maybe = " An earlier attempt of this hang-up may have ended it." if answer.unsettled else ""
    return f"The call has ended meanwhile, so nothing more was sent.{maybe}"


def _not_confirmed(check: CheckOutcome) -> str:
    late = "the end was not reported in time."
    if check.answer is Answer.FOUND:
        return f"{late} Graph still knows the call{f' as {check.state}' if check.state else ''}: look again later."
    return f"{late} Whether the call still exists could not be found out: {check.sentence}"
