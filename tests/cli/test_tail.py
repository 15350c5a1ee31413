from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from threading import Event, Thread
from typing import Self

import pytest

from callmon import retrying
from callmon.cli.exits import ExitCode
from callmon.cli.tail import Narrator
from callmon.cli.tail_line import lines
from callmon.cli.tail_news import News
from callmon.clocks import utc_now
from callmon.core.advance import STEPS_KEPT
from callmon.core.records import FeedChanged
from callmon.core.sentences import fresh_steps
from callmon.ports import Entry, EntryKind, JournalAway, JournalError
from tests.cli.program import COMMAND, run_program, running
from tests.cli.recorded import call_id, caller, ended, notification, record
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.makers import at, record_entry
from tests.waiting import wait_until

FOLLOWING = "Following the journal"
CALL = call_id(1)


def test_it_tells_what_happens_from_now_on(journal: Path) -> None:
    record(journal, notification(CALL, "incoming", "created", **caller("Ana\x1b[2J Ruiz")))
    with running("tail") as tail:
        tail.line(holding=FOLLOWING)
        record(journal, notification(CALL, "established"))
        first = tail.line("stdout")
        record(journal, ended(CALL, 500, 560500), notification(call_id(2), "establishing", "created"))
        second, third = tail.line("stdout"), tail.line("stdout")
        outcome = tail.end()
    assert "Z Call #1 (00000001-1111) from Ana\\x1b[2J Ruiz is now established, after " in first
    assert " is now terminated, after " in second
    assert second.endswith(": Far end reported a server error (500/560500).\n")
    assert third.endswith("Z Call #2 (00000002-1111) is now establishing.\n")
    assert (outcome.code, outcome.out) == (ExitCode.DONE, "")
    assert all(line.rstrip("\n").isprintable() for line in (first, second, third))


def test_what_goes_on_within_a_state_is_told_to_those_who_want_it(journal: Path) -> None:
    tone = notification(CALL, "established", toneInfo={"tone": "tone1", "sequenceId": 7})
    record(journal, notification(CALL, "established"), tone, ended(CALL))
    for flags, count in (((), 2), (("--all",), 3), (("--json",), 2), (("--json", "--all"), 3)):
        with running("tail", "--since-start", *flags) as tail:
            told = [tail.line("stdout") for _ in range(count)]
            assert tail.end().out == ""
        assert any("tone1 #7" in line for line in told) is ("--all" in flags)


def test_json_lines_hold_what_a_script_needs(journal: Path) -> None:
    record(journal, notification(CALL, "establishing"), notification(CALL, "established"))
    with running("tail", "--json", "--since-start") as tail:
        record(journal, notification(CALL, "incoming"), ended(CALL))
        told = [json.loads(tail.line("stdout")) for _ in range(4)]
        assert tail.end().out == ""
    assert [set(step) for step in told[:3]] == [
        {"at", "id", "kind", "state", "change", "text", "anomaly", "result"}
    ] * 3
    assert [step["state"] for step in told] == ["establishing", "established", "incoming", "terminated"]
    assert [step["anomaly"] for step in told] == [None, None, "out-of-order", None]
    assert told[3]["end"]["subcode"] == 5001
    shown = run_program("show", CALL, "--json").json
    assert [{**step, "id": CALL} for step in shown["timeline"]] == [
        {name: value for name, value in step.items() if name in known}
        for step, known in zip(told, ({*line, "id"} for line in shown["timeline"]), strict=True)
    ]
    assert told[3]["end"] == shown["end"]


def test_a_reason_that_comes_after_the_end_is_told_to_scripts(journal: Path) -> None:
    late = ended(CALL, 500, 7106)
    record(journal, notification(CALL, "established"), notification(CALL, "terminated"), late, ended(CALL, 403, 7500))
    with running("tail", "--json", "--since-start") as tail:
        told = [json.loads(tail.line("stdout")) for _ in range(4)]
        assert tail.end().out == ""
    assert [step["kind"] for step in told] == ["state", "state", "end", "end"]
    assert [step.get("end") and step["end"]["category"] for step in told] == [None, "unknown", "network", None]
    assert [step["result"] and step["result"]["subcode"] for step in told[2:]] == [7106, 7500]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.DONE), (signal.SIGHUP, ExitCode.DONE), (signal.SIGINT, ExitCode.INTERRUPTED)],
)
def test_it_ends_when_it_is_told_to(journal: Path, number: int, code: ExitCode) -> None:
    record(journal)
    with running("tail") as tail:
        tail.line(holding=FOLLOWING)
        outcome = tail.end(number)
    assert outcome.code == code
    assert (outcome.out, outcome.err) == ("", "")


def _piped(*arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    """The program, and the end of a pipe that it writes to."""
    reads, writes = os.pipe()
    process = subprocess.Popen([*COMMAND, *arguments], stdout=writes, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    os.close(writes)
    return process, reads


def _wait_for(process: subprocess.Popen[bytes], text: bytes) -> None:
    assert process.stderr is not None
    assert text in process.stderr.readline()


@pytest.mark.parametrize("command", [["tail"], ["tail", "--since-start", "--json"]])
def test_it_ends_quietly_when_nobody_reads_any_more(journal: Path, command: list[str]) -> None:
    record(journal)
    process, reads = _piped(*command)
    with process:
        _wait_for(process, FOLLOWING.encode())
        os.close(reads)  # and nothing need be written for it to notice
        assert process.wait(DEADLINE_S) == ExitCode.DONE
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_reader_that_goes_early_ends_it(journal: Path) -> None:
    record(journal, *(notification(call_id(number), "establishing") for number in range(3000)))
    process, reads = _piped("tail", "--since-start")
    with process:
        assert os.read(reads, 10)
        os.close(reads)
        assert process.wait(DEADLINE_S) == ExitCode.DONE
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_reader_that_waits_keeps_nobody_from_ending_it(journal: Path) -> None:
    record(journal, *(notification(call_id(number), "establishing") for number in range(3000)))
    process, reads = _piped("tail", "--since-start")
    with process:
        assert os.read(reads, 10)  # it has begun, and will fill the pipe
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == ExitCode.DONE
        assert process.stderr is not None
        assert b"Fatal" not in process.stderr.read()
    os.close(reads)


def test_what_cannot_be_read_is_counted(journal: Path) -> None:
    record(journal)
    with running("tail") as tail:
        tail.line(holding=FOLLOWING)
        record(journal, b"{", notification(CALL, "establishing"))
        assert "establishing" in tail.line("stdout")
        assert ": 1." in tail.line(holding="could not be read")


def test_a_journal_that_cannot_be_opened_is_a_failure(journal: Path) -> None:
    journal.write_bytes(b"this is no database, and long enough to be looked at as one" * 100)
    result = run_program("tail")
    assert result.code == ExitCode.FAILED
    assert "Traceback" not in result.err


def test_a_journal_that_goes_away_is_a_failure(journal: Path) -> None:
    record(journal)
    with running("tail") as tail:
        tail.line(holding=FOLLOWING)
        journal.rename(f"{journal}.away")
        assert str(journal) in tail.line()
        assert tail.end(0).code == ExitCode.FAILED


def test_lines_that_cannot_be_written_are_a_failure(journal: Path) -> None:
    record(journal, notification(CALL, "establishing"))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "tail", "--since-start"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == ExitCode.FAILED
    assert b"cannot be written" in done.stderr


def test_no_step_is_lost_or_told_twice_however_much_one_notification_says() -> None:
    items = []
    for number in range(STEPS_KEPT * 2):
        tone = {"tone": "tone1", "sequenceId": number + 1}
        items += json.loads(notification(CALL, "established", toneInfo=tone))["value"]
    memory = MemoryJournal()
    memory.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", notification(CALL, "establishing", "created")))
    memory.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", json.dumps({"value": items}).encode()))
    stop = Event()
    found: list[str] = []
    for before, after, _ in News(memory).changes(stop=stop, since_start=True):
        found += [step.text for step in fresh_steps(before, after)]
        if found[-1] == f"tone1 #{STEPS_KEPT * 2}":
            stop.set()
    assert found == ["establishing", "established", *(f"tone1 #{number + 1}" for number in range(STEPS_KEPT * 2))]


def test_what_was_missed_is_told_as_the_timeline_tells_it() -> None:
    memory, heard = MemoryJournal(), "http 127.0.0.1:8765"
    said = (
        record_entry(FeedChanged(heard, "listening"), 0),
        notification_entry("incoming", 1),
        record_entry(FeedChanged(heard, "stopped"), 2),
        record_entry(FeedChanged(heard, "listening"), 8),
        notification_entry("established", 9),
        notification_entry("terminated", 19),
    )
    for entry in said:
        memory.append(entry._replace(origin=heard) if entry.kind is EntryKind.NOTIFICATION else entry)
    told: list[str] = []
    stop = Event()
    for change in News(memory).changes(stop=stop, since_start=True):
        told += lines(change, "en", everything=False, as_json=False)
        if len(told) == 3:
            stop.set()
    assert ", after at most 0:08 incoming: it may have been answered earlier." in told[1]
    assert ", after at least 0:10 established: " in told[2]


def notification_entry(state: str, seconds: float) -> Entry:
    return Entry(EntryKind.NOTIFICATION, at(seconds), "test", notification(CALL, state))


class Reader:
    """Takes the changes on a thread, as the command does."""

    def __init__(self, memory: MemoryJournal) -> None:
        self.news = News(memory)
        self.found: list[str] = []
        self.failure: JournalError | None = None
        self._stop = Event()
        self._thread = Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(DEADLINE_S)

    def _read(self) -> None:
        try:
            for before, after, _ in self.news.changes(stop=self._stop, since_start=False):
                self.found += [step.text for step in fresh_steps(before, after)]
        except JournalError as error:
            self.failure = error


def _note(memory: MemoryJournal, *states: str) -> None:
    for state in states:
        memory.append(Entry(EntryKind.NOTIFICATION, utc_now(), "test", notification(CALL, state)))


def test_a_journal_that_was_away_is_followed_from_where_it_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_AGAIN_AFTER_S", (0.01,))
    memory = MemoryJournal()
    _note(memory, "incoming")
    with Reader(memory) as reader:
        wait_until(reader.news.caught_up.is_set)
        _note(memory, "establishing")
        wait_until(lambda: len(reader.found) == 1)
        for state in ("established", "terminating"):
            memory.fail_reading("Redis cannot be reached.", JournalAway)
            wait_until(lambda: reader.news.away == "Redis cannot be reached.")
            _note(memory, state)
            memory.recover()
            wait_until(lambda: not reader.news.away)
        wait_until(lambda: len(reader.found) == 3)
    assert reader.found == ["establishing", "established", "terminating"]
    assert reader.failure is None


def test_a_journal_that_comes_back_before_all_was_read_is_still_only_caught_up_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrying, "_AGAIN_AFTER_S", (0.01,))
    memory = MemoryJournal()
    _note(memory, "incoming")
    memory.fail_reading("Redis is loading.", JournalAway)
    with Reader(memory) as reader:
        wait_until(lambda: bool(reader.news.away))
        memory.recover()
        wait_until(reader.news.caught_up.is_set)
        _note(memory, "established")
        wait_until(lambda: bool(reader.found))
    assert reader.found == ["established"]


def test_what_does_not_pass_by_itself_ends_it() -> None:
    memory = MemoryJournal()
    with Reader(memory) as reader:
        wait_until(reader.news.caught_up.is_set)
        memory.fail_reading("The journal is damaged.")
        wait_until(lambda: reader.failure is not None)
    assert (str(reader.failure), reader.news.away) == ("The journal is damaged.", "")


def test_that_the_journal_is_away_and_back_is_told_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    news = News(MemoryJournal())
    narrator = Narrator(news, "redis://x/0")
    for news.away in ("", "Redis cannot be reached.", "Redis is loading.", "Redis cannot be reached.", "", "", "Gone."):
        narrator.look()
    assert capsys.readouterr().err.splitlines() == [
        "callmon: Redis cannot be reached. callmon tries again by itself.",
        "callmon: The journal can be read again: the lines go on where they broke off.",
        "callmon: Gone. callmon tries again by itself.",
    ]


def test_it_waits_for_a_journal_that_others_begin_and_misses_nothing(journal: Path) -> None:
    with running("tail") as tail:
        assert "There is no journal" in tail.line()
        assert not journal.exists()
        record(journal, notification(CALL, "establishing"))
        tail.line(holding=FOLLOWING)
        assert "establishing" in tail.line("stdout")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_while_it_waits_and_leaves_no_journal(journal: Path, number: int) -> None:
    with running("tail") as tail:
        tail.line(holding="no journal")
        assert tail.end(number).code == (ExitCode.DONE if number == signal.SIGTERM else ExitCode.INTERRUPTED)
    assert not journal.exists()
