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
from typing import IO, Any, cast

from callmon.core.text import visible

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


class Damaged(OSError):  # noqa: N818  # its name says what is the case
    """What is packed cannot be unpacked to its end."""


class _Unpacked(io.RawIOBase):
    """What is unpacked, up to where that is possible: what stands before must not be lost for what comes after."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed
        self.damage: Exception | None = None
        """Why it ended there, if that is not the end."""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """One step of unpacking: several at once would lose those before the damage."""
        try:
            data = b"" if self.damage else self._packed.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.damage, data = error, b""
        buffer[: len(data)] = data
        return len(data)


def why_unread(name: str, error: OSError) -> str:
    """Why a file was not read, or not to its end, in a sentence or two."""
    if isinstance(error, Damaged):
        return f"{visible(name)} is damaged or cut off from some point on ({error}), so the rest of it cannot be read."
    return f"{visible(name)} cannot be read ({error.strerror or error}). Check the path and who may read it."


@contextmanager
def opened(name: str) -> Iterator[RecordingFile]:
    """Open a file, or standard input for ``-``; what is packed with gzip is unpacked.

    Raises `OSError`, also inside; and at the end `Damaged`, if what was given is not all.
    """
    with _raw(name) as raw:
        if not raw.peek(len(_GZIP)).startswith(_GZIP):
            yield RecordingFile(raw, raw, _size(raw))
            return
        with gzip.GzipFile(fileobj=raw) as packed:
            unpacked = _Unpacked(packed)
            yield RecordingFile(io.BufferedReader(unpacked), raw, _size(raw))
        if unpacked.damage is not None:
            raise Damaged(str(unpacked.damage)) from unpacked.damage


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
