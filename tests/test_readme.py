"""What the README says is what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.core.filter_fields import FIELDS
from callmon.tui.board_view import BoardView
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.empty_state import example_command
from callmon.tui.keys import key_table
from callmon.tui.replay_screen import ReplayScreen

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[tuple[str, str]]:
    """The rows of the first table under a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    return rows[1:]


def test_every_key_is_in_the_table_and_every_key_in_the_table_works() -> None:
    told = {key for keys, _ in table("Keys") for key in re.findall(r"`([^`]+)`", keys)}
    bound = {key for keys, _ in key_table([*ConsoleScreen.BINDINGS, *BoardView.BINDINGS]) for key in keys.split()}
    assert told == bound - {"Esc"}, "Esc is told with the filter that it clears"


def test_the_keys_of_a_replay_are_those_of_its_table() -> None:
    told = {key for keys, _ in table("Replay") for key in re.findall(r"`([^`]+)`", keys)}
    assert told == {key for keys, _ in key_table(ReplayScreen.BINDINGS) for key in keys.split()}


def test_the_exit_codes_are_all_there() -> None:
    assert {int(code) for code, _ in table("Scripts")} == {int(code) for code in ExitCode}


def test_the_fields_of_a_filter_are_all_there() -> None:
    told = re.search(r"knows the fields `([^`]+)`", README)
    assert told is not None
    assert set(told[1].split()) == {*FIELDS, "is"}


def test_the_example_is_the_one_that_the_empty_screen_prints() -> None:
    assert example_command("http://127.0.0.1:8765/api/calls") in README


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.findall(r"^python3 -m venv .*pytest$", README, re.MULTILINE)
    assert len(commands) == 1
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command", re.findall(r"^callmon explain .*$", README, re.MULTILINE), ids=lambda command: command[8:30]
)
def test_every_explain_command_of_the_readme_explains(command: str) -> None:
    done = subprocess.run(
        f"{sys.executable} -m {command}", shell=True, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) > 10
