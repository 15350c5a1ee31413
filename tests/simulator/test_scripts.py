"""Simulated calls move as calls do, end once, and are the same for the same seed."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.simulator.opening import opening
from callmon.simulator.repertoire import KINDS, Repertoire, calls
from callmon.simulator.script import CallScript, Step

SEEDS = range(25)

# From one state to what may follow; None is a call that nobody has heard of, "gone" an end without a state.
MOVES: dict[str | None, set[str]] = {
    None: {"incoming", "establishing"},
    "incoming": {"establishing", "terminated", "gone"},
    "establishing": {"established", "terminated"},
    "established": {"established", "transferring", "terminated"},
    "transferring": {"transferAccepted", "established"},
    "transferAccepted": {"terminated"},
    "terminating": {"terminated"},
}

# What the last notification may say: (code, subcode), or None where Graph gives no reason.
ENDS: dict[str, set[tuple[int, int] | None]] = {
    "p2p-answered": {(200, 4521), (200, 18503), (200, 5002), (200, 7000)},
    "p2p-unanswered": {(200, 5002), (480, 10037), (408, 10057)},
    "p2p-incoming": {(200, 4521), (200, 18503), (200, 7000)},
    "menu": {(200, 4521)},
    "pstn-out": {(200, 560000)},
    "pstn-out-failed": {(500, 560500), (486, 560486), (480, 560480)},
    "pstn-in": {(200, 540000)},
    "transfer-done": {(0, 7015)},
    "transfer-failed": {(200, 4521)},
    "media-failure": {(410, 301005), (500, 1005)},
    "keep-alive-timeout": {(408, 8537)},
    "rejected": {None},
    "redirected": {None},
    "meeting": {(200, 5001), (200, 4097), (200, 5000), (200, 5002)},
    "lobby-timeout": {(200, 5855)},
    "group": {(200, 5010), (200, 5007), (200, 5020)},
    "escalation": {(200, 5001), (200, 5002)},
    "recording": {(200, 5001), (500, 7106)},
}
UNANSWERED = {"p2p-unanswered", "pstn-out-failed", "rejected", "redirected"}


def items(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [json.loads(step.body)["value"][0] for step in steps]


def own(script: CallScript, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """The notifications about the call itself."""
    return [item for item in items(steps) if item["resourceUrl"].endswith(script.call_id)]


def states(script: CallScript, steps: tuple[Step, ...]) -> list[str]:
    return [item["resourceData"].get("state", "gone") for item in own(script, steps)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_move_is_one_that_calls_make(kind: str) -> None:
    for seed in SEEDS:
        script = Repertoire(seed).call(kind)
        before: str | None = None
        for state in states(script, script.steps):
            assert state in MOVES[before], (before, state)
            before = state
        assert ("established" in states(script, script.steps)) is (kind not in UNANSWERED)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_ends_once_and_says_nothing_more(kind: str) -> None:
    for seed in SEEDS:
        script = Repertoire(seed).call(kind)
        for steps in (script.steps, script.hangup):
            ended = [item["changeType"] == "deleted" for item in own(script, steps)]
            assert ended.count(True) == 1
            assert items(steps)[-1] == own(script, steps)[-1]
            assert ended[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_only_incoming_calls_are_created(kind: str) -> None:
    for seed in SEEDS:
        script = Repertoire(seed).call(kind)
        changes = [(item["changeType"], item["resourceData"].get("state")) for item in own(script, script.steps)]
        assert ("created" in [change for change, _ in changes]) is (changes[0] == ("created", "incoming"))
        assert [change for change, _ in changes[1:-1]] == ["updated"] * (len(changes) - 2)


@pytest.mark.parametrize("kind", KINDS)
def test_the_ends_of_a_kind_are_those_of_the_table(kind: str) -> None:
    seen = set()
    for seed in range(80):
        script = Repertoire(seed).call(kind)
        result = items(script.steps)[-1]["resourceData"].get("resultInfo")
        seen.add(None if result is None else (result["code"], result["subcode"]))
    assert seen == ENDS[kind]


def test_a_hang_up_ends_with_7000_sometimes_by_way_of_terminating() -> None:
    ways = set()
    for script in islice(calls(5), 40):
        ways.add(tuple(states(script, script.hangup)))
        result = items(script.hangup)[-1]["resourceData"]["resultInfo"]
        assert (result["code"], result["subcode"]) == (200, 7000)
    assert ways == {("terminated",), ("terminating", "terminated")}


def test_a_failed_transfer_is_told_with_a_capital_c_and_the_call_goes_on() -> None:
    script = Repertoire(1).call("transfer-failed")
    (told,) = [item for item in own(script, script.steps)[:-1] if "resultInfo" in item["resourceData"]]
    assert told["resourceData"]["state"] == "established"
    assert told["resourceData"]["resultInfo"]["subCode"] == 7000


def test_a_group_call_changes_its_chain_id_at_the_end() -> None:
    script = Repertoire(1).call("group")
    chain = [item["resourceData"]["callChainId"] for item in own(script, script.steps)]
    assert chain[0] == chain[1]
    assert chain[-1] != chain[0]


def test_a_meeting_grows_and_somebody_waits_in_the_lobby() -> None:
    script = Repertoire(1).call("meeting")
    rosters = [item["resourceData"] for item in items(script.steps) if item["resourceUrl"].endswith("/participants")]
    assert len(rosters[0]) == 1
    assert max(len(roster) for roster in rosters) >= 4
    assert any(person["isInLobby"] for roster in rosters for person in roster)
    assert any(person["isMuted"] for roster in rosters for person in roster)


@settings(deadline=None)  # how long an example takes is not what is tested
@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_calls(seed: int) -> None:
    assert list(islice(calls(seed), 3)) == list(islice(calls(seed), 3))


def test_another_seed_gives_other_calls() -> None:
    assert next(calls(1)).steps != next(calls(2)).steps
    assert Repertoire(1, "a").call("menu").call_id != Repertoire(1, "b").call("menu").call_id


def test_all_kinds_come_and_ids_are_structured_and_unique() -> None:
    some = list(islice(calls(1), 1000))
    assert {script.kind_name for script in some} == set(KINDS)
    assert len({script.call_id for script in some}) == len(some)
    form = re.compile(r"[0-9a-f]{2}(1f|20)[56][0-9a-f]00-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(script.call_id) for script in some)


@settings(deadline=None)  # how long an example takes is not what is tested
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 1000), st.floats(0, 3000))
def test_an_aged_call_says_the_same_so_much_earlier(kind: str, seed: int, age_s: float) -> None:
    script = Repertoire(seed).call(kind)
    aged = script.aged(age_s)
    assert [step.body for step in aged.steps] == [step.body for step in script.steps]
    assert all(step.delay_s >= 0 for step in aged.steps)
    assert aged.length_s == pytest.approx(max(0.0, script.length_s - age_s), abs=1e-6)


@settings(deadline=None)  # how long an example takes is not what is tested
@given(st.integers(0, 60), st.integers(0, 500))
def test_the_opening_fills_the_board_at_once_and_some_calls_end_soon(count: int, seed: int) -> None:
    entrances = opening(Repertoire(seed), count, seed)
    assert len(entrances) == count
    established = [entrance.after_s + at for entrance in entrances if (at := entrance.script.established_s) is not None]
    assert sum(at <= 1.0 for at in established) >= count // 2
    soon = [entrance for entrance in entrances if entrance.after_s + entrance.script.length_s <= 20.0]
    assert len(soon) >= min(3, count // 4)
    assert len({entrance.script.kind_name for entrance in soon}) >= min(3, count // 4)
