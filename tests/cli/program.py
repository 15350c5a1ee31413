"""callmon as its users run it: in this process, as a program of its own, and on a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from click.testing import CliRunner

from callmon.cli.main import callmon
from tests.fakes import DEADLINE_S

COMMAND = (sys.executable, "-m", "callmon")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str, stdin: bytes | None = None) -> Outcome:
    """Run the command line in this process."""
    result = CliRunner().invoke(callmon, arguments, input=stdin, catch_exceptions=False, prog_name="callmon")
    return Outcome(result.exit_code, result.stdout, result.stderr)


def run_program(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Outcome:
    """Run it as a program, without a terminal."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        timeout=DEADLINE_S * 3,
        check=False,
        env={**os.environ, **(env or {})},
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


class Running:
    """A program that goes on until it is told to stop."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def line(self, stream: str = "stderr", holding: str = "") -> str:
        """The next line of a stream that holds this text."""
        pipe = self._process.stderr if stream == "stderr" else self._process.stdout
        assert pipe is not None
        seen = []
        while (line := _line(pipe)) is not None:
            if holding in line:
                return line
            seen.append(line)
        raise AssertionError(f"it ended without {holding!r}: {seen}")

    def end(self, number: int = signal.SIGTERM) -> Outcome:
        """Send a signal and wait for the end."""
        self._process.send_signal(number)
        return self.ended()

    def ended(self) -> Outcome:
        """Wait for the end."""
        out, err = self._process.communicate(timeout=DEADLINE_S)
        return Outcome(self._process.returncode, out.decode(), err.decode())


def _line(pipe: IO[bytes]) -> str | None:
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], DEADLINE_S)
        assert ready, f"nothing more after {line!r}"
        byte = os.read(pipe.fileno(), 1)
        if not byte:
            return line.decode() or None
        line += byte
    return line.decode()


@contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """Start it as a program; it is killed at the end if it still runs."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


class Terminal:
    """A program on a terminal."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self._process = process
        self._screen = screen
        self.shown = b""

    def type(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def wait_for(self, text: str) -> None:
        """Return as soon as the terminal has been sent this text."""
        deadline = time.monotonic() + DEADLINE_S * 2
        while text.encode() not in self.shown:
            assert self._read(deadline - time.monotonic()), f"{text!r} is not among {self.shown!r}"

    def end(self) -> int:
        """Read until it ends; returns its exit code."""
        deadline = time.monotonic() + DEADLINE_S * 2
        while self._read(deadline - time.monotonic()):
            pass
        return self._process.wait(DEADLINE_S)

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.signal(signal.SIGWINCH)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            piece = os.read(self._screen, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            return False
        self.shown += piece
        return bool(piece)


@contextmanager
def on_terminal(
    *arguments: str,
    command: Sequence[str] = COMMAND,
    size: tuple[int, int] = (120, 30),
    env: Mapping[str, str] | None = None,
) -> Iterator[Terminal]:
    """Start it, or another command, on a terminal; it is killed at the end if it still runs.

    `env` is what the terminal says of itself, beside the environment of the tests.
    """
    screen, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", **(env or {})},
    )
    os.close(side)
    try:
        yield Terminal(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
