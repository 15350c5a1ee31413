"""Who is on a call: what a roster tells that the one before did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from callmon.core.calls import Call, Kind, Participant, Step, StepKind

_MANY = 3
"""A roster of so many people is a group call (Graph: "three or more participants")."""
_PRESENT, _LOBBY, _REMOVED = _PLACES = ("on the call", "in the lobby", "removed")
_JOINED: Mapping[str, str] = {_PRESENT: "joined", _LOBBY: "waits in the lobby", _REMOVED: "was removed"}
"""What is told of those who come to a place."""


def seat(call: Call, roster: tuple[Participant, ...], at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    """Note the whole roster and what it changes; of one that is as it was, nothing."""
    if roster == call.roster:
        return
    changes["roster"] = roster
    steps.append(Step(at, StepKind.ROSTER, _text(call.roster or (), roster), change="updated"))
    seen = [person for person in roster if person.present and not (person.identity and person.identity.hidden)]
    if len(seen) >= _MANY and call.kind is not Kind.GROUP:
        changes |= {"kind": Kind.GROUP, "kind_because": f"{len(seen)} participants were on it"}


def headcount(roster: Iterable[Participant]) -> str:
    """``2 on the call, 1 in the lobby``: Graph lists those who wait and those who were removed, too."""
    places = Counter(_place(person) for person in roster)
    return ", ".join(f"{places[place]} {place}" for place in _PLACES if place == _PRESENT or places[place])


def _text(before: tuple[Participant, ...], after: tuple[Participant, ...]) -> str:
    """``3 on the call: Ana joined; Bo muted``."""
    old = {_key(person): person for person in before}
    new = {_key(person): person for person in after}
    news = [f"{person.shown} {_JOINED[_place(person)]}" for key, person in new.items() if key not in old]
    news += [f"{person.shown} left" for key, person in old.items() if key not in new and not person.removed]
    for key, person in new.items():
        news += [f"{person.shown} {change}" for change in _changes(old.get(key, person), person)]
    return f"{headcount(after)}: {'; '.join(news)}" if news else headcount(after)


def _changes(was: Participant, person: Participant) -> Iterator[str]:
    if was.muted != person.muted:
        yield "muted" if person.muted else "unmuted"
    if _place(was) != _place(person):
        yield "let in" if was.in_lobby and person.present else _JOINED[_place(person)]


def _key(person: Participant) -> str:
    """Invited people are listed without an id of their own (Graph, "Invite participants"), and names are no ids."""
    who = person.identity
    return person.id or (f"{who.role} {who.id}" if who is not None and who.id else person.shown)


def _place(person: Participant) -> str:
    return _REMOVED if person.removed else _LOBBY if person.in_lobby else _PRESENT
