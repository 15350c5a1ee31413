"""A file of recorded notifications, opened: plain or gzip, a file or standard input, with how far it was read."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """What is read."""

    stream: IO[bytes]
    """Unpacked."""
    raw: io.BufferedReader
    """As it lies there."""
    size: int | None
    """Of what lies there; None for a pipe."""

    @property
    def position(self) -> int:
        """How much of `size` was read."""
        return self.raw.tell() if self.size is not None else 0


@contextmanager
def opened(name: str) -> Iterator[RecordingFile]:
    """Open a file, or standard input for ``-``; what is packed with gzip is unpacked. Raises `OSError`, also inside."""
    with _raw(name) as raw:
        if not raw.peek(len(_GZIP)).startswith(_GZIP):
            yield RecordingFile(raw, raw, _size(raw))
            return
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield RecordingFile(cast("IO[bytes]", unpacked), raw, _size(raw))
        except (EOFError, zlib.error) as error:
            raise OSError(f"its gzip data is damaged: {error}") from error


@contextmanager
def _raw(name: str) -> Iterator[io.BufferedReader]:
    if name != "-":
        with Path(name).open("rb") as file:
            yield file
        return
    if sys.stdin is None:  # what Python makes of a descriptor that was closed when it began
        raise OSError("standard input is closed")
    # Standard input may be buffered or not; this can be peeked into.
    stdin: io.BufferedReader = io.BufferedReader(cast("io.FileIO", sys.stdin.buffer))
    try:
        yield stdin
    finally:
        stdin.detach()  # else it would be closed with this


def _size(raw: io.BufferedReader) -> int | None:
    try:
        status = os.fstat(raw.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
