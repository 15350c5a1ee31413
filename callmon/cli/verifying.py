"""Asking Graph about calls before they are shown: one after the other, and no further than Graph lets us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from time import sleep

from callmon.checks import APART
from callmon.cli.controls import controls_of
from callmon.cli.exits import ExitCode
from callmon.cli.journals import brought_up_to_date
from callmon.cli.output import tell
from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.checking import Pause, after_answer, lately_checked
from callmon.core.hangup import CheckOutcome
from callmon.core.states import CallState, state_named
from callmon.core.text import clock, visible
from callmon.hangup import HangUp
from callmon.ports import Journal, Target
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot

_APART_S = APART.total_seconds()
_MANY = 5
"""So many take longer than people wait without being told."""
_HOPELESS = frozenset({Answer.NOT_SIGNED_IN, Answer.THROTTLED, Answer.UNREACHABLE})
"""The bot's next call would be answered in the same way."""
_SETTLED = frozenset({Answer.FOUND, Answer.GONE})


@dataclass(frozen=True, slots=True)
class Verified:
    """What the journal tells after the checks, and how they went."""

    snapshot: Snapshot
    answers: dict[str, Answer]
    """By comparable id, of the calls that were checked."""
    code: ExitCode


@dataclass(slots=True)
class _Round:
    """How it went so far."""

    outcomes: dict[str, CheckOutcome] = field(default_factory=dict)
    """By comparable id: what came back, now or a moment ago."""
    lately: int = 0
    """How many were checked less than a minute ago, by whoever, so that their answer is that one."""
    ended: int = 0
    """How many ended before it was their turn."""
    sent: int = 0
    unasked: int = 0
    """How many were left alone."""
    why_unasked: str = ""
    """In half a sentence."""


def verified(
    settings: Settings, journal: Journal, snapshot: Snapshot, calls: Sequence[Call], *, with_ended: bool = False
) -> Verified:
    """Ask about those of the calls that have not ended, or about all, and tell on stderr what came of it.

    Two GETs are a second apart, and those of one call a minute, whoever sent the one before. Raises
    `callmon.ports.JournalError`.
    """
    active = [call for call in calls if with_ended or not call.ended]
    done = _Round()
    with closing(controls_of(settings)) as controls:
        hangup = HangUp(journal, controls, settings.operator, utc_now)
        hopeless = _told_to_wait(snapshot.board, utc_now())
        if len(active) > _MANY:
            tell(f"Asking Graph about {len(active)} calls, one a second…")
        for call in active:
            snapshot = brought_up_to_date(journal, snapshot)
            now_known = snapshot.board.calls.get(call.id, call)
            if now_known.ended and not with_ended:
                done.ended += 1
            else:
                _look(hangup, now_known, hopeless, done)
    _tell(len(active), done)
    answers = {call_id: outcome.answer for call_id, outcome in done.outcomes.items()}
    return Verified(brought_up_to_date(journal, snapshot), answers, _code(len(active) - done.ended, answers))


def _told_to_wait(board: Board, now: datetime) -> dict[str, str]:
    """The bots whose checks Graph throttled, as the journal tells, while that holds; with what to say of it."""
    pauses: dict[str, Pause] = {}
    for call in board:
        check = call.check
        if check is not None and check.outcome.answer is Answer.THROTTLED:
            pause = after_answer(pauses.get(call.bot), check.outcome, check.at)
            if pause is not None and pause.until > now:
                pauses[call.bot] = pause
    return {bot: f"Graph wants no checks before {clock(pause.until)} UTC" for bot, pause in pauses.items()}


def _look(hangup: HangUp, call: Call, hopeless: dict[str, str], done: _Round) -> None:
    if (check := lately_checked(call.check, utc_now())) is not None:
        done.lately += 1
        done.outcomes[call.id] = check.outcome
    elif call.bot in hopeless:
        done.unasked += 1
        done.why_unasked = hopeless[call.bot]
    else:
        done.outcomes[call.id] = outcome = _checked(hangup, call, done)
        if outcome.answer in _HOPELESS:
            hopeless[call.bot] = "the next one would be answered in the same way"


def _checked(hangup: HangUp, call: Call, done: _Round) -> CheckOutcome:
    if why_not := hangup.why_not(call):
        return CheckOutcome(Answer.NOT_SIGNED_IN, why_not)
    if done.sent:
        sleep(_APART_S)
    done.sent += 1
    return hangup.check(Target.of(call))


def _tell(active: int, done: _Round) -> None:
    active -= done.ended
    counts = Counter(outcome.answer for outcome in done.outcomes.values())
    open_ = active - counts[Answer.FOUND] - counts[Answer.GONE]
    over = sum(map(_is_over, done.outcomes.values()))
    told = f"Checked {active} call{'' if active == 1 else 's'}: {counts[Answer.FOUND] - over} go on, "
    told += f"{over} ended, " if over else ""
    told += f"{counts[Answer.GONE]} gone"
    tell(f"{told}, {open_} not settled." if open_ else f"{told}.")
    if done.lately:
        tell(f"{done.lately} of them had been asked about less than a minute ago; that answer counts.")
    if done.unasked:
        tell(f"{done.unasked} of them were not asked about: {done.why_unasked}.")
    for sentence in dict.fromkeys(one.sentence for one in done.outcomes.values() if one.answer not in _SETTLED):
        tell(visible(sentence))


def _is_over(outcome: CheckOutcome) -> bool:
    """Whether Graph still has the call, and it has ended."""
    return outcome.answer is Answer.FOUND and state_named(outcome.state or "") == CallState.TERMINATED


def _code(active: int, answers: dict[str, Answer]) -> ExitCode:
    bad = [answer for answer in answers.values() if answer not in _SETTLED]
    if any(answer in {Answer.NOT_SIGNED_IN, Answer.NOT_ALLOWED} for answer in bad):
        return ExitCode.NOT_ALLOWED
    return ExitCode.FAILED if bad or len(answers) < active else ExitCode.DONE
