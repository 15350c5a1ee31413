from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys

import click
import pytest

from callmon import __version__
from callmon.cli.exits import ExitCode
from callmon.cli.main import _COMMANDS, callmon
from callmon.cli.pages import LazyGroup, Page
from tests.cli.program import run, run_program

GLOBAL = [
    "--journal",
    "--listen",
    "--follow",
    "--read-only",
    "--lang",
    "--ascii",
    "--log-file",
    "--operator",
    "--profile",
    "--version",
    "--help",
]
OPTIONS = {
    "demo": ["--theme", "--slow-link", "--calls", "--seed", "--speed", "--faults"],
    "listen": [],
    "list": ["--all", "--json"],
    "show": ["--json"],
    "tail": ["--since-start", "--json"],
    "hangup": ["--yes", "--dry-run", "--wait", "--reason", "--bot", "--json"],
    "audit": ["--call", "--since", "--verify", "--expect", "--json"],
    "explain": ["--message", "--json", "--list", "--category", "--source"],
    "import": ["--field", "--time-field", "--at"],
    "export": ["--call", "--filter", "--redact"],
    "replay": ["--speed", "--at", "--paused"],
    "serve": ["--web-listen", "--allow-hang-up"],
    "simulate": ["--port", "--calls", "--seed", "--speed", "--feed", "--faults"],
    "doctor": ["--offline", "--json"],
    "config": [],
    "config show": ["--origin", "--json"],
    "config check": [],
    "config path": [],
    "config schema": [],
    "config keys": ["--json"],
    "completion": [],
}
REFUSED = {command: ["--journal", "--listen", "--follow"] for command in ("demo", "replay")}
HEAVY = ["textual", "rich", "msal", "httpx", "pydantic", "uvicorn", "sqlite3", "asyncio", "rpds"]


def test_every_command_is_there() -> None:
    for group in ("", "config"):
        named = callmon if not group else callmon.get_command(None, group)  # type: ignore[arg-type]  # it needs no context
        assert isinstance(named, LazyGroup)
        inside = [name.removeprefix(group).strip() for name in OPTIONS if name.rpartition(" ")[0] == group]
        assert list(named.lazy) == inside
        told = run(*group.split(), "--help").out
        assert all(f"  {name} " in told for name in inside)


@pytest.mark.parametrize("command", ["", *OPTIONS])
def test_help_shows_every_option_with_examples_first_and_exit_codes_last(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.code == 0
    words = result.out.split()
    shared = [option for option in GLOBAL if option not in REFUSED.get(command, ())]
    for option in [*shared, *OPTIONS.get(command, ["--theme", "--slow-link"])]:
        assert option in words
    assert result.out.index("Examples:") < result.out.index("Options:") < result.out.index("Exit codes:")
    for code in ExitCode:
        assert code.meaning in " ".join(words)


@pytest.mark.parametrize(
    ("command", "option"), [(name, option) for name, refused in REFUSED.items() for option in refused]
)
def test_a_global_option_that_a_command_refuses_is_not_in_its_list_of_options(command: str, option: str) -> None:
    told = run(command, "--help").out
    assert f"  {option} " not in told
    for arguments in ([option, "x", command], [command, option, "x"]):
        refused = run(*arguments, *(["monday.jsonl"] if command == "replay" else []))
        assert refused.code == ExitCode.USAGE
        assert option in refused.err
        assert "do not go with it" in refused.err


@pytest.mark.parametrize("command", ["", *OPTIONS])
def test_every_example_in_the_help_can_be_typed(command: str) -> None:
    """Up to its values, which are those of somebody else's calls and files."""
    page = callmon
    for name in command.split():
        page = page.get_command(click.Context(page), name)  # type: ignore[assignment]  # None fails below
    assert isinstance(page, Page | LazyGroup)
    for example in page.examples:
        typed = [part for part in re.split(r"\$\(|\)|\|", example) if re.search(r"\bcallmon( |$)", part)]
        assert typed, example
        for part in typed:
            words = shlex.split(part[part.index("callmon") :].partition(" > ")[0])
            assert run(*words[1:], "--help").code == ExitCode.DONE, example


def test_a_command_line_of_the_group_and_of_the_command_say_the_same() -> None:
    for name in _COMMANDS:
        command = callmon.get_command(None, name)  # type: ignore[arg-type]  # it needs no context
        assert command is not None
        assert command.name == name
        assert command.help


@pytest.mark.parametrize("arguments", [["--version"], ["list", "--version"]])
def test_the_version_is_told_before_and_after_the_command(arguments: list[str]) -> None:
    assert run(*arguments).out == f"callmon {__version__}\n"


def imported(code: str, *names: str) -> list[str]:
    """Which of these modules a program with this code imports."""
    probe = f"import json, sys\n{code}\nprint(json.dumps([name for name in {names!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    told: list[str] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    assert imported(f"from callmon.cli.main import run\nassert run([{argument!r}]) == 0", *HEAVY) == []


@pytest.mark.parametrize("module", ["console", "demo"])
def test_the_first_paint_waits_for_no_adapter(module: str) -> None:
    adapters = ("httpx", "msal", "uvicorn", "sqlite3", "pydantic", "callmon.settings")
    assert imported(f"import callmon.cli.{module}", *adapters) == []


def test_the_first_paint_waits_for_nothing_that_only_calls_and_commands_need() -> None:
    core = ("reasons", "audit", "wire", "records", "gaps", "draft", "gathering", "filtering")
    later = (*(f"callmon.core.{name}" for name in core), "callmon.hangup", "callmon.tui.parts", "callmon.replay", "csv")
    painted = (
        "import callmon.cli.console\n"
        "from callmon.tui.app import ConsoleApp\n"
        "from callmon.tui.starting import StartError\n"
        "def load(): raise StartError('painted')\n"
        "assert ConsoleApp(load).run(headless=True) == 'painted'"
    )
    assert imported(painted, "callmon.tui.board_view", *later) == ["callmon.tui.board_view"]


def test_the_journal_is_read_without_the_network() -> None:
    assert imported("import callmon.cli.show", "httpx", "msal", "uvicorn", "textual") == []


def test_a_wrong_option_and_a_wrong_command_are_usage_errors() -> None:
    assert run("--nonsense").code == ExitCode.USAGE
    assert run("nonsense").code == ExitCode.USAGE
    assert run("list", "--nonsense").code == ExitCode.USAGE


def test_a_command_that_is_misspelled_is_told_the_nearest_one() -> None:
    assert run("exlain", "500").err.endswith("No such command 'exlain'. Is it meant to be explain?\n")
    assert run("config", "kyes").err.endswith("No such command 'kyes'. Is it meant to be keys?\n")
    assert run("xyzzy").err.endswith("No such command 'xyzzy'.\n")


def test_what_is_said_after_the_command_beats_what_is_said_before() -> None:
    before = run("--lang", "zh-CN", "explain", "200", "4521").out
    after = run("explain", "--lang", "zh-CN", "200", "4521").out
    both = run("--lang", "zh-CN", "explain", "200", "4521", "--lang", "en").out
    assert before == after
    assert "对方挂断" in after
    assert "对方挂断" not in both


def test_bad_settings_are_sentences_and_a_usage_error() -> None:
    result = run("--listen", "0.0.0.0:1", "--journal", "mysql://x", "list")
    assert result.code == ExitCode.USAGE
    assert result.out == ""
    lines = result.err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("callmon: --") for line in lines)


def test_the_program_tells_its_exit_code() -> None:
    result = run_program("explain", "--list", "--category", "nonsense")
    assert result.code == ExitCode.USAGE
    assert "client_error" in result.err
    assert "Traceback" not in result.err
