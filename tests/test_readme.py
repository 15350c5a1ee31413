"""Whatever the README tells its readers to type is typed here, and its examples of settings are settings."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.graph import Graph, serving
from tests.cli.program import on_terminal, run, running
from tests.cli.recorded import call_id, caller, ended, notification, record
from tests.e2e.conftest import needs
from tests.readme import BLOCKS, COMMANDS, ROOT, blocks
from tests.redis_server import RedisServer, free_port

CALL = "7e57ca11-0000-4000-8000-000000000001"
REDIS = "redis://redis.example:6379/0"
TAIL = "callmon tail --json"
FOLLOWED = notification(call_id(2), "established", **caller("Ana Ruiz"))

RUN = {
    "callmon import calls.jsonl calls.jsonl.1.gz": "calls.jsonl.1.gz: 1 imported",
    "kubectl logs bot | callmon import --field message.body --time-field time -": "-: 1 imported",
    "callmon audit --since 7d": "",
    "callmon audit --verify": "The audit trail",
    "callmon explain 500 560500": "server error",
    "callmon explain 412 9999 --message 'DiagCode: 412#10073.@'": "412",
    "callmon explain --list --category network": "network",
    "callmon export > monday.jsonl": "",
    "callmon list --json": CALL,
    "callmon list --all --filter 'code:4xx !by:participant'": "410/301005",
    "callmon list --sort -heard --columns id,heard,who,note": "CALL ID",
    "callmon list --verify": "established",
    "callmon show 7e57ca11 --json": CALL,
    "callmon show 7e57ca11 --ticket": CALL,
    "callmon export --call 7e57ca11 --redact > call.jsonl": "",
    "callmon hangup 7e57ca11 --dry-run": f"DELETE http://127.0.0.1:PORT/v1.0/communications/calls/{CALL}",
    "callmon hangup 7e57ca11-0000-4000-8000-000000000001 --yes --wait 10 --json": '"confirmed": true',
    "callmon completion bash": "complete",
    "callmon config show --origin": "CALLMON_JOURNAL",
    "callmon config check": "The settings hold",
    "callmon config path": "config.toml",
    "callmon config schema": "json-schema.org",
    "callmon doctor": "journal",
    "callmon doctor --offline --json": '"findings"',
}
"""Each of these ends with exit code 0 and says this on stdout or stderr."""
WRITTEN = {"callmon export > monday.jsonl": CALL, "callmon export --call 7e57ca11 --redact > call.jsonl": CALL}
"""These write this into the file that they name."""
GO_ON = {
    "callmon listen": "http://127.0.0.1:",
    "callmon listen --verify --exit-on-deaf 300": "http://127.0.0.1:",
    "callmon listen --follow sales=sales.log --follow help=help.log": "http://127.0.0.1:",
    f"callmon listen --journal {REDIS}": "http://127.0.0.1:",
    "callmon serve": "http://127.0.0.1:",
}
GO_ON[TAIL] = "Following"
"""Each of these goes on until it is stopped, after it has said this on stderr."""
ON_SCREEN = {
    "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/callmon demo": "established",
    "callmon --follow bot.log": "Ana Ruiz",
    "kubectl logs -f --tail=0 bot | callmon --follow -": "Ana Ruiz",
    f"callmon --journal {REDIS}": "Ana Ruiz",
    "callmon demo --faults": "established",
    "callmon replay monday.jsonl": "REPLAY",
    "callmon replay --speed 8 --at 40% monday.jsonl": "8x",
}
"""Each of these opens the console, which shows this and is then quit."""
BY_CI = [
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest",
    ".venv/bin/pip install -q -e '.[dev]'",
    ".venv/bin/ruff check",
    ".venv/bin/ruff format --check",
    ".venv/bin/lint-imports",
    ".venv/bin/mypy",
    ".ci/run",
]
"""These are what CI itself does."""
LONG = [
    ".venv/bin/pytest tests/test_readme.py",
    ".venv/bin/python -m tests.benchmarks --markdown",
    ".venv/bin/python -m tests.faults --seconds 600",
    ".venv/bin/python -m tests.scenes",
]
"""These would take minutes, or write into the repository, or never end: that there are such programs is looked at."""
CURL, INSTALL = "curl -i http://127.0.0.1:8765/api/calls", re.compile(r"pip install 'callmon\[(\w+)\]'")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with recorded calls and the files that the README names, and its programs on the PATH."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLMON_JOURNAL", str(tmp_path / "journal.db"))
    monkeypatch.setenv("CALLMON_LISTEN", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("CALLMON_WEB_LISTEN", f"127.0.0.1:{free_port()}")
    record(
        tmp_path / "journal.db",
        notification(CALL, "established", "created", **caller("Grace Whitfield")),
        ended(call_id(1), 410, 301005),
    )
    (tmp_path / "monday.jsonl").write_text(run("export").out)
    for name in ("bot.log", "sales.log", "help.log", "calls.jsonl"):
        (tmp_path / name).write_bytes(FOLLOWED + b"\n")
    (tmp_path / "calls.jsonl.1.gz").write_bytes(gzip.compress(notification(call_id(3), "incoming") + b"\n"))
    line = {"time": "2026-03-02T09:30:00Z", "message": {"body": json.loads(FOLLOWED)}}
    (tmp_path / "wrapped.log").write_text(f'{json.dumps(line)}\n{{"message": "started"}}\n')
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs / "callmon", f'exec {shlex.quote(sys.executable)} -m callmon "$@"')
    _program(programs / "kubectl", 'if [ "$2" = -f ]; then exec cat bot.log; else exec cat wrapped.log; fi')
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def _program(path: Path, does: str) -> None:
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


@pytest.fixture
def graph(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """A Graph that has the call, and reports its end when it is hung up."""
    with serving() as graph:
        monkeypatch.setenv("CALLMON_GRAPH_URL", graph.url)
        monkeypatch.setenv("CALLMON_ACCESS_TOKEN", "token-of-the-test")
        graph.answers[f"GET {CALL}"] = (200, {"id": CALL, "state": "established"})
        graph.answers["GET"] = (404, {"error": {"code": "8522", "message": "Call not found."}})
        graph.on_delete = lambda: record(place / "journal.db", ended(CALL))
        yield graph


def here(command: str, place: Path) -> str:
    """The command with a Redis that is there."""
    if REDIS not in command:
        return command
    needs("redis-server")
    url = (place / "redis.url").read_text()
    return command.replace(REDIS, url)


@pytest.fixture
def redis(place: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """A Redis with a call in its journal, if the command wants one."""
    if REDIS not in request.node.callspec.params["command"] or shutil.which("redis-server") is None:
        yield
        return
    server = RedisServer(place / "bin")
    server.start()
    (place / "redis.url").write_text(server.url())
    assert run("--journal", server.url(), "import", "calls.jsonl").code == 0
    yield
    server.kill()


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    known: Mapping[str, object] = {**RUN, **GO_ON, **ON_SCREEN, **dict.fromkeys(BY_CI + LONG)}
    others = [command for command in COMMANDS if command not in known and not INSTALL.fullmatch(command)]
    (curl,) = others
    assert curl.startswith(CURL)
    assert [command for command in known if command not in COMMANDS] == []


def test_every_block_is_of_a_kind_that_is_tried() -> None:
    """Those of nginx and systemd with the real programs, in ``tests/e2e/test_beside_a_bot.py``."""
    assert {language for language, _ in BLOCKS} == {"sh", "toml", "nginx", "ini"}


def _typed(command: str) -> tuple[int, str]:
    """Exit code and all that it says; a shell is asked only where there is something for it, which is slower."""
    if not set("|>") & set(command):
        done = run(*shlex.split(command)[1:])
        return done.code, done.out + done.err
    return _run("bash", "-o", "pipefail", "-c", command)


def _run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", RUN)
def test_what_ends_by_itself_does_what_it_is_for(command: str, graph: Graph) -> None:
    code, said = _typed(command)
    assert code == 0, said
    told = said.replace(graph.url, "http://127.0.0.1:PORT")
    assert RUN[command] in told
    if command in WRITTEN:
        assert WRITTEN[command] in Path(command.rpartition(" ")[2]).read_text()


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize("command", GO_ON)
def test_what_goes_on_does_so_until_it_is_stopped(command: str, place: Path) -> None:
    with running(*shlex.split(here(command, place))[1:]) as program:
        program.line(holding=GO_ON[command])
        if command == TAIL:
            record(place / "journal.db", ended(CALL))
            assert CALL in program.line("stdout")
        assert program.end().code == 0


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize("command", ON_SCREEN, ids=lambda command: command.rpartition("&& ")[2])
def test_what_opens_the_console_shows_calls_and_can_be_quit(command: str, place: Path) -> None:
    typed = here(command, place).rpartition("&& ")[2].removeprefix(".venv/bin/")
    with on_terminal("-o", "pipefail", "-c", typed, command=["bash"]) as terminal:
        terminal.wait_for(ON_SCREEN[command])
        terminal.type("q")
        assert terminal.end() == 0


def test_the_first_notification_can_be_sent_as_it_is_printed() -> None:
    needs("curl")
    (command,) = (command for command in COMMANDS if command.startswith(CURL))
    with running("listen") as program:
        address = program.line(holding="http://").rpartition(" ")[2].strip()
        code, said = _run("bash", "-c", command.replace("http://127.0.0.1:8765/api/calls", address))
    assert (code, "HTTP/1.1 202" in said) == (0, True), said


def test_whatever_is_to_be_installed_is_an_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    told = {found[1] for command in COMMANDS if (found := INSTALL.fullmatch(command))}
    assert told == {"redis", "web"}
    assert told | {"keyring", "test", "dev"} <= set(extras)


def test_ci_runs_what_developers_are_told_to_run() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'grep -E "^python3 -m venv .*pytest$" README.md' in ci, "the test command is taken from the README"
    assert [command for command in BY_CI[1:-1] if f"$dev/{Path(command).name}\n" not in ci] == []
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("command", LONG)
def test_the_long_programs_are_there_and_take_their_options(command: str) -> None:
    program, _, options = command.removeprefix(".venv/bin/").partition(" -m ")
    if program != "python":
        assert Path(ROOT, command.rpartition(" ")[2]).is_file()
        return
    module, *rest = options.split()
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
    if rest:
        code, said = _run(sys.executable, "-m", module, "--help")
        assert (code, rest[0] in said) == (0, True), said


@pytest.mark.parametrize("example", blocks("toml"), ids=lambda example: example.splitlines()[0])
def test_every_example_of_settings_holds(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text(example)
    monkeypatch.setenv("CALLMON_CONFIG", str(tmp_path / "config.toml"))
    for profile in ["", *tomllib.loads(example).get("profiles", {})]:
        result = run(*(["--profile", profile] if profile else []), "config", "check")
        assert (result.code, result.err.count("\n")) == (0, 1), result.err
