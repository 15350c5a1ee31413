"""Shuffled, duplicated and dropped notifications: what became of every call is the same, and what was odd is said.

Over real HTTP into a real journal, and read back by the commands that people use.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from callmon.core.describe import ANOMALY_WORDS
from callmon.core.states import Anomaly
from callmon.feeds.http import HttpFeed
from callmon.feeds.request import NOTIFICATIONS_PATH
from callmon.journal.sqlite import SqliteJournal
from callmon.simulator.repertoire import KINDS, Repertoire
from tests.cli.program import run

SEEDS = [1, 2, 3]


class Delivery(NamedTuple):
    """One POST."""

    call_id: str
    message_id: str
    body: bytes
    is_end: bool


def told_of_calls(seed: int) -> list[list[Delivery]]:
    """A call of every kind, as Graph would tell it."""
    repertoire, ids = Repertoire(seed), random.Random(seed)
    return [
        [
            Delivery(script.call_id, str(UUID(int=ids.getrandbits(128))), step.body, step is script.steps[-1])
            for step in script.steps
        ]
        for script in map(repertoire.call, KINDS)
    ]


def in_turn(told: Sequence[Sequence[Delivery]]) -> list[Delivery]:
    """All calls at once, each in its order."""
    longest = max(map(len, told))
    return [call[number] for number in range(longest) for call in told if number < len(call)]


def recorded(journal: Path, deliveries: Sequence[Delivery]) -> None:
    """POST them to a listener, one after the other."""
    with closing(SqliteJournal.open(journal)) as opened:
        feed = HttpFeed(opened, "127.0.0.1", 0)
        address = feed.start().name.removeprefix("http ")
        try:
            with httpx.Client(base_url=f"http://{address}") as graph:
                for each in deliveries:
                    headers = {"X-Microsoft-Skype-Message-ID": each.message_id}
                    answer = graph.post(NOTIFICATIONS_PATH, content=each.body, headers=headers)
                    assert answer.status_code == 202
        finally:
            feed.stop()


def calls_in(journal: Path) -> dict[str, dict[str, Any]]:
    """What ``callmon list`` says, by call."""
    result = run("list", "--all", "--json", "--journal", str(journal))
    assert result.code == 0
    return {call["id"]: call for call in result.json}


def fate(call: dict[str, Any]) -> tuple[object, ...]:
    """What became of a call. What its end means is left out: of a call whose beginning came late it is not known
    whether it was never answered, and that is said.
    """
    end = call["end"] or {}
    return call["state"], call["ended_at"] is not None, end.get("code"), end.get("subcode")


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def told(seed: int) -> list[list[Delivery]]:
    return told_of_calls(seed)


@pytest.fixture
def in_order(told: list[list[Delivery]], tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The calls after an orderly run."""
    recorded(tmp_path / "in-order.db", in_turn(told))
    calls = calls_in(tmp_path / "in-order.db")
    assert {call["state"] for call in calls.values()} == {"terminated"}
    assert {call["ended_at"] is None for call in calls.values()} == {False}
    return calls


def disturbed(told: Sequence[Sequence[Delivery]], seed: int) -> list[Delivery]:
    """Every third lost, every third twice (under its own id or a new one), and all of it in any order.

    The end of a call is never among the lost: without it nobody can know that the call has ended.
    """
    dice = random.Random(seed)
    come: list[Delivery] = []
    for each in in_turn(told):
        fortune = dice.randrange(6)
        if fortune < 2 and not each.is_end:
            continue
        come.append(each)
        if fortune == 2:
            come.append(each)
        elif fortune == 3:
            come.append(each._replace(message_id=str(UUID(int=dice.getrandbits(128)))))
    dice.shuffle(come)
    return come


def test_whatever_happens_on_the_way_the_same_becomes_of_every_call(
    told: list[list[Delivery]], in_order: dict[str, dict[str, Any]], seed: int, tmp_path: Path
) -> None:
    recorded(tmp_path / "journal.db", disturbed(told, seed))
    calls = calls_in(tmp_path / "journal.db")
    assert calls.keys() == in_order.keys()
    assert {name: fate(call) for name, call in calls.items()} == {name: fate(call) for name, call in in_order.items()}


def test_what_is_only_delivered_again_changes_nothing(
    told: list[list[Delivery]], in_order: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    journal = tmp_path / "journal.db"
    recorded(journal, [each for each in in_turn(told) for _ in range(2)])
    for name in in_order:
        twice, once = (
            run("show", name, "--json", "--journal", str(path)).json["timeline"]
            for path in (journal, tmp_path / "in-order.db")
        )
        assert [step["text"] for step in twice] == [step["text"] for step in once]


def test_backwards_no_ended_call_is_opened_again_and_what_came_late_is_marked(
    told: list[list[Delivery]], in_order: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    journal = tmp_path / "journal.db"
    recorded(journal, in_turn(told)[::-1])
    calls = calls_in(journal)
    assert {name: fate(call) for name, call in calls.items()} == {name: fate(call) for name, call in in_order.items()}
    late = [each.call_id for each in in_turn(told) if b'"state":"established"' in each.body]
    assert late
    for name in late:
        assert Anomaly.AFTER_END in calls[name]["anomalies"]
    result = run("show", late[0], "--journal", str(journal))
    assert ANOMALY_WORDS[Anomaly.AFTER_END] in " ".join(result.out.split())


def test_a_call_whose_end_is_lost_is_not_said_to_have_ended(told: list[list[Delivery]], tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    recorded(journal, [each for each in in_turn(told) if not each.is_end])
    open_calls = [call for call in calls_in(journal).values() if call["ended_at"] is None]
    assert len(open_calls) == len([call for call in told if len(call) > 1])
    assert all(call["end"] is None for call in open_calls)
