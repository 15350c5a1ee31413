from __future__ import annotations

from typing import Any

import pytest

from callmon.core import describe, particulars
from callmon.core.calls import Call, Kind, StepKind
from callmon.core.document import call_document
from callmon.core.hangup_words import effect
from callmon.core.reports import Report
from callmon.core.states import CallState
from tests.makers import CALL, at, body, call_of, item, payload, replayed, report, the_report


def person(name: str, role: str = "user", **more: Any) -> dict[str, Any]:
    """An entry of the roster as Graph writes it; its id is the name in small letters."""
    who = {role: {"id": f"u-{name}", "displayName": name}}
    return {"id": name.lower(), "info": {"identity": who}, "isMuted": False, "isInLobby": False, **more}


def roster(*people: dict[str, Any], change: str = "updated", path: str = "participants") -> Report:
    """A report of a list of participants."""
    return the_report(body({**item(change, f"/communications/calls/{CALL}/{path}"), "resourceData": people}))


def told(call: Call) -> list[str]:
    """What the timeline says of the roster."""
    return [step.text for step in call.timeline if step.kind is StepKind.ROSTER]


def shown(call: Call) -> str:
    """Who is on the call, in the detail."""
    return dict(particulars.facts(call))["On the call"]


BOT, ANA, XI = person("Bot", "application"), person("Ana"), person("Xi")
REMOVED: dict[str, Any] = {"removedState": {"reason": "Removed by organizer"}}


# Who waits in the lobby or was removed is on the roster, and not on the call.


def test_a_guest_in_the_lobby_is_not_on_the_call() -> None:
    call = replayed(81)
    assert told(call) == ["0 on the call, 1 in the lobby: Guest User waits in the lobby"]
    assert shown(call) == "nobody; in the lobby: Guest User"
    assert describe.who(call) == ""


@pytest.mark.parametrize(
    ("before", "after", "step", "fact"),
    [
        (
            [BOT],
            [BOT, person("Ana", isInLobby=True), person("Rex", **REMOVED)],
            "1 on the call, 1 in the lobby, 1 removed: Ana waits in the lobby; Rex was removed",
            "1: Bot; in the lobby: Ana; removed: Rex",
        ),
        (
            [BOT, ANA],
            [BOT, person("Ana", **REMOVED)],
            "1 on the call, 1 removed: Ana was removed",
            "1: Bot; removed: Ana",
        ),
        ([BOT, person("Ana", **REMOVED)], [BOT], "1 on the call", "1: Bot"),
        ([BOT, person("Ana", **REMOVED)], [BOT, ANA], "2 on the call: Ana joined", "2: Bot, Ana"),
        ([BOT, person("Ana", isInLobby=True)], [BOT, ANA], "2 on the call: Ana let in", "2: Bot, Ana"),
        ([BOT, person("Ana", removedState=None)], [ANA], "1 on the call: Bot left", "1: Ana"),
        ([BOT], [BOT, person("Ana", removedState={})], "2 on the call: Ana joined", "2: Bot, Ana"),
    ],
)
def test_where_everybody_on_the_roster_is(before: list[Any], after: list[Any], step: str, fact: str) -> None:
    call = call_of(report(CallState.ESTABLISHED), roster(*before), roster(*after))
    assert (told(call)[-1], shown(call)) == (step, fact)


@pytest.mark.parametrize("more", [{"isInLobby": True}, REMOVED])
def test_three_on_the_roster_are_no_group_call_unless_all_are_on_the_call(more: dict[str, Any]) -> None:
    incoming = the_report(payload(35))
    people = [{**one, "id": str(number)} for number, one in enumerate((BOT, ANA, person("Gus", "guest", **more)))]
    url = f"/communications/calls/{incoming.spelled}/participants"
    call = call_of(incoming, the_report(body({**item(url=url), "resourceData": people})))
    assert call.kind is Kind.UNKNOWN
    assert call.kind_because == "it was taken for a call between two, but more are on its roster"
    assert "may be a group call" in effect(call)
    call = call_of(incoming, the_report(body({**item(url=url), "resourceData": people[:2]})))
    assert call.kind is Kind.PEER
    everybody = [{**one, "isInLobby": False, "removedState": None} for one in people]
    after = call_of(incoming, the_report(body({**item(url=url), "resourceData": everybody})))
    assert after.kind_because == "3 participants were on it"


def test_two_of_one_name_are_told_apart_though_their_entries_have_no_id() -> None:
    sams = [
        {**person("Sam"), "id": None, "info": {"identity": {"user": {"id": who, "displayName": "Sam"}}}} for who in "12"
    ]
    call = call_of(report(CallState.ESTABLISHED), roster(*sams), roster(sams[1]))
    assert told(call) == ["2 on the call: Sam joined; Sam joined", "1 on the call: Sam left"]


# Order is not promised: an older roster never replaces a newer one, and a deletion takes away whom it names.


def numbered(*people: tuple[dict[str, Any], int]) -> Report:
    """A roster in which everybody has the number of the roster that changed them last."""
    return roster(*({**one, "rosterSequenceNumber": number} for one, number in people))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (numbered((BOT, 3), (ANA, 3), (XI, 3)), numbered((BOT, 2), (ANA, 2)), "3: Bot, Ana, Xi"),
        (numbered((BOT, 1), (ANA, 3)), numbered((BOT, 1), (person("Ana", isMuted=True), 2)), "2: Bot, Ana"),
        (numbered((BOT, 1), (ANA, 2), (XI, 3)), numbered((BOT, 1), (ANA, 2)), "2: Bot, Ana"),
        (numbered((BOT, 2), (ANA, 2)), numbered((BOT, 3), (ANA, 2)), "2: Bot, Ana"),
        (numbered((BOT, 3), (ANA, 3)), roster(BOT), "1: Bot"),
        (roster(BOT, ANA), numbered((BOT, 2)), "1: Bot"),
    ],
    ids=["older", "a change undone", "the latest has left", "newer", "no number", "no number before"],
)
def test_an_older_roster_never_replaces_a_newer_one(first: Report, second: Report, expected: str) -> None:
    call = call_of(report(CallState.ESTABLISHED), first, second)
    assert shown(call) == expected
    late = second.roster != call.roster
    assert (told(call)[-1] == "an older roster arrived late; the newer one stays") is late


def test_a_roster_with_new_numbers_only_is_no_news() -> None:
    call = call_of(report(CallState.ESTABLISHED), numbered((BOT, 1), (ANA, 2)), numbered((BOT, 1), (ANA, 7)))
    assert told(call) == ["2 on the call: Bot joined; Ana joined"]
    assert shown(call_of(*[numbered((BOT, 1), (ANA, number)) for number in (2, 7)], numbered((BOT, 1), (ANA, 6)))) == (
        "2: Bot, Ana"
    )


@pytest.mark.parametrize(
    ("deletion", "step", "fact"),
    [
        (roster(ANA, change="deleted"), "2 on the call: Ana left", "2: Bot, Xi"),
        (
            the_report(body(item("deleted", f"/communications/calls/{CALL}/participants/ANA"))),
            "2 on the call: Ana left",
            "2: Bot, Xi",
        ),
        (
            the_report(body(item("deleted", f"/communications/calls/{CALL}/participants"))),
            "participants were reported as gone; not said who",
            "3: Bot, Ana, Xi",
        ),
        (roster(change="deleted"), "participants were reported as gone; not said who", "3: Bot, Ana, Xi"),
        (
            roster(person("Zoe"), change="deleted"),
            "3 on the call: Bot joined; Ana joined; Xi joined",
            "3: Bot, Ana, Xi",
        ),
    ],
    ids=["by a list", "by the path", "nobody", "an empty list", "a stranger"],
)
def test_a_deletion_takes_away_only_whom_it_names(deletion: Report, step: str, fact: str) -> None:
    call = call_of(report(CallState.ESTABLISHED), roster(BOT, ANA, XI), deletion)
    assert (told(call)[-1], shown(call).partition("; as it was until")[0]) == (step, fact)
    assert (call.roster_changed_at is None) is ("not said who" not in step)
    assert (call.ended, call.timeline[-1].change) == (False, "deleted" if "joined" not in step else "updated")


def test_who_is_gone_is_told_without_a_roster_too() -> None:
    assert told(call_of(report(CallState.ESTABLISHED), roster(ANA, change="deleted"))) == ["Ana left"]


# Changes alone do not make a roster: the one that is known is that of before.


def delta(number: int | None, *people: dict[str, Any]) -> Report:
    """Those who changed, as Graph sends them to bots that asked for it (``isDeltaRosterEnabled``)."""
    data: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.deltaParticipants",
        "sequenceNumber": number,
        "participants": people,
    }
    return the_report(body(item(url=f"/communications/calls/{CALL}/participants", **data)))


def test_after_a_change_alone_the_roster_is_that_of_before() -> None:
    changes = [delta(2, person("Ana", **REMOVED), person("Dora")), delta(3, person("Eve")), delta(3, person("Eve"))]
    call = call_of(report(CallState.ESTABLISHED), roster(BOT, ANA), *changes)
    assert told(call) == [
        "2 on the call: Bot joined; Ana joined",
        "the roster changed (change 2); the whole of it was not sent",
        "the roster changed (change 3); the whole of it was not sent",
    ]
    assert shown(call) == "2: Bot, Ana; as it was until 2026-03-02 09:30:02, when it changed and was not sent whole"
    assert particulars.roster_title(call) == "Roster until 2026-03-02 09:30:02, when it changed: 2 on the call"
    assert describe.who(call) == "Ana (earlier)"
    assert call_document(call, at(9))["roster_changed_at"] == "2026-03-02T09:30:02.000Z"


@pytest.mark.parametrize("after", [roster(BOT, ANA), roster(BOT)])
def test_a_whole_roster_is_that_of_now_again(after: Report) -> None:
    call = call_of(report(CallState.ESTABLISHED), roster(BOT, ANA), delta(2, person("Dora")), after)
    assert (call.roster, call.roster_changed_at) == (after.roster, None)
    assert told(call)[-1] in {"2 on the call", "1 on the call: Ana left"}
    assert particulars.roster_title(call).startswith("Roster: ")


def test_a_change_of_a_roster_that_is_not_known_makes_none_known() -> None:
    call = call_of(report(CallState.ESTABLISHED), delta(None, ANA))
    assert told(call) == ["the roster changed; the whole of it was not sent"]
    assert (call.roster, call.roster_changed_at) == (None, None)


@pytest.mark.parametrize("path", ["participants", "participants/ana"])
@pytest.mark.parametrize("data", [{}, {"id": "ana", "isMuted": True}])
def test_what_is_not_the_whole_roster_is_not_taken_for_it(path: str, data: dict[str, Any]) -> None:
    part = the_report(body(item(url=f"/communications/calls/{CALL}/{path}", **data)))
    call = call_of(report(CallState.ESTABLISHED), roster(BOT, ANA), part)
    assert told(call)[-1] == "the roster changed; the whole of it was not sent"
    assert call.roster_changed_at == at(2)
