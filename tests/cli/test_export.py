from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.cli.exits import ExitCode
from callmon.cli.interchange import Line, exported, imported
from callmon.clocks import utc_now
from callmon.core.calls import Call
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import Entry, EntryKind
from callmon.simulator.repertoire import KINDS, Repertoire
from tests.cli.program import COMMAND, run, run_program
from tests.cli.recorded import call_id, caller, ended, entries, notification, record
from tests.fakes import DEADLINE_S
from tests.makers import PAYLOADS, START

HEADERS = {"scenario-id": "adb3f75d-cfdc-4b4f-a145-b4708d6f99bf"}


def exports(*arguments: str) -> list[dict[str, Any]]:
    result = run("export", *arguments)
    assert result.code == 0, result.err
    return [json.loads(line) for line in result.out.splitlines()]


def write(path: Path, *recorded: Entry) -> None:
    with closing(SqliteJournal.open(path)) as journal:
        journal.submit(recorded).result()


def calls(path: Path) -> list[Call]:
    with closing(SqliteJournal.open(path)) as journal:
        return sorted(now_in(journal).board, key=lambda call: call.index)


def one_after_the_other(bodies: list[bytes]) -> list[Entry]:
    return [
        Entry(EntryKind.NOTIFICATION, START + timedelta(seconds=second, microseconds=second), "http x", body, HEADERS)
        for second, body in enumerate(bodies)
    ]


@pytest.fixture
def three_calls(journal: Path) -> Path:
    """Two that failed, one that lives, and a body that is not JSON."""
    record(
        journal,
        notification(call_id(0x11), "establishing", "created", **caller("Ana Ruiz")),
        notification(call_id(0x12), "incoming", "created", **caller("Bo")),
        b"\xff{",
        ended(call_id(0x11), 500, 560500),
        notification(call_id(0x99), "established"),
        ended(call_id(0x99), 500, 1005),
    )
    return journal


def test_every_notification_is_a_line_with_its_exact_bytes(journal: Path) -> None:
    text = '{\r\n "value": []} ünïcode \x1b[2J'.encode()
    write(
        journal,
        Entry(EntryKind.NOTIFICATION, START, "http 127.0.0.1:8765", text, HEADERS),
        Entry(EntryKind.NOTIFICATION, START, "file \udcff", b"\xff\x00"),
        Entry(EntryKind.FEED, START, "http 127.0.0.1:8765", b"{}"),
    )
    result = run_program("export", env={"PYTHONIOENCODING": "ascii"})
    assert result.out.replace("\n", "").isprintable()
    assert [json.loads(line) for line in result.out.splitlines()] == [
        {
            "at": "2026-03-02T09:30:00.000000Z",
            "origin": "http 127.0.0.1:8765",
            "headers": HEADERS,
            "body": text.decode(),
        },
        {"at": "2026-03-02T09:30:00.000000Z", "origin": "file \udcff", "headers": {}, "body_base64": "/wA="},
        {"at": "2026-03-02T09:30:00.000000Z", "origin": "http 127.0.0.1:8765", "kind": "feed", "body": "{}"},
    ]
    assert result.err.splitlines() == [
        "callmon: 2 notifications exported.",
        "callmon: With them 1 of callmon's own: hang-ups, checks, when feeds listened.",
    ]


WITHIN = (datetime(1970, 1, 2), datetime(8999, 12, 30))  # noqa: DTZ001  # they get a zone


@given(
    st.binary() | st.text().map(str.encode),
    st.datetimes(*WITHIN, timezones=st.timezones()) | st.just(utc_now()),
    st.text(st.characters(codec="utf-8")),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    st.sampled_from(["", "front-desk"]),
)
def test_what_is_exported_can_be_imported(body: bytes, at: Any, origin: str, headers: dict[str, str], bot: str) -> None:
    entry = Entry(EntryKind.NOTIFICATION, at.astimezone(START.tzinfo), origin, body, headers, bot)
    assert imported(json.dumps(exported(entry)).encode()) == Line(entry)


@pytest.mark.usefixtures("three_calls")
def test_one_call_is_exported_by_the_start_of_its_id() -> None:
    told = exports("--call", "00000011")
    assert [json.loads(line["body"])["value"][0]["changeType"] for line in told] == ["created", "deleted"]
    assert run("export", "--call", "0000001").code == ExitCode.USAGE
    assert run("export", "--call", "abc").code == ExitCode.NO_SUCH_CALL


@pytest.mark.usefixtures("three_calls")
@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ([], 6),
        (["--filter", "is:ended"], 4),
        (["--filter", "who:ana"], 2),
        (["--filter", "code:500 !who:ana"], 2),
        (["--call", "00000011", "--filter", "is:active"], 0),
        (["--filter", "nobody"], 0),
        (["--filter", " "], 6),
    ],
)
def test_only_notifications_of_calls_that_match_are_exported(arguments: list[str], lines: int) -> None:
    assert len(exports(*arguments)) == lines


def test_a_wrong_filter_is_wrong_usage(journal: Path) -> None:
    assert run("export", "--filter", "nonsense:1").code == ExitCode.USAGE


def test_without_a_journal_there_is_nothing_and_none_is_begun(journal: Path) -> None:
    assert exports() == []
    assert run("export", "--call", "abc").code == ExitCode.NO_SUCH_CALL
    assert not journal.exists()


@pytest.mark.usefixtures("three_calls")
def test_a_redacted_export_names_nobody_and_counts_what_it_leaves_out() -> None:
    one, two = run("export", "--redact"), run("export", "--redact")
    assert len(one.out.splitlines()) == 5
    assert "1 left out" in one.err
    assert "Ana" not in one.out
    assert call_id(0x11) in one.out
    assert '"origin": "test"' in one.out
    assert one.out != two.out, "pseudonyms hold for one export only"


def test_a_redacted_export_does_not_say_where_files_lay(journal: Path, tmp_path: Path) -> None:
    file = tmp_path / "ana.jsonl"
    file.write_bytes(notification(call_id(1), "established"))
    run("import", str(file))
    told = exports("--redact")[0]["origin"]
    assert told.startswith("import redacted-")
    assert "ana" not in told


SCRIPTS = {
    "payloads": [path.read_bytes() for path in sorted(PAYLOADS.glob("*.json"))],
    "hostile": [b"", b"{", b"\xff", b"\xef\xbb\xbf{}", b'"\\ud800"', b"[]", b"  {}\n", b'{"at": 1, "body": "x"}'],
    **{kind: [step.body for seed in range(5) for step in Repertoire(seed).call(kind).steps] for kind in KINDS},
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_imported_elsewhere_it_gives_the_same_journal_and_the_same_board(
    script: str, journal: Path, tmp_path: Path
) -> None:
    recorded = one_after_the_other(SCRIPTS[script])
    write(journal, *recorded)
    file, other = tmp_path / "export.jsonl", tmp_path / "other.db"
    file.write_text(run("export").out, encoding="utf-8")
    result = run("import", str(file), "--journal", str(other))
    assert result.code == 0
    assert entries(other) == recorded
    assert calls(other) == calls(journal)
    again = run("import", str(file), "--journal", str(other))
    assert f"{len(recorded)} left out" in again.err
    assert entries(other) == recorded


def test_a_reader_that_goes_early_is_no_failure(journal: Path) -> None:
    record(journal, *(notification(call_id(number), "established") for number in range(3000)))
    reads, writes = os.pipe()
    with subprocess.Popen([*COMMAND, "export"], stdout=writes, stderr=subprocess.PIPE) as process:
        os.close(writes)
        assert os.read(reads, 10)
        os.close(reads)
        assert process.wait(DEADLINE_S) == ExitCode.DONE
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_an_export_that_cannot_be_written_is_a_failure(three_calls: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "export"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == ExitCode.FAILED
    assert b"cannot be written" in done.stderr
