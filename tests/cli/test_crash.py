"""A fault of callmon's own: the terminal is given back, and a report without secrets lies in the state directory."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from callmon.cli import main
from callmon.cli.crash import crash_sentence
from tests.cli.program import on_terminal

FAULTY = """
import sys
from callmon.cli import console_parts, main

def broken(*arguments):
    hidden = "hunter2-in-a-local-variable"
    raise ZeroDivisionError("while asking redis://ada:hunter2-of-redis@host with hunter2-of-graph")

console_parts.console_parts = broken
sys.exit(main.run())
"""


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_CLIENT_SECRET", "hunter2-of-graph")
    monkeypatch.setenv("CALLMON_OPERATOR", "ada")


def report_in(home: Path, told: str) -> str:
    named = re.search(r"is in (\S+\.txt)", told)
    assert named is not None, told
    path = Path(named[1])
    assert path.parent == home / "state" / "callmon" / "reports"
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text()


def test_a_fault_in_the_console_gives_the_terminal_back(no_real_environment: Path) -> None:
    with on_terminal("--listen", "127.0.0.1:0", command=(sys.executable, "-c", FAULTY)) as terminal:
        assert terminal.end() == 1
    left = terminal.shown.rpartition(b"\x1b[?1049l")[2]
    assert terminal.shown.count(b"\x1b[?1049h") == terminal.shown.count(b"\x1b[?1049l")
    told = left.decode()
    assert "Ended by a fault of its own (ZeroDivisionError)" in told
    assert "Traceback" not in told
    assert b"hunter2" not in terminal.shown
    report = report_in(no_real_environment, told.replace("\r\n", "\n"))
    assert "hunter2" not in report
    assert "ZeroDivisionError: while asking redis://ada:**********@host with **********" in report
    assert "textual 8." in report
    assert "operator = 'ada'  # environment" in report
    assert "client_secret = '**********'" in report
    assert "listen = '127.0.0.1:0'  # flag" in report


def test_a_fault_in_a_command_is_a_sentence_too(
    no_real_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyError("hunter2-of-graph")

    monkeypatch.setattr("callmon.cli.list_calls.read_snapshot", broken)
    assert main.run(["list"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "hunter2" not in captured.err + report_in(no_real_environment, captured.err)


def test_the_arguments_are_in_the_report_without_passwords(
    no_real_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = "redis://127.0.0.1:1/0?password=hunter2"
    monkeypatch.setattr(sys, "argv", ["callmon", "doctor", "--journal", journal, "--offline"])
    report = report_in(no_real_environment, crash_sentence(ValueError(f"at {journal}"), {"journal": journal}))
    shown = "redis://127.0.0.1:1/0?password=**********"
    assert f"Arguments: ['doctor', '--journal', '{shown}', '--offline']" in report
    assert f"ValueError: at {shown}" in report
    assert "hunter2" not in report


def test_settings_that_do_not_hold_are_in_the_report_as_sentences(
    no_real_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_CLOUD", "moon")
    report = report_in(no_real_environment, crash_sentence(ValueError("hunter2-of-graph"), {}))
    assert "CALLMON_CLOUD: “moon” is not a cloud" in report
    assert "hunter2" not in report


def test_a_report_that_cannot_be_written_is_no_second_fault(no_real_environment: Path) -> None:
    (no_real_environment / "state").write_text("a file where a directory should be")
    told = crash_sentence(ValueError("x"), {})
    assert "(ValueError)" in told
    assert "No report could be written" in told


def test_named_bots_are_in_the_report_without_their_secrets(
    no_real_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_BOTS__NIGHTS__CLIENT_SECRET", "hunter2-of-nights")
    monkeypatch.setenv("CALLMON_BOTS__NIGHTS__CLIENT_ID", "nights-application")
    report = report_in(no_real_environment, crash_sentence(ValueError("with hunter2-of-nights"), {}))
    assert "bots.nights.client_id = 'nights-application'  # environment" in report
    assert "hunter2" not in report
