"""A terminal that looks at its clock: runs a program on a pty, takes what it paints, and remembers when it came."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Self

from tests.benchmarks.figures import BenchmarkError
from tests.benchmarks.processes import ROOT, die_with_parent, environment, kill

COLUMNS, ROWS = 132, 40
PATIENCE_S = 60.0

ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[PX^_\]].*?(?:\x1b\\|\x07)|[ -/]*[0-~])", re.DOTALL)
"""What the terminal is told beside the text."""
_READ_BYTES = 65536
_SHOWN_BYTES = 300
# Mode 2026, synchronised output: what is between the two is one frame.
_CAN_SYNCHRONISE = b"\x1b[?2026;2$y"
_FRAME_ENDS = b"\x1b[?2026l"


class Terminal:
    """A program on a pty of 132 by 40 in true colour. A context manager; afterwards the program is gone."""

    def __init__(self, arguments: Sequence[str], home: Path, *, counts_frames: bool = False) -> None:
        """With `counts_frames` it says that it can synchronise output, so that every frame is marked as one.

        Without, it answers no query, as a plain xterm would not this one, and the marks cost no bytes.
        """
        self.home = home
        """Where the program finds its settings and leaves its traces."""
        self._arguments = tuple(arguments)
        self._env = environment(home, TERM="xterm-256color", COLORTERM="truecolor")
        self._counts_frames = counts_frames
        self._changed = Condition()
        self._data = bytearray()
        self._ends: list[int] = []
        self._times: list[float] = []
        self._ended = False
        self.started = 0.0
        """When the program was started (`time.perf_counter`)."""

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            self._arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=self._env,
            start_new_session=True,
            preexec_fn=_on_this_terminal,  # noqa: PLW1509  # nothing but two system calls
        )
        os.close(slave)
        self._reader = Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()
        if self._counts_frames:
            os.write(self._master, _CAN_SYNCHRONISE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        kill(self._process)
        self._reader.join()
        os.close(self._master)

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._process.pid

    @property
    def painted(self) -> int:
        """How many bytes have come."""
        with self._changed:
            return len(self._data)

    def since(self, mark: int) -> bytes:
        """What has come after so many bytes."""
        with self._changed:
            return bytes(self._data[mark:])

    def frames_since(self, mark: int) -> int:
        """How many frames have come after so many bytes; only if the terminal counts them."""
        return self.since(mark).count(_FRAME_ENDS)

    def press(self, key: bytes) -> None:
        """Send the bytes of a key."""
        os.write(self._master, key)

    def wait_for(self, what: bytes, *, mark: int = 0, patience_s: float = PATIENCE_S) -> float:
        """When this text had come in full, looked for after so many bytes (`time.perf_counter`)."""

        def look(data: bytearray) -> int | None:
            place = data.find(what, mark)
            return None if place < 0 else place + len(what)

        return self.wait_until(look, repr(what), patience_s=patience_s)

    def wait_until(
        self, look: Callable[[bytearray], int | None], what: str, *, patience_s: float = PATIENCE_S
    ) -> float:
        """When the bytes had come that `look` asks for; it is given all bytes and returns how many it took, or None."""
        deadline = time.monotonic() + patience_s
        with self._changed:
            while (end := look(self._data)) is None:
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    why = "the program ended" if self._ended else f"not within {patience_s:g} s"
                    last = ESCAPES.sub(b" ", bytes(self._data[-_SHOWN_BYTES:])).decode(errors="replace")
                    raise BenchmarkError(f"{what} did not come: {why}. Last on the screen: {' '.join(last.split())}")
                self._changed.wait(left)
            return self._times[bisect_left(self._ends, end)]

    def first_frame(self) -> float:
        """When as many characters had come as the screen has cells (`time.perf_counter`)."""

        def look(data: bytearray) -> int | None:
            full = COLUMNS * ROWS
            if len(data) < full:
                return None
            for end in self._ends:
                if end >= full and len(ESCAPES.sub(b"", bytes(data[:end])).decode(errors="ignore")) >= full:
                    return end
            return None

        return self.wait_until(look, "a full frame")

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, _READ_BYTES)
            except OSError:  # EIO: nobody has the other side open any more
                data = b""
            now = time.perf_counter()
            with self._changed:
                if data:
                    self._data += data
                    self._ends.append(len(self._data))
                    self._times.append(now)
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return


def _on_this_terminal() -> None:
    die_with_parent()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
