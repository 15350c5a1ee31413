from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome, Try
from callmon.core.records import HangUpAnswered, HangUpAsked, Record, encode, kind_of
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.cli.graph import Graph, error
from tests.cli.program import run
from tests.cli.recorded import call_id, caller, notification, record

ANA, BO = call_id(0xA), call_id(0xB)
ACCEPTED = HangUpOutcome(
    Answer.ACCEPTED, "Graph accepted the hang-up.", status=204, request_id="theirs-1", client_request_id="ours-1"
)
FORBIDDEN = HangUpOutcome(Answer.NOT_ALLOWED, "No.", status=403, code="7505", message="tenant mismatch")


def write(path: Path, ago_s: float, told: Record, operator: str = "ada@console-1") -> None:
    entry = Entry(EntryKind(kind_of(told)), utc_now() - timedelta(seconds=ago_s), operator, encode(told))
    with closing(SqliteJournal.open(path)) as journal:
        journal.append(entry)


@pytest.fixture
def trail(journal: Path) -> Path:
    """Ada hung up Ana three days ago; Bob tried Bo an hour ago, and Ada a minute ago, of which no answer came."""
    record(journal, notification(ANA, "established", **caller("Ana Ruiz")), notification(BO, "established"))
    write(journal, 3 * 86400, HangUpAsked(ANA, "1", "ada@console-1", "stuck since noon"))
    write(journal, 3 * 86400 - 0.25, HangUpAnswered(ANA, "1", ACCEPTED))
    write(journal, 3600, HangUpAsked(BO, "2", "bob@console-2"), "bob@console-2")
    write(journal, 3599, HangUpAnswered(BO, "2", FORBIDDEN), "bob@console-2")
    write(journal, 60, HangUpAsked(BO, "3", "ada@console-1"))
    return journal


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def test_one_line_for_each_attempt(trail: Path) -> None:
    result = run("audit")
    assert (result.code, result.err) == (ExitCode.DONE, "")
    _, first, second, third = result.out.splitlines()
    for words in ("ada@console-1", "#1", ANA, "Ana Ruiz", "stuck since noon", "accepted (204)", "0.2", "theirs-1"):
        assert words in first
    assert "ours ours-1" in first
    for words in ("bob@console-2", "#2", BO, "not allowed (403, 7505)", "1.0"):
        assert words in second
    assert "no answer is recorded" in third


TRIED = HangUpOutcome(
    Answer.ACCEPTED,
    "Graph accepted the hang-up.",
    status=204,
    request_id="theirs-2",
    scenario_id="scenario-1",
    diagnostic="{}",
    tries=(
        Try("2026-03-02T09:30:00.000Z", Answer.UNAVAILABLE, 503, "7500\x1b", "theirs-1", "ours-1"),
        Try("2026-03-02T09:30:02.000Z", Answer.ACCEPTED, 204, None, "theirs-2", "ours-2"),
    ),
)


def test_a_hang_up_that_was_sent_twice_tells_of_both(journal: Path) -> None:
    record(journal, notification(ANA, "established"))
    write(journal, 2, HangUpAsked(ANA, "1", "ada@console-1"))
    write(journal, 1, HangUpAnswered(ANA, "1", TRIED))
    _, one, first, second = run("audit").out.splitlines()
    assert "accepted (204)" in one
    for words in ("2026-03-02T09:30:00.000Z", "try 1", "unavailable (503, 7500\\x1b)", "graph theirs-1 ours ours-1"):
        assert words in first
    assert "graph theirs-2 ours ours-2" in second
    (told,) = run("audit", "--json").json
    assert [try_["client_request_id"] for try_ in told["tries"]] == ["ours-1", "ours-2"]
    assert (told["scenario_id"], told["diagnostic"]) == ("scenario-1", "{}")
    shown = run("show", ANA).out
    assert "1. 2026-03-02T09:30:00.000Z  unavailable (503, 7500\\x1b)  graph theirs-1 ours ours-1" in shown
    assert "2. 2026-03-02T09:30:02.000Z  accepted (204)  graph theirs-2 ours ours-2" in shown
    assert run("show", ANA, "--json").json["hangup"]["tries"] == told["tries"]
    assert "Tried:" in run("show", ANA, "--ticket").out


def test_the_same_as_json(trail: Path) -> None:
    first, _, third = run("audit", "--json").json
    assert first["operator"] == "ada@console-1"
    assert (first["id"], first["index"], first["who"], first["reason"]) == (ANA, 1, "Ana Ruiz", "stuck since noon")
    assert (first["answer"], first["status"], first["request_id"]) == ("accepted", 204, "theirs-1")
    assert first["client_request_id"] == "ours-1"
    assert 0 < first["took_s"] < 1
    assert (third["answer"], third["took_s"], third["answered_at"]) == (None, None, None)


def test_only_what_was_asked_for(trail: Path) -> None:
    assert [one["attempt"] for one in run("audit", "--since", "2h", "--json").json] == ["2", "3"]
    later = (utc_now() - timedelta(minutes=5)).isoformat()
    assert [one["attempt"] for one in run("audit", "--since", later, "--json").json] == ["3"]
    assert [one["attempt"] for one in run("audit", "--call", ANA[:8], "--json").json] == ["1"]
    assert run("audit", "--call", ANA.upper().replace("-", ""), "--since", "1m", "--json").json == []


def test_a_call_that_only_the_trail_knows(journal: Path) -> None:
    write(journal, 1, HangUpAsked(ANA, "1", "ada@console-1"))
    (told,) = run("audit", "--call", ANA, "--json").json
    assert (told["index"], told["who"]) == (None, None)
    assert ANA in run("audit").out


def test_a_call_that_nobody_knows(trail: Path) -> None:
    assert run("audit", "--call", call_id(0xDEAD)).code == ExitCode.NO_SUCH_CALL


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "yesterday"),
        ("--since", "999999d"),
        ("--expect", "0" * 64),
        ("--verify", "--expect", "0" * 63),
        ("--verify", "--call", ANA),
        ("--verify", "--since", "1h"),
    ],
)
def test_wrong_usage(trail: Path, arguments: tuple[str, ...]) -> None:
    assert run("audit", *arguments).code == ExitCode.USAGE


def test_nothing_to_tell_begins_no_journal(journal: Path) -> None:
    assert run("audit").code == ExitCode.DONE
    assert run("audit", "--json").json == []
    assert not journal.exists()


def test_hostile_words_reach_no_terminal(journal: Path) -> None:
    write(journal, 1, HangUpAsked(ANA, "1", "ada\x1b[2J", "gone\u202e"))
    told = run("audit").out
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


def test_what_a_hang_up_from_a_script_leaves_behind(graph: Graph, journal: Path) -> None:
    record(journal, notification(ANA, "established"))
    graph.answers["DELETE"] = (403, error("7505", "Request authorization tenant mismatch."))
    graph.headers["request-id"] = "94fb3b52-452a-4535-a601-69e0a90e3aa2"
    run("hangup", ANA, "--yes", "--reason", "ticket 7")
    (told,) = run("audit", "--json").json
    assert (told["reason"], told["answer"], told["code"]) == ("ticket 7", "not-allowed", "7505")
    assert told["request_id"] == "94fb3b52-452a-4535-a601-69e0a90e3aa2"
    assert told["client_request_id"] == graph.of("DELETE")[0].headers["client-request-id"]
    assert run("audit", "--verify", "--json").json["sealed"] == 2


def test_a_whole_trail_is_said_to_be_whole_with_a_seal_to_note_down(trail: Path) -> None:
    result = run("audit", "--verify")
    assert result.code == ExitCode.DONE
    assert "whole: 5 sealed entries" in result.out
    seal = run("audit", "--verify", "--json").json["last_seal"]
    assert f"Last seal: {seal}" in result.out
    assert run("audit", "--verify", "--expect", seal.upper()).code == ExitCode.DONE


@pytest.mark.parametrize(
    ("statement", "entry", "says"),
    [
        ("UPDATE entry SET body = replace(body, 'stuck', 'fine') WHERE id = 3", 1, "was changed"),
        ("UPDATE entry SET at = at - 1 WHERE id = 4", 2, "was changed"),
        ("DELETE FROM entry WHERE id = 4", 2, "taken out"),
        ("UPDATE entry SET kind = 'notification' WHERE id = 5", 3, "was changed"),
        ("UPDATE entry SET seal = '' WHERE id = 5", 3, "has no seal"),
    ],
)
def test_the_first_entry_that_somebody_touched_is_named(trail: Path, statement: str, entry: int, says: str) -> None:
    tamper(trail, statement)
    result = run("audit", "--verify")
    assert (result.code, result.out) == (ExitCode.FAILED, "")
    assert f"Entry {entry} (" in result.err
    assert says in result.err
    document = run("audit", "--verify", "--json").json
    assert (document["whole"], document["broken"]["entry"]) == (False, entry)


def test_an_entry_that_was_put_in_is_named(trail: Path) -> None:
    tamper(
        trail,
        "INSERT INTO entry (id, kind, at, origin, headers, bot, body, seal) "
        "SELECT -1, kind, at, origin, headers, bot, body, 'ff' FROM entry WHERE id = 3",
    )
    tamper(trail, "UPDATE entry SET id = id + 10 WHERE id >= 4")
    tamper(trail, "UPDATE entry SET id = 4 WHERE id = -1")
    result = run("audit", "--verify")
    assert result.code == ExitCode.FAILED
    assert "Entry 2 (" in result.err
    assert "was put in" in result.err


def test_a_tail_that_was_cut_off_is_found_by_the_seal_that_was_noted(trail: Path) -> None:
    noted = run("audit", "--verify", "--json").json["last_seal"]
    write(trail, 0, HangUpAsked(ANA, "4", "ada@console-1"))
    assert "that of entry 5" in run("audit", "--verify", "--expect", noted).out
    tamper(trail, "DELETE FROM entry WHERE id >= 7")
    result = run("audit", "--verify", "--expect", noted)
    assert result.code == ExitCode.FAILED
    assert "cut off" in result.err
    assert run("audit", "--verify", "--expect", noted, "--json").json["whole"] is False


_FORGED = "UPDATE entry SET kind = iif(id = 1, 'hangup-asked', 'hangup-answered') WHERE id <= 2"
_FEWER = "The last sealed entry that the journal wrote is not in its place"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (_FORGED, "2 entries without a seal"),
        ("UPDATE entry SET seal = '', origin = 'mallory' WHERE seal <> ''", "5 entries without a seal"),
        ("DELETE FROM entry WHERE seal <> ''", _FEWER),
        ("DELETE FROM entry", _FEWER),
        ("DELETE FROM entry WHERE id = 7", _FEWER),
    ],
)
def test_a_trail_that_is_not_what_the_journal_kept_of_it_is_broken(trail: Path, statement: str, says: str) -> None:
    tamper(trail, statement)
    result = run("audit", "--verify")
    assert (result.code, result.out) == (ExitCode.FAILED, "")
    assert says in result.err
    document = run("audit", "--verify", "--json").json
    assert (document["whole"], document["broken"]) == (False, None)
    assert document["lacks"]


def test_a_cut_off_end_is_found_after_the_trail_has_gone_on(trail: Path) -> None:
    tamper(trail, "DELETE FROM entry WHERE id = 7")
    write(trail, 0, HangUpAsked(ANA, "4", "ada@console-1"))
    assert run("audit", "--verify").code == ExitCode.FAILED


def test_a_trail_without_entries(journal: Path) -> None:
    record(journal, notification(ANA, "established"))
    assert "no sealed entries" in run("audit", "--verify").out
    assert run("audit", "--verify", "--expect", "0" * 64).code == ExitCode.FAILED
