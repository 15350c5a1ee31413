from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.clocks import utc_now
from callmon.hangup import operator_name
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.cli.graph import Graph, error
from tests.cli.program import on_terminal, run, run_program
from tests.cli.recorded import call_id, caller, ended, entries, notification, record
from tests.fakes import DEADLINE_S

CALL = call_id(0xC0FFEE)
OURS = (EntryKind.HANGUP_ASKED, EntryKind.HANGUP_ANSWERED, EntryKind.CALL_CHECKED)
FIELDS = {
    "id",
    "outcome",
    "answer",
    "status",
    "sentence",
    "code",
    "message",
    "request_id",
    "client_request_id",
    "date",
    "scenario_id",
    "diagnostic",
    "tries",
    "retry_helps",
    "retry_after_s",
    "end",
    "confirmed",
}


@pytest.fixture
def live(journal: Path) -> Path:
    record(
        journal,
        notification(CALL, "incoming", "created", **caller("Ana Ruiz")),
        notification(CALL, "established"),
    )
    return journal


def test_exactly_one_delete_reaches_any_server_that_answers_204(graph: Graph, tmp_path: Path) -> None:
    result = run_program("--journal", str(tmp_path / "j.db"), "hangup", CALL, "--yes", "--json", "--wait", "0")
    (request,) = graph.of("DELETE")
    assert request.path == f"/v1.0/communications/calls/{CALL}"
    assert request.headers["authorization"] == "Bearer token-of-the-test"
    assert request.body == b""
    assert result.json["answer"] == "accepted"
    assert result.json["status"] == 204
    assert result.code == ExitCode.NOT_CONFIRMED
    assert "does not know the call" in result.err
    assert "token-of-the-test" not in result.out + result.err


def test_the_end_that_is_reported_is_told(graph: Graph, live: Path) -> None:
    graph.on_delete = partial(record, live, notification(CALL, "terminating"), ended(CALL, 200, 7000))
    result = run("hangup", CALL, "--yes", "--json", "--reason", "stuck")
    assert result.code == ExitCode.DONE
    document = result.json
    assert document.keys() == FIELDS
    assert document["outcome"] == "ended"
    assert document["confirmed"] is True
    assert document["end"]["subcode"] == 7000
    assert document["client_request_id"]
    assert [request.method for request in graph.requests] == ["DELETE"]
    asked, answered = entries(live, *OURS)
    assert json.loads(asked.body)["reason"] == "stuck"
    assert answered.kind is EntryKind.HANGUP_ANSWERED


def test_the_end_is_told_in_words(graph: Graph, live: Path) -> None:
    graph.on_delete = partial(record, live, ended(CALL))
    result = run("hangup", CALL, "--yes")
    assert result.code == ExitCode.DONE
    assert "The call has ended." in result.out
    assert "The conversation ended (200/5001)" in result.out
    assert result.err == ""


def test_a_call_that_graph_no_longer_knows_is_gone(graph: Graph, live: Path) -> None:
    graph.answers["GET"] = (404, error("8522"))
    result = run("hangup", CALL, "--yes", "--wait", "0", "--json")
    assert result.code == ExitCode.DONE
    assert (result.json["outcome"], result.json["confirmed"], result.json["end"]) == ("gone", True, None)
    assert [request.method for request in graph.requests] == ["DELETE", "GET"]
    assert [entry.kind for entry in entries(live, *OURS)] == list(OURS)
    assert run("show", CALL, "--json").json["ended_at"]


@pytest.mark.parametrize("answer", [(200, {"id": CALL, "state": "established"}), (503, error("ServiceUnavailable"))])
def test_a_call_that_is_not_known_to_be_over_is_not_confirmed(
    graph: Graph, live: Path, answer: tuple[int, object]
) -> None:
    graph.answers["GET"] = answer
    result = run("hangup", CALL, "--yes", "--wait", "0")
    assert result.code == ExitCode.NOT_CONFIRMED
    assert "not reported in time" in result.out
    assert len(graph.of("DELETE")) == 1


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (404, ExitCode.NO_SUCH_CALL, "already-gone"),
        (401, ExitCode.NOT_ALLOWED, "not-signed-in"),
        (403, ExitCode.NOT_ALLOWED, "not-allowed"),
        (409, ExitCode.FAILED, "failed"),
        (429, ExitCode.FAILED, "failed"),
        (503, ExitCode.FAILED, "failed"),
        (418, ExitCode.FAILED, "failed"),
    ],
)
def test_what_graph_refuses(graph: Graph, live: Path, status: int, code: ExitCode, outcome: str) -> None:
    graph.answers["DELETE"] = (status, error("8522" if status == 404 else "8500"))
    graph.headers["Retry-After"] = "3600"  # longer than callmon waits, so that it does not wait at all
    result = run("hangup", CALL, "--yes", "--json")
    assert result.code == code
    assert result.json["outcome"] == outcome
    assert result.json["status"] == status
    assert [request.method for request in graph.requests] == ["DELETE"]
    spoken = run("hangup", CALL, "--yes")
    assert spoken.out == ""
    assert spoken.err


def test_a_wait_before_the_next_attempt_is_told_on_stderr(graph: Graph, live: Path) -> None:
    graph.answers["DELETE"] = (429, error("TooManyRequests"))
    graph.headers["Retry-After"] = "0.01"

    def let_the_second_pass() -> None:
        if len(graph.of("DELETE")) > 1:
            del graph.answers["DELETE"]

    graph.on_delete = let_the_second_pass
    result = run("hangup", CALL, "--yes", "--json", "--wait", "0")
    assert result.err.count("The hang-up is sent again in 0.0 s.") == 1
    assert len(graph.of("DELETE")) == 2
    assert result.json["status"] == 204


def test_nobody_answers(graph: Graph, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_GRAPH_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("random.random", lambda: 0.0)  # the part of each back-off that is waited
    result = run("hangup", CALL, "--yes", "--json")
    assert result.code == ExitCode.FAILED
    assert result.json["answer"] == "unreachable"
    assert result.json["retry_helps"] is True
    assert "callmon tried 4 times" in result.json["sentence"]


def test_a_call_that_has_ended_is_left_alone(graph: Graph, journal: Path) -> None:
    record(journal, notification(CALL, "established"), ended(CALL))
    result = run("hangup", CALL, "--yes", "--json")
    assert result.code == ExitCode.NO_SUCH_CALL
    assert (result.json["outcome"], result.json["answer"]) == ("already-ended", None)
    assert result.json["end"]["subcode"] == 5001
    assert graph.requests == []
    assert entries(journal, *OURS) == []
    assert "The conversation ended" in run("hangup", CALL, "--yes").err


def test_the_id_goes_out_as_graph_spelled_it(graph: Graph, journal: Path) -> None:
    spelled = CALL.upper()
    record(journal, notification(spelled, "established"))
    run("hangup", CALL.replace("-", "")[:9], "--yes", "--wait", "0")
    (request,) = graph.of("DELETE")
    assert request.path.endswith(f"/{spelled}")


def test_a_start_that_several_calls_share_hangs_nothing_up(graph: Graph, journal: Path) -> None:
    record(journal, notification(call_id(0x11), "established"), notification(call_id(0x12), "established"))
    result = run("hangup", "0000001", "--yes")
    assert result.code == ExitCode.USAGE
    assert graph.requests == []


@pytest.mark.parametrize("typed", ["", "a/b", "..", "a b", "x" * 129, "a%2fb", "\x1b", "ü"])
def test_what_is_no_id_goes_nowhere(graph: Graph, journal: Path, typed: str) -> None:
    result = run("hangup", typed, "--yes")
    assert result.code == ExitCode.USAGE
    assert "form of a call id" in result.err
    assert graph.requests == []


def test_a_dry_run_shows_the_request_and_sends_nothing(graph: Graph, live: Path) -> None:
    result = run("hangup", CALL, "--dry-run")
    assert result.code == ExitCode.DONE
    assert f"DELETE {graph.url}/v1.0/communications/calls/{CALL}" in result.out
    document = run("hangup", CALL, "--dry-run", "--json").json
    assert document["outcome"] == "dry-run"
    assert document["request"] == {"method": "DELETE", "url": f"{graph.url}/v1.0/communications/calls/{CALL}"}
    assert document["confirmed"] is False
    assert graph.requests == []
    assert entries(live, *OURS) == []


def test_a_dry_run_asks_nobody_for_a_token(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"CALLMON_{name}", "x")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    result = run("hangup", CALL, "--dry-run")
    assert result.code == ExitCode.DONE
    assert f"DELETE https://graph.microsoft.com/v1.0/communications/calls/{CALL}" in result.out


def test_a_dry_run_says_why_nothing_would_be_sent(live: Path) -> None:
    dry, real = (run("hangup", CALL, how) for how in ("--dry-run", "--yes"))
    assert (dry.code, dry.out, dry.err) == (ExitCode.NOT_ALLOWED, "", real.err)
    assert "No credentials" in dry.err


@pytest.mark.parametrize(
    "arguments", [["--read-only", "hangup", CALL, "--yes"], ["hangup", CALL, "--yes", "--read-only"]]
)
def test_read_only_hangs_nothing_up(graph: Graph, live: Path, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.code == ExitCode.REFUSED_HERE
    assert "read-only" in result.err
    assert graph.requests == []
    assert run(*arguments, "--json").json["outcome"] == "refused"


def test_nobody_can_be_asked_without_a_terminal(graph: Graph, live: Path) -> None:
    result = run_program("hangup", CALL, stdin=b"y\n")
    assert result.code == ExitCode.REFUSED_HERE
    assert "--yes" in result.err
    assert graph.requests == []


@pytest.mark.parametrize("answer", ["\n", "n\n", "\x04", "yay\n"])
def test_anything_but_y_leaves_the_call_alone(graph: Graph, live: Path, answer: str) -> None:
    with on_terminal("hangup", CALL) as terminal:
        terminal.wait_for("Type y and Enter")
        terminal.type(answer)
        assert terminal.end() == ExitCode.REFUSED_HERE
    assert b"Ana Ruiz" in terminal.shown
    assert b"established" in terminal.shown
    assert graph.requests == []


def test_y_hangs_up(graph: Graph, live: Path) -> None:
    graph.on_delete = partial(record, live, ended(CALL))
    with on_terminal("hangup", CALL) as terminal:
        terminal.wait_for("Type y and Enter")
        terminal.type("y\n")
        assert terminal.end() == ExitCode.DONE
    assert len(graph.of("DELETE")) == 1


def test_a_call_that_ends_while_it_is_asked_for_is_left_alone(graph: Graph, live: Path) -> None:
    with on_terminal("hangup", CALL) as terminal:
        terminal.wait_for("Type y and Enter")
        record(live, ended(CALL))
        terminal.type("y\n")
        assert terminal.end() == ExitCode.NO_SUCH_CALL
    assert b"The conversation ended" in terminal.shown
    assert graph.requests == []


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_refusal_in_words_has_what_support_asks_for(graph: Graph, live: Path, status: int) -> None:
    graph.answers["DELETE"] = (status, error("7500"))
    graph.headers["request-id"] = "0c3a3b5e"
    told = run("hangup", CALL, "--yes").err
    assert "request-id: 0c3a3b5e" in told
    assert "client-request-id: " in told
    assert "Date: " in told


def test_how_long_graph_asks_to_wait_is_told(graph: Graph, live: Path) -> None:
    graph.answers["DELETE"] = (429, error("TooManyRequests"))
    graph.headers["Retry-After"] = "300"
    assert run("hangup", CALL, "--yes", "--json").json["retry_after_s"] == 300
    assert "  Retry-After: 300 s\n" in run("hangup", CALL, "--yes").err


@pytest.mark.parametrize("before", [True, False])
def test_the_operator_can_be_named_before_and_after_the_command(graph: Graph, live: Path, before: bool) -> None:
    named = ["--operator", "ada"]
    command = [*named, "hangup"] if before else ["hangup", *named]
    run(*command, CALL, "--yes", "--wait", "0")
    asked, *_ = entries(live, EntryKind.HANGUP_ASKED)
    told = json.loads(asked.body)
    assert (told["operator"], told["login"]) == ("ada", operator_name())
    assert f"ada ({operator_name()})" in run("audit").out
    assert run("audit", "--json").json[0]["login"] == operator_name()


def test_a_login_that_is_the_operator_is_told_once(graph: Graph, live: Path) -> None:
    run("hangup", CALL, "--yes", "--wait", "0")
    asked, *_ = entries(live, EntryKind.HANGUP_ASKED)
    told = json.loads(asked.body)
    assert (told["operator"], told["login"]) == (operator_name(), "")


def test_an_interrupt_while_it_asks_sends_nothing(graph: Graph, live: Path) -> None:
    with on_terminal("hangup", CALL) as terminal:
        terminal.wait_for("Type y and Enter")
        terminal.signal(signal.SIGINT)
        assert terminal.end() == ExitCode.INTERRUPTED
    assert graph.requests == []


def test_an_interrupt_while_it_waits_says_what_was_done(graph: Graph, live: Path) -> None:
    with on_terminal("hangup", CALL, "--yes", "--wait", "3000") as terminal:
        deadline = time.monotonic() + DEADLINE_S
        while not entries(live, EntryKind.HANGUP_ANSWERED):
            assert time.monotonic() < deadline
        terminal.signal(signal.SIGINT)
        assert terminal.end() == ExitCode.INTERRUPTED
    assert b"may have reached Graph" in terminal.shown
    assert len(graph.of("DELETE")) == 1


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "set CALLMON_TENANT_ID, CALLMON_CLIENT_ID and CALLMON_CLIENT_SECRET"),
        ({"CALLMON_TENANT_ID": "t", "CALLMON_CLIENT_ID": "c"}, "set CALLMON_CLIENT_SECRET to"),
        ({"CALLMON_CLIENT_SECRET": "hunter2"}, "set CALLMON_TENANT_ID and CALLMON_CLIENT_ID to"),
        ({"CALLMON_GRAPH_URL": "http://127.0.0.1:1", "CALLMON_CLIENT_SECRET": "hunter2"}, "set CALLMON_ACCESS_TOKEN"),
    ],
)
def test_without_credentials_nothing_is_sent(
    live: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = run("hangup", CALL, "--yes")
    assert result.code == ExitCode.NOT_ALLOWED
    assert says in result.err
    assert "hunter2" not in result.err
    assert entries(live, *OURS) == []


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "3601", "soon"])
def test_a_wait_that_is_no_time_is_wrong_usage(graph: Graph, live: Path, seconds: str) -> None:
    assert run("hangup", CALL, "--yes", "--wait", seconds).code == ExitCode.USAGE
    assert graph.requests == []


def test_without_a_record_nothing_is_sent(graph: Graph, tmp_path: Path) -> None:
    result = run("--journal", str(tmp_path), "hangup", CALL, "--yes")
    assert result.code == ExitCode.FAILED
    assert "directory" in result.err
    assert "Nothing was sent. " in result.err
    document = run("--journal", str(tmp_path), "hangup", CALL, "--yes", "--json").json
    assert document.keys() == FIELDS
    assert (document["outcome"], document["confirmed"]) == ("failed", False)
    assert document["sentence"].startswith("Nothing was sent. ")
    assert graph.requests == []


def test_a_journal_that_is_lost_after_the_hang_up_is_told(graph: Graph, live: Path) -> None:
    graph.on_delete = partial(os.remove, live)
    result = run("hangup", CALL, "--yes", "--json")
    assert result.code == ExitCode.NOT_CONFIRMED
    assert "Graph accepted the hang-up" in result.json["sentence"]
    assert result.json["status"] == 204


def test_the_operator_is_named(graph: Graph, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_OPERATOR", "ada")
    run("hangup", CALL, "--yes", "--wait", "0")
    assert {entry.origin for entry in entries(live, *OURS)} == {"ada"}


def test_a_call_that_only_graph_knew_is_gone_too(graph: Graph, journal: Path) -> None:
    graph.answers["GET"] = (404, error("8522"))
    result = run("hangup", CALL, "--yes", "--wait", "0", "--json")
    assert (result.code, result.json["outcome"]) == (ExitCode.DONE, "gone")


@pytest.mark.parametrize("known", [True, False])
def test_a_call_that_graph_does_not_know_is_over_for_certain_only_if_there_was_one(
    graph: Graph, journal: Path, known: bool
) -> None:
    if known:
        record(journal, notification(CALL, "established"))
    graph.answers["DELETE"] = (404, error("8522"))
    result = run("hangup", CALL, "--yes", "--json")
    assert (result.code, result.json["outcome"]) == (ExitCode.NO_SUCH_CALL, "already-gone")
    assert result.json["confirmed"] is known


@pytest.fixture
def two_bots(journal: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A call of each of two bots, of which one has a token."""
    monkeypatch.delenv("CALLMON_GRAPH_URL")
    monkeypatch.delenv("CALLMON_ACCESS_TOKEN")
    monkeypatch.setenv("CALLMON_BOTS__FRONT_DESK__GRAPH_URL", graph.url)
    monkeypatch.setenv("CALLMON_BOTS__FRONT_DESK__ACCESS_TOKEN", "front-desk-token")
    with closing(SqliteJournal.open(journal)) as opened:
        for number, bot in enumerate(("front_desk", "nights"), 1):
            body = notification(call_id(number), "established")
            opened.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body, bot=bot))
    return journal


def test_a_call_is_hung_up_as_its_own_bot(graph: Graph, two_bots: Path) -> None:
    run("hangup", call_id(1), "--yes", "--wait", "0")
    (request,) = graph.of("DELETE")
    assert request.headers["authorization"] == "Bearer front-desk-token"
    assert {entry.bot for entry in entries(two_bots, *OURS)} == {"front_desk"}


@pytest.mark.parametrize("chosen", [[], ["--bot", "nights"]])
def test_a_call_of_a_bot_without_credentials_is_left_alone(graph: Graph, two_bots: Path, chosen: list[str]) -> None:
    result = run("hangup", call_id(2), "--yes", *chosen)
    assert result.code == ExitCode.NOT_ALLOWED
    assert "No credentials for the bot nights" in result.err
    assert (graph.requests, entries(two_bots, *OURS)) == ([], [])


def test_a_dry_run_goes_to_the_graph_of_the_calls_own_bot_or_says_why_not(graph: Graph, two_bots: Path) -> None:
    url = f"{graph.url}/v1.0/communications/calls/{call_id(1)}"
    assert run("hangup", call_id(1), "--dry-run", "--json").json["request"]["url"] == url
    for arguments in ([call_id(2)], [call_id(3)], [call_id(3), "--bot", "nobody"]):
        dry, real = (run("hangup", *arguments, how) for how in ("--dry-run", "--yes"))
        assert (dry.code, dry.out) == (real.code, "") == (ExitCode.NOT_ALLOWED, "")
        assert dry.err == real.err
    with closing(SqliteJournal.open(two_bots)) as opened:
        body = notification(call_id(1), "established")
        opened.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body, bot="nights"))
    refused = run("hangup", call_id(1), "--dry-run")
    assert (refused.code, refused.out) == (ExitCode.REFUSED_HERE, "")
    assert "Several bots reported this call" in refused.err
    assert graph.requests == []


def test_another_bot_cannot_be_chosen_for_a_call(graph: Graph, two_bots: Path) -> None:
    result = run("hangup", call_id(2), "--yes", "--bot", "front_desk")
    assert result.code == ExitCode.USAGE
    assert "is not the bot front_desk's: the bot nights reported it" in result.err
    assert graph.requests == []


def test_the_bot_of_a_call_that_nobody_reported_can_be_named(graph: Graph, two_bots: Path) -> None:
    run("hangup", call_id(3), "--yes", "--wait", "0", "--bot", "front_desk")
    assert [request.headers["authorization"] for request in graph.of("DELETE")] == ["Bearer front-desk-token"]
    assert run("hangup", call_id(3), "--yes").code == ExitCode.NOT_ALLOWED


@pytest.mark.parametrize("name", ["../x", "a b", ".", "x" * 65])
def test_a_name_that_no_bot_can_have_is_wrong_usage(graph: Graph, two_bots: Path, name: str) -> None:
    result = run("hangup", call_id(3), "--yes", "--bot", name)
    assert result.code == ExitCode.USAGE
    assert "--bot: “" in result.err
    assert "cannot be the name of a bot" in result.err
    assert graph.requests == []


def test_a_call_that_two_bots_report_is_refused(graph: Graph, two_bots: Path) -> None:
    with closing(SqliteJournal.open(two_bots)) as opened:
        body = notification(call_id(1), "established")
        opened.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body, bot="nights"))
    result = run("hangup", call_id(1), "--yes")
    assert (result.code, graph.requests) == (ExitCode.REFUSED_HERE, [])
    assert "Several bots reported this call (front_desk and nights)" in result.err


def test_a_copy_that_comes_without_a_name_does_not_keep_a_bot_from_its_call(graph: Graph, two_bots: Path) -> None:
    with closing(SqliteJournal.open(two_bots)) as opened:
        for number, bots in ((1, [""]), (4, ["", "front_desk"])):
            for bot in bots:
                body = notification(call_id(number), "established")
                opened.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", body, bot=bot))
    run("hangup", call_id(1), call_id(4), "--yes", "--wait", "0")
    assert [request.headers["authorization"] for request in graph.of("DELETE")] == ["Bearer front-desk-token"] * 2


@pytest.mark.parametrize(("status", "body"), [(200, error("LoginRequired")), (200, {"portal": "login"}), (202, None)])
def test_what_is_no_acceptance_is_not_called_one(graph: Graph, live: Path, status: int, body: object) -> None:
    graph.answers["DELETE"] = (status, body)
    result = run("hangup", CALL, "--yes", "--wait", "0", "--json")
    assert (result.code, result.json["answer"], result.json["status"]) == (ExitCode.FAILED, "unexpected", status)
    assert "not known whether the call is hung up" in result.json["sentence"]
    assert len(graph.of("DELETE")) == 1


def test_a_call_that_ends_before_the_next_attempt_is_left_alone_then(graph: Graph, live: Path) -> None:
    graph.answers["DELETE"] = (503, error("ServiceUnavailable"))
    graph.headers["Retry-After"] = "5"
    graph.on_delete = partial(record, live, ended(CALL, 200, 4521))
    result = run("hangup", CALL, "--yes", "--json")
    assert len(graph.of("DELETE")) == 1
    assert (result.code, result.json["outcome"]) == (ExitCode.NO_SUCH_CALL, "already-ended")
    assert (result.json["end"]["subcode"], result.json["status"], result.json["confirmed"]) == (4521, 503, True)
    assert result.json["sentence"] == (
        "The call has ended meanwhile, so nothing more was sent. An earlier attempt of this hang-up may have ended it."
    )


def test_an_end_that_comes_with_the_last_attempt_is_told(graph: Graph, live: Path) -> None:
    graph.answers["DELETE"] = (429, error("TooManyRequests"))
    graph.headers["Retry-After"] = "3600"
    graph.on_delete = partial(record, live, ended(CALL, 200, 4521))
    result = run("hangup", CALL, "--yes")
    assert result.code == ExitCode.NO_SUCH_CALL
    assert "The call has ended meanwhile, so nothing more was sent.\n" in result.err
    assert "200/4521" in result.err
