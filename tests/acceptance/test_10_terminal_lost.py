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
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import httpx
import pytest

from callmon.cli.exits import ExitCode
from tests.cli.program import running
from tests.e2e.conftest import OpenTerminal, needs
from tests.e2e.console import open_console, post
from tests.e2e.terminal import DEADLINE_S
from tests.redis_server import RedisServer
from tests.tui.stage import call_id, notification

pytestmark = pytest.mark.e2e


GONE_WITHIN_S = 2.0
"""A second is what is promised; the rest is for a machine that is busy with other tests."""


class Console:
    """A console on a terminal of its own."""

    def __init__(self, port: int, journal: str, *, controlling: bool = True) -> None:
        self.master, slave = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CALLMON_")}
        self.environment = environment | {"TERM": "xterm-256color", "CALLMON_JOURNAL": journal}
        command = [sys.executable, "-m", "callmon", "--listen", f"127.0.0.1:{port}"]
        if controlling:
            command = [sys.executable, "-c", _TAKE_TERMINAL, *command]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=self.environment, start_new_session=True
        )
        os.close(slave)

    def shows(self, text: bytes) -> None:
        """Wait until it is sent to the terminal."""
        seen = b""

        def found() -> bool:
            nonlocal seen
            seen += os.read(self.master, 65536)
            return text in seen

        until(found)

    def terminal_goes(self) -> None:
        """The terminal is closed."""
        os.close(self.master)
        self.master = -1

    def is_told_to_end(self) -> None:
        """The system wants it to end."""
        self.process.send_signal(signal.SIGTERM)
        self._leave_unread()

    def is_quit(self) -> None:
        """The operator has enough."""
        os.write(self.master, b"q")
        self._leave_unread()

    def _leave_unread(self) -> None:
        """What it still paints is to be taken, or it could not end."""
        reader = Thread(target=self._read_on, daemon=True)
        reader.start()

    def _read_on(self) -> None:
        with suppress(OSError):
            while os.read(self.master, 65536):
                pass

    def close(self) -> None:
        """It is no more."""
        self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    @property
    def kept(self) -> str:
        """The state of the first call in the journal."""
        shown = subprocess.run(
            [sys.executable, "-m", "callmon", "show", call_id(1), "--json"],
            env=self.environment,
            capture_output=True,
            check=True,
        )
        return str(json.loads(shown.stdout)["state"])


_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("controlling", [True, False], ids=["SIGHUP", "no controlling terminal"])
def test_when_the_terminal_goes_away_so_does_the_console(tmp_path: Path, free_port: int, controlling: bool) -> None:
    with closing(Console(free_port, str(tmp_path / "journal.db"), controlling=controlling)) as console:
        console.shows(b"No calls yet")
        post(free_port, notification(call_id(1), "established"))
        console.terminal_goes()
        console.process.wait(GONE_WITHIN_S)
        assert console.kept == "established"


@pytest.mark.parametrize("end", [Console.terminal_goes, Console.is_told_to_end, Console.is_quit])
def test_it_is_gone_as_soon_while_the_journal_does_not_answer(
    tmp_path: Path, free_port: int, end: Callable[[Console], None]
) -> None:
    needs("redis-server")
    server = RedisServer(tmp_path).start()
    try:
        with closing(Console(free_port, server.url())) as console:
            console.shows(b"No calls yet")
            post(free_port, notification(call_id(1), "established"))
            os.kill(server.pid, signal.SIGSTOP)
            end(console)
            console.process.wait(GONE_WITHIN_S)
            os.kill(server.pid, signal.SIGCONT)
            assert console.kept == "established"
    finally:
        os.kill(server.pid, signal.SIGCONT)
        server.stop()


def test_a_collector_that_is_told_to_end_is_gone_as_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("redis-server")
    (tmp_path / "bot.log").write_bytes(notification(call_id(1), "established") + b"\n")
    server = RedisServer(tmp_path).start()
    monkeypatch.setenv("CALLMON_JOURNAL", server.url())
    try:
        with running("listen", "--listen", "127.0.0.1:0", "--follow", str(tmp_path / "bot.log")) as collector:
            collector.line(holding="Following")
            os.kill(server.pid, signal.SIGSTOP)
            begun = time.monotonic()
            outcome = collector.end()
            took = time.monotonic() - begun
    finally:
        os.kill(server.pid, signal.SIGCONT)
        server.stop()
    assert took < GONE_WITHIN_S
    assert outcome.code == ExitCode.DONE
    assert outcome.err.count("Stopped: ") == 1


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


def test_suspended_in_a_pipe_and_in_a_script_the_shell_is_back(
    terminal: OpenTerminal, free_port: int, tmp_path: Path
) -> None:
    """As in ``kubectl logs -f | callmon --follow -``: a shell waits for the whole job."""
    script = tmp_path / "watch.sh"
    callmon = f"{sys.executable} -m callmon --follow - --listen 127.0.0.1:{free_port}"
    script.write_text(f"sleep 1000 | {callmon}\necho the script goes on\n")
    pane = terminal()
    for command in (f"sleep 1000 | {callmon}", f"sh {script}"):
        pane.type(f"{command}\n")
        pane.shows("No calls yet")
        pane.press("C-z")
        pane.until(lambda: "No calls yet" not in pane.screen)
        pane.type("echo back in $((40 + 2))\n")
        pane.shows("back in 42")
        pane.type("fg\n")
        pane.shows("No calls yet", "q Quit")
        pane.press("q")
        pane.until(lambda: "No calls yet" not in pane.screen)
        pane.press("C-c")  # what sleeps
        pane.type("clear\n")
        pane.until(lambda: "back in" not in pane.screen)


def test_without_a_shell_to_go_back_to_it_goes_on_and_says_so(tmp_path: Path, free_port: int) -> None:
    """As with ``ssh -t host callmon``: once stopped, nobody could ever wake it."""
    with closing(Console(free_port, str(tmp_path / "journal.db"))) as console:
        console.shows(b"No calls yet")
        os.write(console.master, b"\x1a")
        console.shows(b"There is no shell to go back to.")


def test_hung_up_while_the_terminal_is_there_it_gives_that_back(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port)
    os.kill(pid_of(free_port), signal.SIGHUP)
    pane.shows("exit=0")
    assert "No calls yet" not in pane.screen
    pane.type("echo $((40 + 2)) is on the screen\n")
    pane.shows("42 is on the screen")


def _state(pid: int) -> str:
    """One letter (proc_pid_stat(5)): T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
