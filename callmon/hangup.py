"""One hang-up from the question to the answer, written down at both ends. Screen and command line share it."""

from __future__ import annotations

import getpass
import logging
import socket
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import TypeVar

from callmon.clocks import utc_now
from callmon.core import hangup_words
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked, encode, kind_of
from callmon.ports import CallControl, Entry, EntryKind, Journal, JournalError, OnWait, Target, unseen


def operator_name() -> str:
    """Who sits here: login name and host."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    return f"{login}@{socket.gethostname()}"


_Outcome = TypeVar("_Outcome", HangUpOutcome, CheckOutcome)


class HangUp:
    """Hangs up and checks calls, and writes every attempt into the journal before it leaves and after it came back.

    Both methods block on the network and never raise.
    """

    def __init__(
        self, journal: Journal, control: CallControl, operator: str | None, now: Callable[[], datetime] = utc_now
    ) -> None:
        """`operator` is the name that stands in the journal instead of the login's, which is then kept beside it."""
        login = operator_name()
        self._journal = journal
        self._control = control
        self._operator = operator or login
        self._login = "" if self._operator == login else login
        self._now = now
        self.unrecorded: dict[str, str] = {}
        """Why what came back could not be written down, by the call's id as it was sent; the latest of each call."""

    def why_not(self, call: Call) -> str:
        """Why this call cannot be hung up, and what to do; empty if it can be tried. Asks nobody."""
        return self._control.why_not(Target.of(call))

    def hang_up(
        self,
        target: Target,
        *,
        latest: Callable[[], Call | None],
        reason: str = "",
        on_wait: OnWait = unseen,
        called_off: Event | None = None,
    ) -> HangUpOutcome:
        """Hang up this call. `latest` is asked at the last moment, and what it knows of bot and tenant holds.

        A call that has ended meanwhile is left alone, without a record of the attempt nothing is sent, and nothing
        more once `called_off` is set.
        """
        call = latest()
        if call is not None:
            if call.ended:
                return HangUpOutcome(Answer.REFUSED_HERE, hangup_words.ended_first(call, "The call had already"))
            target = Target.of(call)
            if target.rivals and (refusal := self._control.why_not(target)):
                return HangUpOutcome(Answer.REFUSED_HERE, refusal)
        attempt = str(uuid.uuid4())
        asked = HangUpAsked(target.call_id, attempt, self._operator, reason, target.bot, self._login)
        if problem := self._write(asked):
            return HangUpOutcome(Answer.REFUSED_HERE, f"Nothing was sent: the attempt could not be recorded. {problem}")
        outcome = self._control.hang_up(target, on_wait, called_off)
        return self._recorded(outcome, HangUpAnswered(target.call_id, attempt, outcome, target.bot))

    def check(self, target: Target) -> CheckOutcome:
        """Ask Graph whether the call exists."""
        try:
            outcome = self._control.check(target)
        except Exception as error:  # a console must not end because nobody foresaw what a check ran into
            logging.getLogger(__name__).critical("A check broke down", exc_info=error)
            why = f"callmon broke down over this check ({type(error).__name__}), so it tells nothing about the call."
            outcome = CheckOutcome(Answer.UNEXPECTED, why)
        return self._recorded(outcome, CallChecked(target.call_id, outcome, target.bot))

    def _recorded(self, outcome: _Outcome, record: HangUpAnswered | CallChecked) -> _Outcome:
        """The outcome, which also says so if it could not be written down."""
        problem = self._write(record)
        if not problem:
            return outcome
        self.unrecorded[record.call_id] = problem
        return replace(outcome, sentence=f"{outcome.sentence} It could not be recorded: {problem}")

    def _write(self, record: HangUpAsked | HangUpAnswered | CallChecked) -> str:
        entry = Entry(EntryKind(kind_of(record)), self._now(), self._operator, encode(record), bot=record.bot)
        try:
            self._journal.append(entry)
        except JournalError as error:
            return str(error)
        return ""
