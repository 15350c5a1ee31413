from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode, Failure
from callmon.cli.recordings import recorded
from tests.cli.program import on_terminal, run, run_program
from tests.cli.recorded import call_id, notification

LINES = [
    {"at": f"2026-03-02T09:30:0{second}.000000Z", "origin": "http", "headers": {}, "body": body.decode()}
    for second, body in enumerate(
        [notification(call_id(1), "incoming", "created"), notification(call_id(1), "established")]
    )
]
TEXT = "\n".join(json.dumps(line) for line in LINES).encode()


def test_a_recording_is_read_in_its_order_packed_or_not(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_bytes(TEXT)
    packed.write_bytes(gzip.compress(TEXT))
    assert [entry.body.decode() for entry in recorded(str(plain)).entries] == [line["body"] for line in LINES]
    assert recorded(str(packed)) == recorded(str(plain))


def test_what_has_no_time_came_with_what_was_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(TEXT + b"\n" + notification(call_id(2), "established"))
    entries = recorded(str(path)).entries
    assert [entry.at.second for entry in entries] == [0, 1, 1]


def test_of_what_is_cut_off_the_part_before_is_played_and_the_screen_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    packed = b"".join(gzip.compress(piece, mtime=0) for piece in (TEXT + b"\n", TEXT))
    path.write_bytes(packed[:-20])
    found = recorded(str(path))
    assert [entry.body.decode() for entry in found.entries[:2]] == [line["body"] for line in LINES]
    assert "the rest of it cannot be read" in found.trouble
    with on_terminal("replay", "--paused", str(path)) as terminal:
        terminal.wait_for("REPLAY OF A PART")
        terminal.type("q")
        assert terminal.end() == ExitCode.DONE
    assert b"is damaged or cut off" in terminal.shown.rpartition(b"\x1b[?1049l")[2]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "holds nothing, so it cannot be played"),
        (notification(call_id(1), "established"), "but not when they came"),
        (gzip.compress(TEXT, mtime=0)[:40], "is damaged or cut off"),
        (b"\x1f\x8bnonsense", "cannot be read"),
    ],
)
def test_what_cannot_be_played_is_a_sentence(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b.jsonl"
    path.write_bytes(data)
    with pytest.raises(Failure) as raised:
        recorded(str(path))
    assert says in raised.value.message
    assert raised.value.message.isprintable()


def test_a_file_that_is_not_there_is_told_after_the_screen_is_closed(tmp_path: Path) -> None:
    with on_terminal("replay", str(tmp_path / "none.jsonl")) as terminal:
        assert terminal.end() == ExitCode.FAILED
    assert b"none.jsonl cannot be read (No such file" in terminal.shown.rpartition(b"\x1b[?1049l")[2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--journal", "j.db", "replay", "a.jsonl"], "do not go with it"),
        (["replay", "--speed", "3", "a.jsonl"], "'3' is not one of"),
        (["replay"], "Missing argument"),
    ],
)
def test_wrong_usage(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.code == ExitCode.USAGE
    assert says in result.err


def test_a_time_of_day_that_the_recording_does_not_have_is_told_with_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(TEXT)
    with on_terminal("replay", "--at", "08:00", str(path)) as terminal:
        assert terminal.end() == ExitCode.USAGE
    assert b"--at: It is never 08:00:00 in the recording, which goes from 2026-03-02 09:30:00 to" in terminal.shown


def test_without_a_terminal_there_is_no_replay(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(TEXT)
    result = run_program("replay", str(path))
    assert result.code == ExitCode.USAGE
    assert "needs a terminal" in result.err


def test_a_packed_file_is_imported_too(journal: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(TEXT))
    assert "2 imported" in run("import", str(path)).err
    assert "2 left out" in run("import", "-", stdin=gzip.compress(TEXT)).err
    path.write_bytes(gzip.compress(TEXT)[:40])
    result = run("import", str(path))
    assert result.code == ExitCode.FAILED
    assert "is damaged or cut off" in result.err
