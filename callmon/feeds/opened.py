"""One open file of a log, read piece by piece, and ahead while its turn has not come."""

from __future__ import annotations

import os
from collections import deque
from typing import NamedTuple

from callmon.feeds.file_place import Place, continues, place_at
from callmon.feeds.lines import Lines
from callmon.feeds.rotation import Descriptor, Identity

PIECE_BYTES = 256 * 1024
"""So much is read at a time."""
_MOST_AHEAD_BYTES = 1024 * 1024
"""So much is read of a file before its turn. What comes after that is found in the file, or in a copy of it."""
_COMPARED_BYTES = 256
"""So much of the beginning and of the end of an unfinished line tells whether it is still there."""


class Piece(NamedTuple):
    """Some lines, and where the next ones begin."""

    lines: list[bytes]
    place: Place


class Opened:
    """A file, from an offset on."""

    def __init__(self, descriptor: Descriptor, offset: int = 0) -> None:
        """Raises `OSError`."""
        self.descriptor = descriptor
        self.lines = Lines(offset)
        self.taken = place_at(descriptor.number, offset)
        """Up to where its lines were handed on."""
        self.place = self.taken
        """Up to where they were read."""
        self.until = 0.0
        """Of one that is followed by another: when that may come."""
        self.over = False
        """Whether it has other contents by now than what was read, so that there is no more of that in it."""
        self.seen_empty = False
        """Whether somebody saw for certain that nothing had ever been written to it."""
        self._pieces: deque[Piece] = deque()
        self._ahead = 0

    @property
    def identity(self) -> Identity:
        """Which file it is."""
        return Identity(self.taken.device, self.taken.inode)

    @property
    def untouched(self) -> bool:
        """Whether nothing was read of it yet, from its very beginning on."""
        return self.lines.read == 0

    @property
    def waiting(self) -> bool:
        """Whether lines were read that were not handed on."""
        return bool(self._pieces)

    def read_on(self) -> bool:
        """Read what there is, within bounds. False if the file was overwritten: nothing of that is taken.

        Raises `OSError`.
        """
        if self.over or self._ahead >= _MOST_AHEAD_BYTES:
            return True
        data = os.pread(self.descriptor.number, PIECE_BYTES, self.lines.read)
        # Asked after the read: what was read from a file that had been overwritten by then is thrown away.
        if self.overwritten():
            return False
        if data:
            lines = self.lines.feed(data)
            self.place = place_at(self.descriptor.number, self.lines.offset)
            self._pieces.append(Piece(lines, self.place))
            self._ahead += len(data)
        return True

    def next(self) -> Piece | None:
        """The next lines of those that were read; they count as handed on."""
        if not self._pieces:
            return None
        piece = self._pieces.popleft()
        self.taken = piece.place
        if not self._pieces:
            self._ahead = 0
        return piece

    def finish(self) -> list[bytes]:
        """There will be no more: what came after the last newline is a line as well, unless it is in a copy."""
        return [] if self.over else self.lines.finish()

    def overwritten(self) -> bool:
        """Whether what was read stands there no more. Raises `OSError`."""
        number, lines = self.descriptor.number, self.lines
        if os.fstat(number).st_size < lines.read or not continues(self.place, number):
            return True
        begun = lines.unfinished
        head, end = begun[:_COMPARED_BYTES], begun[-_COMPARED_BYTES:]
        return (
            os.pread(number, len(head), lines.read - len(begun)) != head
            or os.pread(number, len(end), lines.read - len(end)) != end
        )
