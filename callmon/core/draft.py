"""A board under change: reports and records of our own are taken in, and old ended calls let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Any

from callmon.core.advance import advance, with_steps
from callmon.core.answers import Answer
from callmon.core.backwards import advance_back
from callmon.core.board import Board
from callmon.core.calls import RIVALS_KEPT, Call, Check, HangUp, Step, StepKind
from callmon.core.listening import Gap
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.reports import Report
from callmon.core.states import Anomaly, CallState
from callmon.core.text import same_id

ENDED_KEPT = 20_000
"""So many ended calls stay on the board; the journal has the others."""
_UNDER_WAY_AT_MOST = timedelta(seconds=30)
"""A check that is written down later than that after the call's end was asked after it; no check takes longer."""


class Draft:
    """A board under change: it is made of the one before, and `board` is the one after.

    It gathers calls in a dict: to put one into a board costs as much as to advance it, and what is told of one comes
    close together. Nobody else sees a draft.
    """

    def __init__(self, board: Board, keep: int = ENDED_KEPT) -> None:
        self._board, self._keep = board, keep
        self._fresh: dict[str, Call] = {}
        self._seen, self._ended = board.seen, board.ended
        self.changed: set[str] = set()
        """The ids of the calls that are not what they were before."""

    def apply(self, report: Report, at: datetime, bot: str = "", gaps: Sequence[Gap] = ()) -> None:
        """Take in a report that was received at a time, from a bot; `gaps` are those that were known then."""
        call = self._get(report.call_id)
        if call is None:
            self._seen += 1
            call = Call(report.call_id, report.spelled, self._seen, first_seen=at, last_heard=at, bot=bot)
            self._put(None, advance(call, report, at))
            return
        latest = _not_before(call, at)
        after = advance(call, report, at, gaps) if latest == at else advance_back(call, report, at, latest, gaps)
        self._put(call, after if bot == call.bot else _claimed(after, bot, latest))

    def note(self, record: HangUpAsked | HangUpAnswered | CallChecked, at: datetime) -> Call | None:
        """Take in something that callmon did; the call before it. If it is not on the board, nothing changes."""
        call = self._get(same_id(record.call_id))
        if call is not None:
            self._put(call, _noted(call, record, _not_before(call, at)))
        return call

    def prune(self) -> None:
        """Let go of what `prune` would."""
        if self._ended - self._keep > self._keep // 10:
            before = self.board
            self._board = prune(before, self._keep)
            self._ended = self._board.ended
            self.changed |= {call.id for call in before if call.id not in self._board.calls}

    @property
    def board(self) -> Board:
        """Everything up to here. The same object if nothing changed."""
        if self._fresh:
            over = [call.id for call in self._fresh.values() if call.ended]
            living = self._board.living.update(self._fresh.keys() - set(over))
            for call_id in over:
                living = living.discard(call_id)
            self._board = Board(self._board.calls.update(self._fresh), living, self._seen)
            self._fresh = {}
        return self._board

    def _get(self, call_id: str) -> Call | None:
        return self._fresh.get(call_id) or self._board.calls.get(call_id)

    def _put(self, before: Call | None, after: Call) -> None:
        if after is not before:
            self._ended += after.ended and (before is None or not before.ended)
            self._fresh[after.id] = after
            self.changed.add(after.id)


def apply(board: Board, report: Report, at: datetime, bot: str = "", gaps: Sequence[Gap] = ()) -> Board:
    """The board after a report that was received at a time, from a bot. The same object if it changed nothing."""
    draft = Draft(board)
    draft.apply(report, at, bot, gaps)
    return draft.board


def _claimed(call: Call, bot: str, at: datetime) -> Call:
    """The call after another bot reported it, too. It stays with the first, but is marked: nobody should guess."""
    if bot in call.rivals or len(call.rivals) >= RIVALS_KEPT:
        return call
    text = f"reported by {f'the bot {bot}' if bot else 'a bot without a name'}, too"
    step = Step(at, StepKind.OTHER, text, anomaly=Anomaly.OTHER_BOT)
    return with_steps(call, [step], rivals=(*call.rivals, bot))


def _noted(call: Call, record: HangUpAsked | HangUpAnswered | CallChecked, at: datetime) -> Call:
    if isinstance(record, HangUpAsked):
        return _asked(call, record, at)
    if isinstance(record, HangUpAnswered):
        return _answered(call, record, at)
    return _checked(call, record, at)


def _not_before(call: Call, at: datetime) -> datetime:
    """The time, but never before what the call already tells: clocks are set back, and those of collectors differ."""
    told = call.timeline
    return max(at, call.last_heard, told[-1].at if told else at)


def prune(board: Board, keep: int = ENDED_KEPT) -> Board:
    """The board without its oldest ended calls, if it has a tenth more of them than are to be kept."""
    if len(board.calls) <= keep:
        return board
    excess = board.ended - keep
    if excess <= keep // 10:
        return board
    ended = ((-call.ended_at.timestamp(), call.id) for call in board if call.ended_at is not None)
    calls = board.calls
    for _, call_id in nlargest(excess, ended):
        calls = calls.remove(call_id)
    return replace(board, calls=calls)


def _asked(call: Call, record: HangUpAsked, at: datetime) -> Call:
    text = f"hang-up asked by {record.operator}"
    step = Step(at, StepKind.HANGUP, f"{text}: {record.reason}" if record.reason else text)
    return with_steps(call, [step], hangup=HangUp(record.attempt, at, record.operator))


def _answered(call: Call, record: HangUpAnswered, at: datetime) -> Call:
    """The answer to an earlier attempt is told as well, but how the hang-up stands is what the latest one says."""
    step = Step(at, StepKind.HANGUP, f"hang-up {record.outcome.answer}: {record.outcome.sentence}")
    changes = _gone(call, record, at)
    if call.hangup is not None and call.hangup.attempt == record.attempt:
        changes["hangup"] = call.hangup._replace(answered_at=at, outcome=record.outcome)
    return with_steps(call, [step], **changes)


def _checked(call: Call, record: CallChecked, at: datetime) -> Call:
    outcome = record.outcome
    text = f"checked: {outcome.state or 'found'}" if outcome.answer is Answer.FOUND else f"checked: {outcome.sentence}"
    alive = outcome.answer is Answer.FOUND and call.ended_at is not None and at - call.ended_at > _UNDER_WAY_AT_MOST
    step = Step(at, StepKind.CHECK, text, anomaly=Anomaly.AFTER_END if alive else None)
    before = call.check
    in_a_row = before.in_a_row + 1 if before is not None and call.last_heard <= before.at else 1
    return with_steps(call, [step], check=Check(at, outcome, in_a_row), **_gone(call, record, at))


def _gone(call: Call, record: HangUpAnswered | CallChecked, at: datetime) -> dict[str, Any]:
    """404 settles a call whose end was never reported; to another bot, Graph would say so of a call that lives."""
    if record.outcome.answer is not Answer.GONE or call.ended or record.bot != call.bot:
        return {}
    return {"state": CallState.TERMINATED, "ended_at": at, "gone": True}
