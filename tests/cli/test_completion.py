from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callmon.cli import completing
from callmon.cli.exits import ExitCode
from tests.cli.program import run, run_program
from tests.cli.recorded import call_id, caller, ended, notification, record


@pytest.fixture
def calls(journal: Path) -> Path:
    """Two active calls and one that has ended."""
    record(
        journal,
        notification(call_id(0xA1), "established", **caller("Ana Ruiz")),
        notification(call_id(0xB2), "incoming", "created", **caller("Bo Chen")),
        notification(call_id(0xA3), "established"),
        ended(call_id(0xA3)),
    )
    return journal


def completed(*words: str, shell: str = "zsh", **environment: str) -> list[str]:
    """What the shell is offered for the last word."""
    line = " ".join(("callmon", *words))
    variables = {"_CALLMON_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    return run_program(env={**variables, **environment}).out.strip().splitlines()


def values(offered: list[str]) -> set[str]:
    """Without what zsh is told of kind and help, which stand on lines of their own."""
    return set(offered[1::3])


def configure(home: Path, text: str) -> None:
    """Write the settings file."""
    path = home / "config" / "callmon" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_one(shell: str, tmp_path: Path) -> None:
    result = run("completion", shell)
    assert result.code == ExitCode.DONE
    assert "_CALLMON_COMPLETE" in result.out
    program = shutil.which(shell)
    if program is not None:
        script = tmp_path / "script"
        script.write_text(result.out)
        subprocess.run([program, "-n", str(script)], check=True, capture_output=True)


def test_another_shell_is_wrong_usage() -> None:
    assert run("completion", "tcsh").code == ExitCode.USAGE


def test_commands_and_options_are_completed() -> None:
    assert "hangup" in completed("ha")
    assert "--dry-run" in completed("hangup", "--d")


@pytest.mark.parametrize("command", ["show", "hangup"])
def test_the_active_calls_are_offered_with_what_they_are(calls: Path, command: str) -> None:
    offered = "\n".join(completed(command, "0"))
    assert call_id(0xA1) in offered
    assert "established Ana Ruiz" in offered
    assert offered.index(call_id(0xB2)) < offered.index(call_id(0xA1)), "the newest first"
    assert call_id(0xA3) not in offered
    assert call_id(0xB2) not in "\n".join(completed(command, "000000a"))


@pytest.mark.parametrize("command", ["export", "audit"])
def test_where_ended_calls_may_be_meant_they_are_offered_too(calls: Path, command: str) -> None:
    offered = "\n".join(completed(command, "--call", "000000a"))
    assert call_id(0xA1) in offered
    assert call_id(0xA3) in offered
    assert call_id(0xB2) not in offered


def test_orders_and_columns_are_offered_with_those_of_ones_own(no_real_environment: Path) -> None:
    configure(no_real_environment, '[custom_columns.region]\npath = "a.b"\n')
    assert values(completed("list", "--sort", "")) >= {"newest", "heard", "-heard", "region", "-region"}
    assert values(completed("list", "--columns", "k")) == {"kind"}
    offered = values(completed("list", "--columns", "time,re"))
    assert offered == {"time,region"}
    assert "time,time" not in values(completed("list", "--columns", "time,"))


def test_profiles_and_bots_are_those_of_the_settings(no_real_environment: Path) -> None:
    configure(no_real_environment, "[profiles.night]\n[profiles.day]\n[bots.front-desk]\n")
    assert values(completed("--profile", "")) == {"night", "day"}
    assert values(completed("list", "--profile", "n")) == {"night"}
    assert values(completed("hangup", "--bot", "fr")) == {"front-desk"}
    configure(no_real_environment, "[profiles")
    assert completed("--profile", "") == []
    assert completed("hangup", "--bot", "") == []


def test_categories_and_sources_are_those_of_the_catalogue() -> None:
    rows = run("explain", "--list", "--json").json
    assert values(completed("explain", "--category", "")) == {row["category"] for row in rows}
    assert values(completed("explain", "--source", "")) == {row["source"] for row in rows}


def test_where_no_call_can_be_told_at_once_nothing_is_offered_and_nothing_begun(journal: Path) -> None:
    assert completed("show", "0") == []
    assert not journal.exists()
    assert completed("show", "0", CALLMON_JOURNAL="redis://127.0.0.1:1") == []
    assert completed("show", "0", CALLMON_CLOUD="moon") == []


def test_a_journal_that_takes_long_to_read_is_given_up(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "_WITHIN_S", -1.0)
    command = run.__globals__["callmon"].get_command(None, "show")
    assert completing.active_calls(command.make_context("show", ["x"]), command.params[0], "0") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_itself_completes(calls: Path, tmp_path: Path) -> None:
    script = tmp_path / "callmon.bash"
    script.write_text(run("completion", "bash").out)
    (tmp_path / "callmon").write_text(f'#!/bin/sh\nexec {sys.executable} -m callmon "$@"\n')
    (tmp_path / "callmon").chmod(0o755)
    lines = f"""
        source {script}
        COMP_WORDS=(callmon show 000000b); COMP_CWORD=2
        _callmon_completion callmon
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", lines], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == [call_id(0xB2)]
