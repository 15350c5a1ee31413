"""Standard output that takes nothing: its disk is full, or it is closed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from tests.cli.graph import Graph
from tests.cli.program import COMMAND, run
from tests.cli.recorded import call_id, ended, notification, record
from tests.fakes import DEADLINE_S

CALL = call_id(0xC0FFEE)
FULL = "callmon: The output cannot be written: No space left on device."
CLOSED = "callmon: The output cannot be written: standard output is closed."
EVERY_KIND = [
    ["--version"],
    ["--help"],
    ["list", "--help"],
    ["list"],
    ["show", CALL],
    ["audit", "--json"],
    ["explain", "--list"],
    ["config", "show"],
    ["config", "schema"],
    ["completion", "bash"],
    ["doctor", "--offline"],
    ["simulate", "--calls", "0"],
    ["export"],
    ["tail", "--since-start"],
]


@pytest.fixture
def live(journal: Path) -> Path:
    record(journal, notification(CALL, "established", "created"))
    return journal


def _full(*arguments: str) -> tuple[int, list[str]]:
    with Path("/dev/full").open("wb") as full:
        return _ended(arguments, stdout=full.fileno())


def _closed(*arguments: str, stream: str = ">") -> tuple[int, list[str]]:
    return _ended(["sh", "-c", f'exec "$@" {stream}&-', "sh", *COMMAND, *arguments], command=())


def _ended(
    arguments: Sequence[str], command: Sequence[str] = COMMAND, stdout: int | None = None
) -> tuple[int, list[str]]:
    """The exit code, and the lines on stderr."""
    done = subprocess.run(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=DEADLINE_S * 3,
        check=False,
    )
    return done.returncode, done.stderr.decode().splitlines()


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("arguments", EVERY_KIND, ids=" ".join)
def test_a_full_disk_is_a_sentence_and_no_fault(arguments: list[str], no_real_environment: Path) -> None:
    code, told = _full(*arguments)
    assert (code, told[-1:]) == (ExitCode.FAILED, [FULL])
    assert not any("fault of its own" in line or "Exception" in line for line in told)
    assert not (no_real_environment / "state" / "callmon" / "reports").exists()


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    "arguments",
    [["list"], ["--help"], ["doctor", "--offline"], ["export"], ["tail", "--since-start"], ["tail"]],
    ids=" ".join,
)
def test_a_closed_output_is_a_sentence_too(arguments: list[str]) -> None:
    code, told = _closed(*arguments)
    assert (code, told[-1:]) == (ExitCode.FAILED, [CLOSED])


@pytest.mark.usefixtures("live", "graph")
@pytest.mark.parametrize(
    ("arguments", "stream", "code"),
    [
        ([], ">", ExitCode.FAILED),
        (["doctor", "--offline"], "2>", ExitCode.DONE),
        (["hangup", CALL], "<", ExitCode.REFUSED_HERE),
        (["import", "-"], "<", ExitCode.FAILED),
    ],
)
def test_no_closed_stream_is_a_fault(
    arguments: list[str], stream: str, code: ExitCode, no_real_environment: Path
) -> None:
    assert _closed(*arguments, stream=stream)[0] == code
    assert not (no_real_environment / "state" / "callmon" / "reports").exists()


@pytest.mark.parametrize("flags", [["--json"], []])
def test_a_hang_up_whose_outcome_cannot_be_printed_is_told_and_still_ends_with_its_code(
    graph: Graph, live: Path, flags: list[str]
) -> None:
    graph.on_delete = partial(record, live, ended(CALL))
    code, told = _full("hangup", CALL, "--yes", *flags)
    assert code == ExitCode.DONE, "1 would say that the call goes on"
    assert told[:2] == [FULL, "callmon: The call has ended."]
    assert [request.method for request in graph.requests] == ["DELETE"]


def test_of_several_calls_each_outcome_is_told(graph: Graph, live: Path) -> None:
    other = call_id(0xBEEF)
    record(live, notification(other, "established", "created"))
    graph.answers["GET"] = (200, {"id": CALL, "state": "established"})
    code, told = _full("hangup", CALL, other, "--yes", "--wait", "0", "--json")
    assert code == ExitCode.NOT_CONFIRMED
    assert told[0] == FULL
    assert [call in "\n".join(told) for call in (CALL, other)] == [True, True]


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("arguments", [["list"], ["list", "--filter", "stat:hold"], ["nonsense"]], ids=" ".join)
def test_words_that_cannot_be_written_are_no_fault(arguments: list[str], no_real_environment: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.returncode == run(*arguments).code
    assert not (no_real_environment / "state" / "callmon" / "reports").exists()


def test_help_whose_reader_went_away_is_no_failure() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        code, told = _ended(["--help"], stdout=writes)
    finally:
        os.close(writes)
    assert (code, told) == (ExitCode.DONE, [])


def test_what_can_be_written_is_not_touched(live: Path) -> None:
    assert json.loads(run("list", "--json").out)[0]["id"] == CALL
