"""The audit trail for people: each attempt to hang a call up, the question joined to its answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from callmon.core.hangup import HangUpOutcome
from callmon.core.records import HangUpAnswered, HangUpAsked


class Told(NamedTuple):
    """A record of the trail with when it was written and for which bot."""

    at: datetime
    bot: str
    record: HangUpAsked | HangUpAnswered
    imported: bool = False
    """Whether it was brought in from a file, so that it happened in another journal."""


class Attempt(NamedTuple):
    """One attempt to hang one call up."""

    id: str
    call_id: str
    """As Graph spelled it."""
    bot: str
    asked_at: datetime | None = None
    """None if only the answer is in the trail."""
    operator: str = ""
    reason: str = ""
    answered_at: datetime | None = None
    outcome: HangUpOutcome | None = None
    """None if no answer is in the trail: still under way, or lost with the program that waited for it."""
    imported: bool = False
    """Whether it was brought in from a file. What is imported never says anything about an attempt made here."""
    login: str = ""
    """The operator's login name and host, if the operator goes by another name."""

    @property
    def at(self) -> datetime | None:
        """When it was asked or, if that is not known, answered."""
        return self.asked_at or self.answered_at

    @property
    def took_s(self) -> float | None:
        """Seconds from the question to the answer, waits and further attempts among them."""
        if self.asked_at is None or self.answered_at is None:
            return None
        return (self.answered_at - self.asked_at).total_seconds()


def joined(trail: Iterable[Told]) -> list[Attempt]:
    """The attempts in the order in which they began."""
    attempts: dict[tuple[bool, str], Attempt] = {}
    for at, bot, record, imported in trail:
        key = imported, record.attempt
        known = attempts.get(key) or Attempt(record.attempt, record.call_id, bot, imported=imported)
        if isinstance(record, HangUpAsked):
            known = known._replace(asked_at=at, operator=record.operator, login=record.login, reason=record.reason)
        else:
            known = known._replace(answered_at=at, outcome=record.outcome)
        attempts[key] = known
    return list(attempts.values())
