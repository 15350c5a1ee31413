from __future__ import annotations

import errno
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from callmon.cli import import_files
from callmon.cli.exits import ExitCode
from tests.cli.program import run, run_program
from tests.cli.recorded import call_id, ended, entries, notification, record

ONE = notification(call_id(1), "established")
TWO = ended(call_id(1))


def test_json_lines_become_entries(journal: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_bytes(ONE + b"\r\n\n" + TWO)
    result = run("import", str(file))
    assert result.code == 0
    assert result.out == ""
    assert "2 imported, 0 of them unreadable" in result.err
    assert [(entry.body, entry.origin) for entry in entries(journal)] == [
        (ONE, f"import {file}"),
        (TWO, f"import {file}"),
    ]
    assert run("show", call_id(1), "--json").json["end"]["subcode"] == 5001


@pytest.mark.parametrize(
    ("content", "bodies"),
    [
        pytest.param(b"[" + ONE + b", " + TWO + b"]", [ONE, TWO], id="list in one line"),
        pytest.param(b"[\n" + ONE + b",\n" + TWO + b"\n]\n", [ONE, TWO], id="list over lines"),
        pytest.param(b"[" + ONE + b"]\n[" + TWO + b"]\n", [ONE, TWO], id="a list a line"),
        pytest.param(b"\xef\xbb\xbf\n" + ONE + b"\n", [ONE], id="a mark alone on its line"),
        pytest.param(b"[]", [], id="empty list"),
        pytest.param(b"", [], id="empty file"),
        pytest.param(b"\n \n", [], id="blank file"),
    ],
)
def test_whole_documents_become_entries(journal: Path, content: bytes, bodies: list[bytes]) -> None:
    result = run("import", "-", stdin=content)
    assert result.code == 0
    assert [entry.body for entry in entries(journal)] == bodies


def test_documents_that_stretch_over_lines_are_one_entry_each(journal: Path) -> None:
    pretty = [json.dumps(json.loads(body), indent=2).encode() for body in (ONE, TWO)]
    run("import", "-", stdin=b"\n".join(pretty))
    assert [entry.body for entry in entries(journal)] == pretty


def test_a_single_item_without_an_envelope_is_read(journal: Path) -> None:
    item = json.dumps(json.loads(ONE)["value"][0]).encode()
    assert "1 imported, 0 of them unreadable" in run("import", "-", stdin=item).err


@pytest.mark.parametrize("bad", [b"{", b"\xff\xfe", b"hello", b'{"value": 1}', b'[{"a": 1}, ', b"\x1b[2J"])
@pytest.mark.parametrize("first", [True, False])
def test_what_cannot_be_read_is_kept_and_costs_its_neighbours_nothing(journal: Path, bad: bytes, first: bool) -> None:
    lines = [bad, ONE, TWO] if first else [ONE, bad, TWO]
    result = run("import", "-", stdin=b"\n".join(lines))
    assert result.code == 0
    assert [entry.body for entry in entries(journal)] == [line.strip() for line in lines]
    assert "3 imported, 1 of them unreadable" in result.err
    assert f"number {1 if first else 2}:" in result.err
    assert result.err.replace("\n", "").isprintable()


def test_many_lines_keep_their_order(journal: Path) -> None:
    lines = [notification(call_id(number), "established") for number in range(1200)]
    run("import", "-", stdin=b"\n".join(lines))
    assert [entry.body for entry in entries(journal)] == lines
    assert len(run("list", "--json").json) == 1200


def test_a_file_that_cannot_be_read_fails_but_the_others_are_imported(journal: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    good.write_bytes(ONE)
    result = run("import", str(tmp_path / "none"), str(good), str(tmp_path))
    assert result.code == ExitCode.FAILED
    assert [entry.body for entry in entries(journal)] == [ONE]
    assert result.err.count("cannot be read") == 2


def test_without_a_file_it_is_wrong_usage() -> None:
    assert run("import").code == ExitCode.USAGE


def test_a_pipe_is_read_by_the_program(journal: Path) -> None:
    assert run_program("import", "-", stdin=ONE).code == 0
    assert [entry.origin for entry in entries(journal)] == ["import -"]


AT = "2026-03-02T09:30:00.123456Z"


def line(body: str = ONE.decode(), at: object = AT, **more: object) -> bytes:
    return json.dumps({"at": at, "origin": "http 127.0.0.1:8765", "headers": {}, "body": body, **more}).encode()


def test_lines_of_an_export_keep_their_time_origin_and_headers(journal: Path) -> None:
    run("import", "-", stdin=line(headers={"scenario-id": "a"}) + b"\n" + TWO)
    first, second = entries(journal)
    assert first.at.isoformat() == "2026-03-02T09:30:00.123456+00:00"
    assert (first.origin, first.headers, first.body) == ("http 127.0.0.1:8765", {"scenario-id": "a"}, ONE)
    assert (second.origin, second.body) == ("import -", TWO)
    assert second.at > first.at


def test_nothing_is_doubled_however_often_it_is_imported(journal: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_bytes(line() + b"\n" + line() + b"\n" + line(TWO.decode()))
    assert "2 imported" in run("import", str(file), str(file)).err
    file.write_bytes(file.read_bytes() + b"\n" + line(at="2026-03-02T10:30:00.123457+01:00"))
    result = run("import", str(file))
    assert "1 imported" in result.err
    assert "3 left out, because they are in the journal already" in result.err
    assert [entry.body for entry in entries(journal)] == [ONE, TWO, ONE]


def test_plain_notifications_are_not_doubled_either(journal: Path, tmp_path: Path) -> None:
    log, rotated = tmp_path / "bot.jsonl", tmp_path / "bot.jsonl.1"
    log.write_bytes(ONE + b"\n" + TWO + b"\n" + ONE + b"\n")
    assert "3 imported" in run("import", str(log), str(log)).err
    rotated.write_bytes(TWO + b"\n" + ONE + b"\n")
    assert "2 left out" in run("import", str(rotated)).err
    log.write_bytes(log.read_bytes() + b"{}\n" + ONE + b"\n")
    result = run("import", str(log))
    assert "2 imported" in result.err
    assert "3 left out" in result.err
    assert [entry.body for entry in entries(journal)] == [ONE, TWO, ONE, b"{}", ONE]


def test_what_came_in_another_way_is_not_imported_again(journal: Path) -> None:
    record(journal, ONE)
    assert "1 left out" in run("import", "-", stdin=ONE).err


def test_what_is_packed_is_unpacked(journal: Path, tmp_path: Path) -> None:
    packed = gzip.compress(ONE + b"\n" + TWO)
    file = tmp_path / "calls.log"
    file.write_bytes(packed)
    assert "2 imported" in run("import", str(file)).err
    assert "2 left out" in run("import", "-", stdin=packed).err


@pytest.mark.parametrize(
    "broken", [gzip.compress(ONE * 50, mtime=0)[:-20], b"\x1f\x8bnonsense", b"\x1f\x8b\x08\0" + b"\xff" * 40]
)
def test_what_cannot_be_unpacked_is_told(journal: Path, broken: bytes) -> None:
    result = run("import", "-", stdin=broken)
    assert result.code == ExitCode.FAILED
    assert "damaged or cut off" in result.err
    assert "who may read it" not in result.err


@pytest.mark.parametrize("first", [b"", b"bot started\n"], ids=["json lines", "a log"])
def test_what_can_be_unpacked_of_a_file_that_was_cut_off_is_kept(journal: Path, tmp_path: Path, first: bytes) -> None:
    lines = [notification(call_id(number * 7919), "established") for number in range(1200)]
    file = tmp_path / "calls.gz"
    packed = gzip.compress(first + b"\n".join(lines))
    file.write_bytes(packed[: len(packed) * 3 // 4])
    result = run("import", str(file))
    assert result.code == ExitCode.FAILED
    kept = [entry.body for entry in entries(journal) if entry.body != first.strip()]
    assert kept[:-1] == lines[: len(kept) - 1]
    assert lines[len(kept) - 1].startswith(kept[-1]), "as the last line of a file that is not packed"
    assert 600 < len(kept) < len(lines)
    assert f"{len(entries(journal))} imported" in result.err
    assert result.err.splitlines()[-1] == (
        f"callmon: {file} is damaged or cut off from some point on (Compressed file ended before the end-of-stream "
        "marker was reached), so the rest of it cannot be read."
    )


def test_what_stands_before_a_failing_disk_is_kept(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_stream: object) -> Iterator[bytes]:
        yield from (ONE, TWO)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(import_files, "pieces", failing)
    result = run("import", "-", stdin=b"")
    assert result.code == ExitCode.FAILED
    assert [entry.body for entry in entries(journal)] == [ONE, TWO]
    assert "2 imported" in result.err
    assert "- cannot be read (Input/output error)." in result.err


def test_notifications_in_log_lines_are_taken_with_their_times(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"time": "2026-03-02T09:30:00Z", "message": {"body": ONE.decode()}}).encode()
    result = run("import", "--field", "message.body", "--time-field", "time", "-", stdin=b"started\n" + line)
    assert ": 1 line without a notification skipped." in result.err
    assert "received now" not in result.err
    (entry,) = entries(journal)
    assert (entry.body, entry.at.isoformat()) == (ONE, "2026-03-02T09:30:00+00:00")
    monkeypatch.setenv("CALLMON_FOLLOW_FIELD", "message.body")
    assert "1 left out" in run("import", "-", stdin=line).err


def logged(*lines: tuple[str, bytes]) -> bytes:
    """Log lines, each with a time and a notification."""
    return b"".join(json.dumps({"time": at, "body": json.loads(body)}).encode() + b"\n" for at, body in lines)


BY_TIME = ("import", "--field", "body", "--time-field", "time")
STARTED, ANSWERED = notification(call_id(1), "establishing", "created"), ONE
RINGS = (("2026-11-28T23:50:00Z", STARTED), ("2026-11-28T23:50:10Z", ANSWERED))
ENDS = ("2026-11-29T00:10:10Z", TWO)


def test_files_are_read_in_the_order_of_their_times(journal: Path, tmp_path: Path) -> None:
    new, old, bare = (tmp_path / name for name in ("calls.jsonl", "calls.jsonl.1.gz", "bare.jsonl"))
    new.write_bytes(logged(ENDS))
    old.write_bytes(gzip.compress(b"started\n" + logged(*RINGS)))
    bare.write_bytes(json.dumps({"body": json.loads(notification(call_id(2), "established"))}).encode())
    result = run(*BY_TIME, str(new), str(bare), str(old))
    assert (result.code, "later time" in result.err) == (0, False)
    assert [entry.origin.rpartition("/")[2] for entry in entries(journal)] == [old.name] * 2 + [bare.name, new.name]
    call = run("show", call_id(1), "--json").json
    assert (call["duration_s"], call["anomalies"]) == (1200.0, [])
    assert [step["at"][:19] for step in call["timeline"]] == [at[:19] for at, _ in (*RINGS, ENDS)]


def test_files_that_cannot_be_read_twice_keep_their_places(journal: Path, tmp_path: Path) -> None:
    new, absent = tmp_path / "calls.jsonl", tmp_path / "absent.jsonl"
    new.write_bytes(logged(ENDS))
    result = run(*BY_TIME, str(absent), str(new), "-", stdin=logged(*RINGS))
    assert (result.code, str(absent) in result.err) == (ExitCode.FAILED, True)
    assert [b"terminated" in entry.body for entry in entries(journal)] == [True, False, False]
    assert "2 lines came after one of a later time: " in result.err


OUT_OF_ORDER: dict[str, tuple[list[tuple[str, bytes]], str | None]] = {
    "in order": ([*RINGS, ENDS], None),
    "in one second": ([RINGS[1], ("2026-11-28T23:50:08Z", STARTED), ENDS], None),
    "the answer at last": ([RINGS[0], ENDS, RINGS[1]], "1 line came after"),
    "the newest first": ([ENDS, RINGS[1], RINGS[0]], "2 lines came after"),
}


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("case", OUT_OF_ORDER)
def test_what_is_older_than_what_stands_before_it_is_taken_with_its_time_and_counted(case: str) -> None:
    lines, told = OUT_OF_ORDER[case]
    result = run(*BY_TIME, "-", stdin=logged(*lines))
    assert (told or "later time") in result.err or told is None
    assert ("later time" in result.err) is (told is not None)
    steps = run("show", call_id(1), "--json").json["timeline"]
    assert {step["at"][:19] for step in steps} == {at[:19] for at, _ in lines}
    assert "later time" not in run(*BY_TIME, "-", stdin=logged(*lines)).err, "nothing was imported"


def test_the_time_of_what_has_none_is_now_unless_it_is_said(journal: Path) -> None:
    assert "received now" in run("import", "-", stdin=ONE).err
    assert "received now" not in run("import", "--at", "2026-03-02T09:30:00+01:00", "-", stdin=TWO).err
    assert entries(journal)[1].at.isoformat() == "2026-03-02T08:30:00+00:00"
    for no_time in ("soon", "0001-01-01", "9999-12-31T23:59:59Z"):
        assert run("import", "--at", no_time, "-", stdin=TWO).code == ExitCode.USAGE


@pytest.mark.parametrize(
    "wrong",
    [
        line(at="yesterday"),
        line(at="2026-03-02T09:30:00"),
        line(at="0001-01-01T00:00:00+14:00"),
        line(at="0001-01-01T00:00:00Z"),
        line(at="9999-12-31T23:59:59Z"),
        line(at=5),
        line(headers=["a"]),
        line(headers={"a": 1}),
        line(origin=None),
        line(bot="\ud800"),
        line(bot="a bot\x1b[2J"),
        line(body_base64="AA=="),
        line("\ud800"),
        b'{"at": "%b", "body_base64": "A"}' % AT.encode(),
        b'{"at": "%b", "body_base64": "\xc3\xa4"}' % AT.encode(),
        b'{"body": "x"}',
        b'["body"]',
        b'{"body"',
    ],
)
def test_a_line_that_is_only_like_an_export_is_kept_as_it_is(journal: Path, wrong: bytes) -> None:
    result = run("import", "-", stdin=wrong)
    assert result.code == 0
    assert "1 imported, 1 of them unreadable" in result.err
    assert [entry.origin for entry in entries(journal)] == ["import -"]


def test_the_number_of_what_cannot_be_read_is_its_place_in_the_file(journal: Path) -> None:
    run("import", "-", stdin=line())
    assert "number 2:" in run("import", "-", stdin=line() + b"\n{").err
