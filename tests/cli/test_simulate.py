from __future__ import annotations

import json
import signal
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from callmon.cli.exits import ExitCode
from tests.cli.program import run, run_program, running
from tests.cli.recorded import entries
from tests.cli.test_listen import address
from tests.fakes import DEADLINE_S


def test_it_says_where_it_is_and_calls_can_be_hung_up_there(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running("simulate", "--calls", "0", "--seed", "7") as program:
        told = json.loads(program.line("stdout"))
        assert told.keys() == {"graph_url", "token", "calls_url", "simulator_url", "faults_url", "feed"}
        assert told["feed"] is None
        call = _start_call(told["simulator_url"])
        monkeypatch.setenv("CALLMON_GRAPH_URL", told["graph_url"])
        monkeypatch.setenv("CALLMON_ACCESS_TOKEN", told["token"])
        assert run("hangup", call, "--yes", "--wait", "0", "--json").json["status"] == 204
        outcome = program.end()
    assert (outcome.code, outcome.out, outcome.err) == (ExitCode.DONE, "", "")


@pytest.mark.parametrize("flags", [[], ["--faults"]])
def test_with_faults_the_graph_has_rules_for_trouble(flags: list[str]) -> None:
    with running("simulate", "--calls", "0", *flags) as program:
        url = urlsplit(json.loads(program.line("stdout"))["faults_url"])
        connection = HTTPConnection(url.hostname or "", url.port, timeout=DEADLINE_S)
        try:
            connection.request("GET", url.path)
            rules = json.loads(connection.getresponse().read())["rules"]
        finally:
            connection.close()
        program.end()
    assert bool(rules) is bool(flags)


def _start_call(url: str) -> str:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=DEADLINE_S)
    try:
        connection.request("POST", parts.path, b'{"kind": "meeting"}')
        return str(json.loads(connection.getresponse().read())["id"])
    finally:
        connection.close()


def test_it_feeds_a_callmon_that_listens(journal: Path) -> None:
    with running("listen", "--listen", "127.0.0.1:0") as collector:
        feed = address(collector)
        with running("simulate", "--feed", feed, "--speed", "100") as program:
            assert json.loads(program.line("stdout"))["feed"] == feed
            deadline = time.monotonic() + DEADLINE_S
            while not run("list", "--all", "--json").json:
                assert time.monotonic() < deadline
            assert program.end(signal.SIGINT).code == ExitCode.INTERRUPTED
        collector.end()
    assert {entry.origin for entry in entries(journal)} == {feed.removesuffix("/api/calls").replace("http://", "http ")}


def test_a_port_that_is_taken_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = run_program("simulate", "--port", str(other.getsockname()[1]))
    assert result.code == ExitCode.FAILED
    assert "--port" in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--speed", "0"],
        ["--speed", "nan"],
        ["--calls", "-1"],
        ["--port", "65536"],
        ["--feed", "ftp://x"],
        ["--feed", "x"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert run("simulate", *arguments).code == ExitCode.USAGE
