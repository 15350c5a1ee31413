"""Lines on standard output, each complete and at once, past Python's buffers.

Nothing is left for the interpreter to write when it ends, and a thread that is stuck on a full pipe holds no lock that
the end of the program would wait for.
"""

from __future__ import annotations

import select
import sys
from typing import Any


def write_line(text: str) -> None:
    """Write one line. Raises `OSError`: `BrokenPipeError` if nobody reads any more."""
    out: Any = sys.stdout.buffer
    raw = getattr(out, "raw", out)
    rest = memoryview(f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))
    while rest:
        written = raw.write(rest)
        if written is None:  # a terminal or a pipe that another program made non-blocking is full
            select.select([], [raw], [])
        else:
            rest = rest[written:]


def nobody_reads() -> bool:
    """Whether standard output is a pipe or a terminal whose other side is closed."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))
