"""Asking Graph about calls before they are shown: one after the other, and no further than Graph lets us."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from callmon.cli.controls import controls_of
from callmon.cli.exits import ExitCode
from callmon.cli.journals import brought_up_to_date
from callmon.cli.output import tell
from callmon.core.calls import Call
from callmon.core.hangup import Answer, CheckOutcome
from callmon.core.text import visible
from callmon.hangup import HangUp, operator_name, target_of
from callmon.ports import Journal
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot

_LONGEST_WAIT_S = 30.0
"""A longer wait that Graph asks for is left to whoever asks next."""
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


def verified(settings: Settings, journal: Journal, snapshot: Snapshot, calls: Sequence[Call]) -> Verified:
    """Ask about those of the calls that have not ended, and tell on stderr what came of it.

    Raises `callmon.ports.JournalError`.
    """
    active = [call for call in calls if not call.ended]
    outcomes: dict[str, CheckOutcome] = {}
    with closing(controls_of(settings)) as controls:
        hangup = HangUp(journal, controls, settings.operator or operator_name())
        hopeless: set[str] = set()
        for call in active:
            if call.bot not in hopeless:
                outcomes[call.id] = outcome = _checked(hangup, call)
                if outcome.answer in _HOPELESS:
                    hopeless.add(call.bot)
    _tell(len(active), outcomes)
    answers = {call_id: outcome.answer for call_id, outcome in outcomes.items()}
    return Verified(brought_up_to_date(journal, snapshot), answers, _code(len(active), answers))


def _checked(hangup: HangUp, call: Call) -> CheckOutcome:
    if why_not := hangup.why_not(call):
        return CheckOutcome(Answer.NOT_SIGNED_IN, why_not)
    outcome = hangup.check(target_of(call))
    wait_s = outcome.retry_after_s
    if outcome.answer is Answer.THROTTLED and wait_s is not None and wait_s <= _LONGEST_WAIT_S:
        tell(f"Graph asks to wait {wait_s:g} s before the next check.")
        time.sleep(wait_s)
        outcome = hangup.check(target_of(call))
    return outcome


def _tell(active: int, outcomes: dict[str, CheckOutcome]) -> None:
    counts = Counter(outcome.answer for outcome in outcomes.values())
    open_ = active - counts[Answer.FOUND] - counts[Answer.GONE]
    told = f"Checked {active} active calls: {counts[Answer.FOUND]} go on, {counts[Answer.GONE]} gone"
    tell(f"{told}, {open_} not settled." if open_ else f"{told}.")
    for sentence in dict.fromkeys(one.sentence for one in outcomes.values() if one.answer not in _SETTLED):
        tell(visible(sentence))


def _code(active: int, answers: dict[str, Answer]) -> ExitCode:
    bad = [answer for answer in answers.values() if answer not in _SETTLED]
    if any(answer in {Answer.NOT_SIGNED_IN, Answer.NOT_ALLOWED} for answer in bad):
        return ExitCode.NOT_ALLOWED
    return ExitCode.FAILED if bad or len(answers) < active else ExitCode.DONE
