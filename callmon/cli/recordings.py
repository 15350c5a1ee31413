"""Files of recorded notifications: opened, unpacked, and read as a recording that can be played."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from callmon.cli.exits import Failure
from callmon.cli.interchange import imported
from callmon.cli.splitting import pieces
from callmon.core.text import visible
from callmon.ports import Entry, EntryKind

_GZIP = b"\x1f\x8b"


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """A file, or standard input for ``-``; what is packed with gzip is unpacked. Raises `OSError`."""
    if name != "-":
        with Path(name).open("rb") as stream:
            yield from _unpacked(stream)
        return
    stdin = io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))  # which may be buffered or not
    try:
        yield from _unpacked(stdin)
    finally:
        stdin.detach()


def _unpacked(stream: io.BufferedReader[Any]) -> Iterator[IO[bytes]]:
    if not stream.peek(len(_GZIP)).startswith(_GZIP):
        yield stream
        return
    try:
        with gzip.open(stream) as unpacked:
            yield unpacked  # type: ignore[misc]  # a GzipFile reads as a file does
    except (EOFError, zlib.error) as error:
        raise OSError(f"its gzip data is damaged: {error}") from error


def recorded(name: str) -> list[Entry]:
    """What the file holds, in its order, with the times at which it came. Raises `Failure`.

    What has no time of its own came together with the one before.
    """
    entries: list[Entry] = []
    untimed = False
    try:
        with opened(name) as stream:
            for piece in pieces(stream):
                entry = imported(piece)
                untimed = untimed or entry is None
                if entry is not None or entries:
                    entries.append(entry or Entry(EntryKind.NOTIFICATION, entries[-1].at, f"replay {name}", piece))
    except OSError as error:
        raise Failure(
            f"{visible(name)} cannot be read ({error.strerror or error}). Check the path and who may read it."
        ) from error
    if not entries:
        told = "holds notifications, but not when they came" if untimed else "holds nothing"
        raise Failure(
            f"{visible(name)} {told}, so it cannot be played. What callmon export writes can; callmon import takes "
            "notifications without times."
        )
    return entries
