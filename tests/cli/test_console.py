from __future__ import annotations

import signal
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from tests.cli.program import on_terminal, run, run_program, running
from tests.cli.recorded import call_id, caller, notification, record


def test_the_demo_needs_a_terminal(journal: Path) -> None:
    result = run_program("demo")
    assert result.code == ExitCode.USAGE
    assert result.out == ""
    assert "needs a terminal for input, output and errors" in result.err
    assert not journal.exists()


def test_without_a_terminal_the_console_is_lines(journal: Path) -> None:
    record(journal)
    with running() as program:
        assert "this is callmon tail" in program.line()
        program.line(holding="Following the journal")
        record(journal, notification(call_id(1), "incoming", "created", **caller("Ana Ruiz")))
        assert "Ana Ruiz" in program.line("stdout")
        assert program.end().code == ExitCode.DONE


def test_the_console_shows_what_the_journal_holds(journal: Path) -> None:
    record(journal, notification(call_id(1), "incoming", "created", **caller("Ana Ruiz")))
    with on_terminal("--listen", "127.0.0.1:0") as terminal:
        terminal.wait_for("Ana Ruiz")
        terminal.type("q")
        assert terminal.end() == ExitCode.DONE


@pytest.mark.parametrize("leave", ["q", signal.SIGTERM])
def test_the_demo_needs_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leave: str | signal.Signals
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("CALLMON_LISTEN", "nonsense that the demo does not look at")
    with on_terminal("demo", "--calls", "3", "--seed", "2", "--speed", "2") as terminal:
        terminal.wait_for("DEMO")
        assert [path.name.startswith("callmon-demo-") for path in tmp_path.iterdir()] == [True]
        if isinstance(leave, str):
            terminal.type(leave)
        else:
            terminal.signal(leave)
        assert terminal.end() == ExitCode.DONE
    assert list(tmp_path.iterdir()) == []


def test_bad_settings_are_told_after_the_screen_is_closed(journal: Path) -> None:
    with on_terminal("--listen", "0.0.0.0:1", "--journal", "mysql://x") as terminal:
        assert terminal.end() == ExitCode.USAGE
    left = terminal.shown.rpartition(b"\x1b[?1049l")[2]
    assert b"reverse proxy" in left
    assert b"neither a path" in left


def test_a_journal_that_cannot_be_used_ends_the_console(tmp_path: Path) -> None:
    with on_terminal("--journal", str(tmp_path)) as terminal:
        assert terminal.end() == ExitCode.FAILED
    assert b"is a directory" in terminal.shown.rpartition(b"\x1b[?1049l")[2]


@pytest.mark.parametrize("option", ["--journal", "--listen", "--follow"])
def test_the_demo_has_a_journal_and_an_address_of_its_own(option: str) -> None:
    result = run("demo", option, "x")
    assert result.code == ExitCode.USAGE
    assert "do not go with it" in result.err
