"""Lines on standard output, each complete and at once, past Python's buffers.

Nothing is left for the interpreter to write when it ends, and a thread that is stuck on a full pipe holds no lock that
the end of the program would wait for.
"""

from __future__ import annotations

import select
import sys
from typing import Any

from callmon.cli.exits import Failure


class OutputLost(Failure):
    """Standard output takes no more, as when its disk is full; to somebody who only went away it is not said."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The output cannot be written: {why}.")


def write_line(text: str) -> None:
    """Write one line. Raises `OutputLost`, or `BrokenPipeError` if nobody reads any more."""
    stdout = _stdout()
    out: Any = stdout.buffer
    raw = getattr(out, "raw", out)
    rest = memoryview(f"{text}\n".encode(stdout.encoding, "backslashreplace"))
    try:
        while rest:
            written = raw.write(rest)
            if written is None:  # a terminal or a pipe that another program made non-blocking is full
                select.select([], [raw], [])
            else:
                rest = rest[written:]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def nobody_reads() -> bool:
    """Whether standard output is a pipe or a terminal whose other side is closed. Raises `OutputLost`."""
    poll = select.poll()
    poll.register(_stdout().fileno(), 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))


def _stdout() -> Any:
    if sys.stdout is None:  # what Python makes of a descriptor that was closed when it began
        raise OutputLost("standard output is closed")
    return sys.stdout
