"""Asking Graph before showing: ``list --verify`` and ``show --verify``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from callmon.cli import verifying
from callmon.cli.exits import ExitCode
from callmon.clocks import utc_now
from callmon.ports import EntryKind
from tests.cli.graph import Graph, error
from tests.cli.program import run
from tests.cli.recorded import call_id, ended, entries, notification, record

FOUND = {"id": call_id(1), "state": "hold"}


class Clock:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.time = utc_now()
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of those who ask Graph."""
    made = Clock()
    monkeypatch.setattr(verifying, "utc_now", made.now)
    monkeypatch.setattr(verifying, "sleep", made.sleep)
    return made


@pytest.fixture
def calls(journal: Path) -> Path:
    """Three that live, and one that has ended."""
    record(journal, *(notification(call_id(number), "established") for number in (1, 2, 3, 4)), ended(call_id(4)))
    return journal


def test_a_proxy_that_is_no_address_leaves_the_calls_as_they_were(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_GRAPH_URL", "https://127.0.0.1:9")
    monkeypatch.setenv("CALLMON_ACCESS_TOKEN", "token-of-the-test")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:x")
    outcome = run("list", "--verify", "--json")
    assert outcome.code == ExitCode.FAILED
    assert [call["state"] for call in outcome.json] == ["established"] * 3
    assert "(InvalidURL), so nothing was sent. Check HTTPS_PROXY" in outcome.err


def test_what_graph_still_has_is_shown_as_graph_has_it(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (200, FOUND)
    outcome = run("list", "--verify", "--json")
    assert outcome.code == ExitCode.DONE
    assert [call["state"] for call in outcome.json] == ["hold"] * 3
    assert all(call["verified"] and call["check"]["answer"] == "found" for call in outcome.json)
    assert outcome.err == "callmon: Checked 3 calls: 3 go on, 0 gone.\n"
    assert len(graph.of("GET")) == 3
    assert len(entries(calls, EntryKind.CALL_CHECKED)) == 3


def test_what_is_gone_is_no_longer_active(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (404, error("8522", "Call not found."))
    outcome = run("list", "--verify")
    assert (outcome.code, outcome.out) == (ExitCode.DONE, "")
    assert "0 go on, 3 gone." in outcome.err
    assert run("list", "--all", "--filter", "is:gone", "--json").json[0]["state"] == "terminated"


def test_what_graph_has_as_ended_does_not_go_on_and_ended_then_or_earlier(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (200, {**FOUND, "state": "terminated"})
    outcome = run("show", call_id(1), "--verify")
    assert "Checked 1 call: 0 go on, 1 ended, 0 gone.\n" in outcome.err
    ended_at = next(line for line in outcome.out.splitlines() if line.startswith("Ended"))
    assert ended_at.endswith(", or earlier)")
    (call,) = run("list", "--all", "--filter", f"id:{call_id(1)}", "--json").json
    assert (call["state"], "end-missed" in call["anomalies"]) == ("terminated", True)


def test_only_what_is_listed_is_checked(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (200, FOUND)
    run("list", "--verify", "--all", "--filter", f"id:{call_id(2)}")
    assert [request.path.rpartition("/")[2] for request in graph.of("GET")] == [call_id(2)]


REFUSED = {
    "not signed in": ((401, error("InvalidAuthenticationToken")), ExitCode.NOT_ALLOWED, 1),
    "not allowed": ((403, error("7504")), ExitCode.NOT_ALLOWED, 3),
    "throttled for long": ((429, error("TooManyRequests")), ExitCode.FAILED, 1),
    "broken": ((500, error("9999")), ExitCode.FAILED, 3),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_not_be_settled_is_said(case: str, calls: Path, graph: Graph) -> None:
    graph.answers["GET"], code, settled = REFUSED[case]
    outcome = run("list", "--verify", "--json")
    assert outcome.code == code
    assert len(outcome.json) == 3
    assert "0 go on, 0 gone, 3 not settled." in outcome.err
    assert len(entries(calls, EntryKind.CALL_CHECKED)) == settled


def test_two_checks_are_a_second_apart(calls: Path, graph: Graph, clock: Clock) -> None:
    graph.answers["GET"] = (200, FOUND)
    run("list", "--verify")
    assert clock.waits == [1.0, 1.0]


def test_nobody_asks_about_a_call_that_somebody_asked_about_within_a_minute(
    calls: Path, graph: Graph, clock: Clock
) -> None:
    graph.answers["GET"] = (200, FOUND)
    run("show", call_id(1), "--verify")
    clock.pass_time(30)
    outcome = run("list", "--verify", "--json")
    assert outcome.code == ExitCode.DONE
    assert "Checked 3 calls: 3 go on, 0 gone.\n" in outcome.err
    assert "1 of them had been asked about less than a minute ago; that answer counts." in outcome.err
    assert len(graph.of("GET")) == 3
    clock.pass_time(61)
    assert "less than a minute" not in run("list", "--verify").err
    assert len(graph.of("GET")) == 6


def test_a_bad_answer_of_a_moment_ago_counts_too(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (403, error("7504"))
    assert run("show", call_id(1), "--verify").code == ExitCode.NOT_ALLOWED
    assert run("show", call_id(1), "--verify").code == ExitCode.NOT_ALLOWED
    assert len(graph.of("GET")) == 1


def test_a_throttled_graph_is_asked_no_more(calls: Path, graph: Graph, clock: Clock) -> None:
    graph.answers["GET"] = (429, error("TooManyRequests"))
    graph.headers["Retry-After"] = "90"
    outcome = run("list", "--verify")
    assert outcome.code == ExitCode.FAILED
    assert "2 of them were not asked about: the next one would be answered in the same way." in outcome.err
    clock.pass_time(70)
    again = run("list", "--verify")
    assert again.code == ExitCode.FAILED
    assert "3 of them were not asked about: Graph wants no checks before" in again.err
    assert len(graph.of("GET")) == 1
    clock.pass_time(21)
    run("list", "--verify")
    assert len(graph.of("GET")) == 2


def test_without_credentials_nothing_is_asked(calls: Path) -> None:
    outcome = run("list", "--verify")
    assert outcome.code == ExitCode.NOT_ALLOWED
    assert "CALLMON_TENANT_ID" in outcome.err


def test_reading_only_is_no_obstacle(calls: Path, graph: Graph) -> None:
    graph.answers["GET"] = (200, FOUND)
    assert run("--read-only", "list", "--verify").code == ExitCode.DONE
    assert [request.method for request in graph.requests] == ["GET"] * 3


def test_one_call_can_be_checked(calls: Path, graph: Graph, clock: Clock) -> None:
    graph.answers["GET"] = (200, FOUND)
    outcome = run("show", call_id(1), "--verify", "--json")
    assert (outcome.code, outcome.json["state"]) == (ExitCode.DONE, "hold")
    clock.pass_time(61)
    graph.answers["GET"] = (404, error("8522", "Call not found."))
    outcome = run("show", call_id(1), "--verify", "--json")
    assert (outcome.code, outcome.json["state"]) == (ExitCode.NO_SUCH_CALL, "terminated")


def test_what_has_ended_is_checked_only_if_it_is_named(calls: Path, graph: Graph, clock: Clock) -> None:
    graph.answers["GET"] = (200, FOUND)
    run("list", "--all", "--verify")
    assert len(graph.requests) == 3
    outcome = run("show", call_id(4), "--verify", "--json")
    assert (outcome.code, outcome.json["state"], outcome.json["check"]["answer"]) == (
        ExitCode.DONE,
        "terminated",
        "found",
    )
    clock.pass_time(61)
    graph.answers["GET"] = (404, error("8522", "Call not found."))
    assert run("show", call_id(4), "--verify").code == ExitCode.NO_SUCH_CALL


def test_what_nobody_knows_is_not_checked(calls: Path, graph: Graph) -> None:
    assert run("show", call_id(9), "--verify").code == ExitCode.NO_SUCH_CALL
    assert graph.requests == []


@pytest.mark.usefixtures("journal", "graph")
def test_without_a_journal_there_is_nothing_to_check() -> None:
    outcome = run("list", "--verify")
    assert outcome.code == ExitCode.DONE
    assert "There is no journal" in outcome.err
