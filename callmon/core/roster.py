"""Who is on a call: what a roster tells that the one before did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from callmon.core.calls import Call, Kind, Participant, Step, StepKind
from callmon.core.reports import Report, Resource
from callmon.core.text import same_id

_MANY = 3
"""A roster of so many people is a group call (Graph: "three or more participants")."""
_PRESENT, _LOBBY, _REMOVED = _PLACES = ("on the call", "in the lobby", "removed")
_JOINED: Mapping[str, str] = {_PRESENT: "joined", _LOBBY: "waits in the lobby", _REMOVED: "was removed"}
"""What is told of those who come to a place."""
_Learnt = tuple[str, dict[str, Any]]
"""What is told of it, if anything, and what changes in the call."""


def attend(call: Call, report: Report, at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    """Note what a report says of the participants: all of them, who is gone, or no more than that something changed."""
    if report.change == "deleted" and report.resource is Resource.PARTICIPANTS and report.path.count("/") <= 1:
        text, learnt = _gone(call, report, at)
    elif report.roster is not None:
        text, learnt = _seated(call, report.roster)
    else:
        number = "" if report.sequence is None else f" (change {report.sequence})"
        text, learnt = f"the roster changed{number}; the whole of it was not sent", _outdated(call, at)
    changes |= learnt
    if text:
        steps.append(Step(at, StepKind.ROSTER, text, change=report.change))


def headcount(roster: Sequence[Participant]) -> str:
    """``2 on the call, 1 in the lobby``: Graph lists those who wait and those who were removed, too."""
    if not any(person.in_lobby or person.removed for person in roster):
        return f"{len(roster)} {_PRESENT}"
    places = [_place(person) for person in roster]
    return ", ".join(f"{places.count(place)} {place}" for place in _PLACES if place == _PRESENT or place in places)


def _seated(call: Call, roster: tuple[Participant, ...]) -> _Learnt:
    """By a whole roster."""
    before = call.roster
    whole_again = call.roster_changed_at is not None
    if roster == before and not whole_again:
        return "", {}
    learnt: dict[str, Any] = {"roster": roster, "roster_changed_at": None}
    fresh, known = _numbers(roster), _numbers(before or ())
    if known and _is_older(fresh, known):
        return "an older roster arrived late; the newer one stays", {}
    if before is not None and not whole_again and (fresh or known) and _unnumbered(before) == _unnumbered(roster):
        return "", learnt
    if call.kind is not Kind.GROUP and len(roster) >= _MANY:
        learnt |= _kind(call, roster)
    return _text(before or (), roster), learnt


def _kind(call: Call, roster: Sequence[Participant]) -> dict[str, Any]:
    """Those who wait or were removed make no group call, but they are too many for one between two."""
    seen = [person for person in roster if not (person.identity and person.identity.hidden)]
    present = sum(person.present for person in seen)
    if present >= _MANY:
        return {"kind": Kind.GROUP, "kind_because": f"{present} participants were on it"}
    if call.kind is Kind.PEER and len(seen) >= _MANY:
        because = "it was taken for a call between two, but more are on its roster"
        return {"kind": Kind.UNKNOWN, "kind_because": because}
    return {}


def _gone(call: Call, report: Report, at: datetime) -> _Learnt:
    """By a ``deleted``, if its list or its path names anybody (``participants/{id}``)."""
    named = report.path.partition("/")[2]
    gone = {same_id(_key(one)): one for one in report.roster or ((Participant(named, None),) if named else ())}
    if not gone:
        return "participants were reported as gone; not said who", _outdated(call, at)
    if call.roster is None:
        return "; ".join(f"{person.shown} left" for person in gone.values()), {}
    rest = tuple(person for person in call.roster if same_id(_key(person)) not in gone)
    return ("", {}) if rest == call.roster else (_text(call.roster, rest), {"roster": rest})


def _outdated(call: Call, at: datetime) -> dict[str, Any]:
    """The roster that is known is that of before, until a whole one comes."""
    return {} if call.roster is None or call.roster_changed_at is not None else {"roster_changed_at": at}


def _is_older(fresh: Mapping[str, int], known: Mapping[str, int]) -> bool:
    """Whether numbers are of a list from before: somebody in it has a change still ahead, and nobody has a later one.

    That they are lower proves nothing: they are those of the last changes of those who are listed, and whoever had the
    highest may have left.
    """
    if not fresh or max(fresh.values()) >= max(known.values()):
        return False
    return any(number < known.get(key, number) for key, number in fresh.items())


def _numbers(roster: Iterable[Participant]) -> Mapping[str, int]:
    return {_key(person): person.changed_in for person in roster if person.changed_in is not None}


def _unnumbered(roster: Iterable[Participant]) -> list[Participant]:
    """The roster by what is told of it: its numbers rise with every change of a camera."""
    return [person._replace(changed_in=None) for person in roster]


def _text(before: tuple[Participant, ...], after: tuple[Participant, ...]) -> str:
    """``3 on the call: Ana joined; Bo muted``."""
    old = {_key(person): person for person in before}
    new = {_key(person): person for person in after}
    news = [f"{person.shown} {_JOINED[_place(person)]}" for key, person in new.items() if key not in old]
    news += [f"{person.shown} left" for key, person in old.items() if key not in new and not person.removed]
    for key, person in new.items():
        was = old.get(key)
        if was is not None and was != person:
            news += [f"{person.shown} {change}" for change in _changes(was, person)]
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
