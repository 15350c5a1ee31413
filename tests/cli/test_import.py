from __future__ import annotations

import json
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from tests.cli.program import run, run_program
from tests.cli.recorded import call_id, ended, entries, notification

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
    stored = entries(journal)
    assert [entry.body for entry in stored] == lines[:1000]  # one reading gives that many
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
