"""The console in a real terminal, fed over real HTTP, against a real server in Graph's place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx
import pytest

from callmon.simulator.player import Simulation
from tests.e2e.conftest import OpenTerminal
from tests.e2e.console import open_console, post
from tests.e2e.terminal import Terminal
from tests.tui.stage import call_id, caller, notification

pytestmark = pytest.mark.e2e


def press_until_it_counts(pane: Terminal, key: str, question: str) -> None:
    """The dialog takes no key in its first moments; a person would press again, and so does this."""

    def gone() -> bool:
        pane.press(key)
        pane.pause()
        return question not in pane.screen

    pane.until(gone)


def test_from_a_notification_to_the_end_reason(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port)
    post(free_port, notification(call_id(1), "incoming", "created", **caller("Ana Ruiz")))
    pane.shows("incoming", "← Ana Ruiz")
    post(free_port, notification(call_id(1), "established"))
    pane.shows("● established")
    post(free_port, notification(call_id(1), "terminating"))
    pane.shows("◌ terminating")
    result = {"code": "200", "subcode": "5001", "message": "The conversation has ended."}
    post(free_port, notification(call_id(1), "terminated", "deleted", resultInfo=result))
    pane.shows("terminated", "The conversation ended (200/5001)")
    pane.press("q")
    pane.shows("exit=0")


def test_what_something_else_wrote_on_the_terminal_is_painted_over(
    terminal: OpenTerminal, free_port: int, simulation: Simulation
) -> None:
    graph = simulation.start()
    pane = open_console(terminal, free_port, CALLMON_GRAPH_URL=graph, CALLMON_ACCESS_TOKEN=simulation.token)
    simulation.start_call("p2p-incoming")
    pane.shows("● established")
    for key, shows in (("f", "FROZEN"), ("x", "Hang up call #")):
        pane.press(key)
        pane.shows(shows)
        pane.broadcast("Broadcast message from root", *40 * ["The system is going down"])
        pane.until(lambda: "The system is going down" in pane.screen)
        pane.press("C-l")
        pane.until(lambda: "The system" not in pane.screen)
        pane.shows("FROZEN", "● established", shows)


def test_a_hang_up_from_the_key_to_the_reported_end(
    terminal: OpenTerminal, free_port: int, simulation: Simulation
) -> None:
    graph = simulation.start()
    pane = open_console(terminal, free_port, CALLMON_GRAPH_URL=graph, CALLMON_ACCESS_TOKEN=simulation.token)
    spelled = simulation.start_call("p2p-incoming")
    pane.shows("● established", spelled)
    pane.press("x")
    pane.shows("Hang up call #", "The call ends for both sides.")
    pane.press("Enter")
    pane.until(lambda: "Hang up call #" not in pane.screen)
    pane.press("x")
    pane.shows("Hang up call #")
    press_until_it_counts(pane, "y", "Hang up call #")
    pane.shows("Hung up: the call has ended", "200/7000", "Ended by the bot.")
    pane.press("n", "q")
    pane.shows("exit=0")


def test_the_printed_curl_command_works_as_printed(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port)
    lines = [line.strip() for line in pane.screen.splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("curl"))
    shell = terminal()
    shell.type("\n".join(lines[start : start + 4]) + "\n")
    shell.shows("202 Accepted")
    pane.shows("incoming")
    pane.press("q")
    pane.shows("exit=0")


def test_a_second_console_follows_and_says_so(terminal: OpenTerminal, free_port: int) -> None:
    first = open_console(terminal, free_port)
    second = terminal()
    second.run("--listen", f"127.0.0.1:{free_port}")
    second.shows("another callmon listens")
    post(free_port, notification(call_id(7), "established"))
    for pane in (first, second):
        pane.shows("● established")


def test_it_is_usable_at_80_by_24_and_survives_a_resize(terminal: OpenTerminal, free_port: int) -> None:
    pane = terminal(size=(80, 24))
    pane.run("--listen", f"127.0.0.1:{free_port}")
    pane.shows("No calls yet.", "q Quit")
    post(free_port, notification(call_id(1), "incoming", "created", **caller("Ana Ruiz")))
    pane.shows("← Ana Ruiz", "x Hang up", "q Quit")
    pane.resize(132, 40)
    pane.shows("Call id", call_id(1))
    pane.resize(80, 24)
    pane.shows("← Ana Ruiz", "q Quit")


def test_quitting_leaves_a_sane_terminal_and_no_listener(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port)
    pane.press("q")
    pane.shows("exit=0")
    pane.type("stty -a | grep -c ' echo '\n")
    pane.until(lambda: pane.screen.rstrip().splitlines()[-2].strip() == "1")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{free_port}/healthz", timeout=5)


def test_a_terminated_console_restores_the_terminal(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port)
    pid = json.loads(httpx.get(f"http://127.0.0.1:{free_port}/healthz", timeout=5).content)["pid"]
    shell = terminal()
    shell.type(f"kill -TERM {pid}\n")
    pane.shows("exit=")
    assert "No calls yet." not in pane.screen


def test_the_demo_runs_with_nothing_configured(terminal: OpenTerminal) -> None:
    pane = terminal()
    pane.run("demo", "--seed", "1")
    pane.shows("DEMO", "● established")
    pane.press("q")
    pane.shows("exit=0")


def test_a_recording_comes_through_a_pipe_and_the_keys_from_the_terminal(
    terminal: OpenTerminal, tmp_path: Path
) -> None:
    body = notification(call_id(1), "established").decode()
    lines = [{"at": f"2026-03-02T09:30:{second:02}Z", "origin": "http", "body": body} for second in range(9)]
    recording = tmp_path / "monday.jsonl"
    recording.write_text("\n".join(json.dumps(line) for line in lines))
    pane = terminal()
    pane.type(f"gzip < {recording} | {sys.executable} -m callmon replay --paused -; echo exit=$?\n")
    pane.shows("REPLAY", "1 of 9", "‖ paused")
    pane.press(".", ".")
    pane.shows("3 of 9")
    pane.press("q")
    pane.shows("exit=0")
