"""Who is on a call: what a roster tells that the one before did not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from callmon.core.calls import Call, Kind, Participant, Step, StepKind

_MANY = 3
"""A roster of so many people is a group call (Graph: "three or more participants")."""


def seat(call: Call, roster: tuple[Participant, ...], at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    """Note the whole roster and what it changes; of one that is as it was, nothing."""
    if roster == call.roster:
        return
    changes["roster"] = roster
    steps.append(Step(at, StepKind.ROSTER, _roster_text(call.roster or (), roster), change="updated"))
    seen = [person for person in roster if not (person.identity and person.identity.hidden)]
    if len(seen) >= _MANY and call.kind is not Kind.GROUP:
        changes |= {"kind": Kind.GROUP, "kind_because": f"{len(seen)} participants were on it"}


def _roster_text(before: tuple[Participant, ...], after: tuple[Participant, ...]) -> str:
    """``3 on the call: Ana joined; Bo muted``."""
    old = {person.id or person.shown: person for person in before}
    new = {person.id or person.shown: person for person in after}
    news = [f"{person.shown} {_joined(person)}" for key, person in new.items() if key not in old]
    news += [f"{person.shown} left" for key, person in old.items() if key not in new]
    for key, person in new.items():
        was = old.get(key)
        if was is not None and was.muted != person.muted:
            news.append(f"{person.shown} {'muted' if person.muted else 'unmuted'}")
        if was is not None and was.in_lobby and not person.in_lobby:
            news.append(f"{person.shown} let in")
    head = f"{len(after)} on the call"
    return f"{head}: {'; '.join(news)}" if news else head


def _joined(person: Participant) -> str:
    return "waits in the lobby" if person.in_lobby else "joined"
