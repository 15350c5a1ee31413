"""The terminal goes away, or the program is told to: it is gone at once, and nothing is lost."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import OpenTerminal
from tests.e2e.console import open_console, post
from tests.e2e.terminal import DEADLINE_S
from tests.tui.stage import call_id, notification

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("controlling", [True, False], ids=["SIGHUP", "no controlling terminal"])
def test_when_the_terminal_goes_away_so_does_the_console(tmp_path: Path, free_port: int, controlling: bool) -> None:
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CALLMON_")}
    environment |= {"TERM": "xterm-256color", "CALLMON_JOURNAL": str(tmp_path / "journal.db")}
    command = [sys.executable, "-m", "callmon", "--listen", f"127.0.0.1:{free_port}"]
    if controlling:
        command = [sys.executable, "-c", _TAKE_TERMINAL, *command]
    console = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    os.close(slave)
    try:
        until(lambda: b"No calls yet" in os.read(master, 65536))
        post(free_port, notification(call_id(1), "established"))
        os.close(master)
        console.wait(timeout=5)
    finally:
        console.kill()
        console.wait()
    shown = subprocess.run(
        [sys.executable, "-m", "callmon", "show", call_id(1), "--json"],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert json.loads(shown.stdout)["state"] == "established"


_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end


def pid_of(port: int) -> int:
    return int(httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["pid"])


def test_a_console_that_is_told_to_end_does_so_and_keeps_what_was_accepted(
    terminal: OpenTerminal, free_port: int
) -> None:
    pane = open_console(terminal, free_port)
    post(free_port, notification(call_id(1), "established"))
    pane.shows("● established")
    os.kill(pid_of(free_port), signal.SIGTERM)
    pane.shows("exit=0")
    pane.run("list")
    pane.shows("established", call_id(1))


def test_suspended_and_resumed_the_board_is_back_and_says_what_was_missed(
    terminal: OpenTerminal, free_port: int
) -> None:
    pane = open_console(terminal, free_port)
    post(free_port, notification(call_id(1), "established"))
    pane.shows("● established")
    pid = pid_of(free_port)
    pane.press("C-z")
    pane.until(lambda: _state(pid) == "T" and "● established" not in pane.screen)
    pane.type("echo back in the shell\n")
    pane.until(lambda: pane.screen.count("back in the shell") >= 2)
    time.sleep(6)  # a shorter stop is not worth a word, and only real time tells
    pane.type("fg\n")
    pane.shows("● established", "1 in doubt", "gap ", "q Quit")
    post(free_port, notification(call_id(1), "hold"))
    pane.shows("‖ hold")
    pane.until(lambda: "in doubt" not in pane.screen)
    pane.press("q")
    pane.shows("exit=")


def _state(pid: int) -> str:
    """One letter (proc_pid_stat(5)): T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
