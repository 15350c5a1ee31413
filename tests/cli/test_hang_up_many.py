from __future__ import annotations

import json
import signal
from functools import partial
from itertools import count
from pathlib import Path
from threading import Condition, Event

import pytest

from callmon.cli.exits import ExitCode
from callmon.cli.hang_up_order import _LOOKS_EVERY_S
from callmon.cli.hang_up_result import Outcome, worst
from callmon.hangups import MOST_AT_ONCE
from callmon.ports import EntryKind
from tests.cli.graph import Graph, error
from tests.cli.program import on_terminal, run
from tests.cli.recorded import call_id, caller, ended, entries, notification, record
from tests.fakes import DEADLINE_S

CALLS = [call_id(number) for number in (0xA0, 0xB0, 0xC0)]


@pytest.fixture
def live(journal: Path) -> Path:
    record(journal, *(notification(call, "established", **caller(f"Caller {call[6]}")) for call in CALLS))
    return journal


def deleted(graph: Graph) -> list[str]:
    return sorted(request.path.rpartition("/")[2] for request in graph.of("DELETE"))


def test_several_calls_are_hung_up_and_told_in_the_order_in_which_they_were_named(graph: Graph, live: Path) -> None:
    graph.on_delete = partial(record, live, *(ended(call, 200, 7000) for call in CALLS))
    named = [CALLS[2][:8], CALLS[0], CALLS[1].upper()]
    result = run("hangup", *named, "--yes", "--json", "--reason", "ticket 7", "--operator", "bob@night desk")
    assert [told["id"] for told in result.json] == [CALLS[2], CALLS[0], CALLS[1]]
    assert {told["outcome"] for told in result.json} <= {"ended", "already-ended"}
    asked = [json.loads(entry.body) for entry in entries(live, EntryKind.HANGUP_ASKED)]
    assert {(one["reason"], one["operator"]) for one in asked} == {("ticket 7", "bob@night desk")}
    assert len(asked) == len(graph.of("DELETE")) >= 1


def test_of_one_call_that_is_named_twice_one_delete_goes_out(graph: Graph, live: Path) -> None:
    run("hangup", CALLS[0], CALLS[0][:8], CALLS[0].upper(), "--yes", "--wait", "0")
    assert deleted(graph) == CALLS[:1]


def test_the_exit_code_is_that_of_the_worst_outcome_and_each_call_has_its_line(graph: Graph, live: Path) -> None:
    record(live, ended(CALLS[0]))
    graph.answers[f"DELETE {CALLS[1]}"] = (403, error("7505", "Request authorization tenant mismatch."))
    graph.answers["GET"] = (404, error("8522"))
    result = run("hangup", *CALLS, "--yes", "--wait", "0")
    assert result.code == ExitCode.NOT_ALLOWED
    assert f"{CALLS[0]} (Caller a): The call has ended already; nothing was sent." in result.err
    assert f"{CALLS[1]} (Caller b): The token is of another tenant" in result.err
    assert f"{CALLS[2]} (Caller c): Graph accepted the hang-up and does not know the call any more." in result.out
    assert deleted(graph) == CALLS[1:]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome.ENDED, Outcome.GONE], ExitCode.DONE),
        ([Outcome.ENDED, Outcome.ALREADY_ENDED], ExitCode.NO_SUCH_CALL),
        ([Outcome.ALREADY_GONE, Outcome.ACCEPTED], ExitCode.NOT_CONFIRMED),
        ([Outcome.ACCEPTED, Outcome.REFUSED], ExitCode.REFUSED_HERE),
        ([Outcome.NOT_SIGNED_IN, Outcome.REFUSED], ExitCode.NOT_ALLOWED),
        ([Outcome.FAILED, Outcome.NOT_ALLOWED, Outcome.ENDED], ExitCode.FAILED),
    ],
)
def test_what_is_worse_than_what(outcomes: list[Outcome], code: ExitCode) -> None:
    assert worst(outcomes) == worst(outcomes[::-1]) == code


def test_no_more_than_four_requests_are_under_way_at_a_time(graph: Graph, journal: Path) -> None:
    calls = [call_id(number) for number in range(1, 12)]
    record(journal, *(notification(call, "established") for call in calls))
    moved, arrived, most, now = Condition(), count(1), 0, 0

    def answer() -> None:
        """The first ones are kept until as many have come as may come; more must not come meanwhile."""
        nonlocal most, now
        with moved:
            number = next(arrived)
            now += 1
            most = max(most, now)
            moved.notify_all()
            if number <= MOST_AT_ONCE:
                assert moved.wait_for(lambda: most == MOST_AT_ONCE, DEADLINE_S)
            now -= 1

    graph.on_delete = answer
    run("hangup", *calls, "--yes", "--wait", "0", "--json")
    assert deleted(graph) == calls
    assert most == MOST_AT_ONCE


def test_a_dry_run_shows_every_request_and_sends_none(graph: Graph, live: Path) -> None:
    result = run("hangup", *CALLS, "--dry-run")
    assert result.code == ExitCode.DONE
    for call in CALLS:
        assert f"DELETE {graph.url}/v1.0/communications/calls/{call}" in result.out
    assert graph.requests == []


@pytest.mark.parametrize("wrong", ["a/b", ""])
def test_one_wrong_id_among_several_and_nothing_is_sent(graph: Graph, live: Path, wrong: str) -> None:
    assert run("hangup", CALLS[0], wrong, CALLS[1], "--yes").code == ExitCode.USAGE
    assert graph.requests == []


def test_a_start_that_several_share_among_the_ids_and_nothing_is_sent(graph: Graph, live: Path) -> None:
    assert run("hangup", CALLS[0], "000000", "--yes").code == ExitCode.USAGE
    assert graph.requests == []


def test_read_only_hangs_up_none_of_them(graph: Graph, live: Path) -> None:
    result = run("hangup", *CALLS, "--yes", "--read-only", "--json")
    assert result.code == ExitCode.REFUSED_HERE
    assert [told["outcome"] for told in result.json] == ["refused"] * 3
    assert graph.requests == []


@pytest.mark.parametrize("answer", ["y\n", "yes\n", "2\n", "\n"])
def test_anything_but_the_number_of_calls_leaves_them_alone(graph: Graph, live: Path, answer: str) -> None:
    with on_terminal("hangup", *CALLS) as terminal:
        terminal.wait_for("Type 3 and Enter")
        terminal.type(answer)
        assert terminal.end() == ExitCode.REFUSED_HERE
    for name in ("Caller a", "Caller b", "Caller c"):
        assert name.encode() in terminal.shown
    assert graph.requests == []


def test_the_number_of_calls_that_are_left_hangs_them_up(graph: Graph, live: Path) -> None:
    record(live, ended(CALLS[1]))
    with on_terminal("hangup", *CALLS, "--wait", "0") as terminal:
        terminal.wait_for("Type 2 and Enter")
        terminal.type("2\n")
        terminal.end()
    assert b"Not sent: " + CALLS[1].encode() in terminal.shown
    assert deleted(graph) == [CALLS[0], CALLS[2]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_says_what_was_not_sent_and_keeps_what_came_back(
    graph: Graph, journal: Path, number: signal.Signals
) -> None:
    calls = [call_id(number) for number in range(1, 7)]
    record(journal, *(notification(call, "established") for call in calls))
    moved = Condition()
    interrupted = False

    def answer() -> None:
        with moved:
            moved.notify_all()
            assert moved.wait_for(lambda: interrupted, DEADLINE_S)

    graph.on_delete = answer
    with on_terminal("hangup", *calls, "--yes") as terminal:
        with moved:
            assert moved.wait_for(lambda: len(graph.of("DELETE")) == MOST_AT_ONCE, DEADLINE_S)
        terminal.signal(number)
        terminal.wait_for("Not sent: ")
        with moved:
            interrupted = True
            moved.notify_all()
        assert terminal.end() == ExitCode.INTERRUPTED
    assert len(graph.of("DELETE")) == MOST_AT_ONCE
    kinds = [entry.kind for entry in entries(journal, EntryKind.HANGUP_ASKED, EntryKind.HANGUP_ANSWERED)]
    assert kinds.count(EntryKind.HANGUP_ANSWERED) == kinds.count(EntryKind.HANGUP_ASKED) == MOST_AT_ONCE


def test_a_call_that_ends_before_its_turn_is_left_alone(graph: Graph, journal: Path) -> None:
    calls = [call_id(number) for number in range(1, MOST_AT_ONCE + 2)]
    record(journal, *(notification(call, "established") for call in calls))
    unsent, seen = calls[-1], Event()

    def answer() -> None:
        """Once all are under way that may be, the last one ends; they are kept until that must have been seen."""
        if len(graph.of("DELETE")) == MOST_AT_ONCE:
            record(journal, ended(unsent))
            seen.wait(3 * _LOOKS_EVERY_S)
            seen.set()
        assert seen.wait(DEADLINE_S)

    graph.on_delete = answer
    result = run("hangup", *calls, "--yes", "--wait", "0", "--json")
    assert deleted(graph) == calls[:-1]
    assert (result.json[-1]["id"], result.json[-1]["outcome"]) == (unsent, "already-ended")
    assert result.json[-1]["sentence"] == "The call ended by itself meanwhile; nothing was sent."


def test_what_graph_wants_to_wait_for_too_long_is_given_up_and_nobody_is_told_of_a_shorter_wait(
    graph: Graph, journal: Path
) -> None:
    calls = [call_id(number) for number in range(1, MOST_AT_ONCE + 3)]
    record(journal, *(notification(call, "established") for call in calls))
    graph.answers["DELETE"] = (429, error("TooManyRequests"))
    graph.headers["Retry-After"] = "300"
    result = run("hangup", *calls, "--yes", "--json")
    assert result.code == ExitCode.FAILED
    assert "nothing more begins" not in result.err
    assert {told["retry_after_s"] for told in result.json} == {300}
    unsent = [told for told in result.json if told["status"] is None]
    assert len(unsent) == len(calls) - len(graph.of("DELETE")) > 0
    assert all("Not sent: Graph asks this bot to wait 300 s" in told["sentence"] for told in unsent)
