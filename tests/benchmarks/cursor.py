"""The cursor as the terminal sees it: moves it by a key, and tells how long the key took.

The reaction is the first row painted in the cursor's background with another caller than before. The cursor stays on
its call unless a key moves it, so nothing but the key can have caused that, whatever else is painted at the moment.
The time runs from the write of the key to the read that completes the caller's name.
"""

from __future__ import annotations

import re
import time

from tests.benchmarks.figures import BenchmarkError
from tests.benchmarks.terminal import Terminal

_DOWN, _UP = b"\x1b[B", b"\x1b[A"
_ROW = re.compile(rb"\x1b\[[\d;]*48;2;(\d+;\d+;\d+)[\d;]*m(Caller \d{6})")
_PATIENCE_S = 5.0
_FRAME_S = 0.3


class Cursor:
    """Of a console whose calls have numbers (see `tests.benchmarks.numbered`)."""

    def __init__(self, terminal: Terminal) -> None:
        """Finds the cursor's colour out by moving it down twice, so nothing else may happen meanwhile."""
        self._terminal = terminal
        first, second = (self._painted_by(_DOWN) for _ in range(2))
        left = {caller for _, caller in second}
        colours = {colour for colour, caller in first - second if caller in left}
        on = {caller for colour, caller in second if colour in colours}
        if len(colours) != 1 or len(on) != 1:
            raise BenchmarkError(f"no cursor is to be seen: {first} then {second}")
        (self._colour,), (self._on,) = colours, on

    def move(self, *, down: bool) -> float:
        """Press the key and return after how many seconds the cursor was on another call."""
        mark = self._terminal.painted
        pressed_at = time.perf_counter()
        self._terminal.press(_DOWN if down else _UP)
        seen: list[bytes] = []

        def look(data: bytearray) -> int | None:
            for found in _ROW.finditer(data, max(0, mark - 100)):
                if found.end() > mark and found[1] == self._colour and found[2] != self._on:
                    seen.append(found[2])
                    return found.end()
            return None

        reacted_at = self._terminal.wait_until(look, "the reaction to a key", patience_s=_PATIENCE_S)
        self._on = seen[-1]
        return reacted_at - pressed_at

    def _painted_by(self, key: bytes) -> set[tuple[bytes, bytes]]:
        """The callers that are painted after a key, each with its background."""
        mark = self._terminal.painted
        self._terminal.press(key)
        time.sleep(_FRAME_S)
        return set(_ROW.findall(self._terminal.since(mark)))
