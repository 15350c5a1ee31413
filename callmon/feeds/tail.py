"""A log file that grows, is renamed, copied and truncated: its lines in order, none twice, none left out."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from callmon.feeds.file_place import Place, continues, place_at
from callmon.feeds.lines import Lines
from callmon.feeds.rotation import Descriptor, open_regular, rotated_away

_PIECE_BYTES = 256 * 1024
_GRACE_S = 1.0
"""So long a file that got another name is read on: its writer may not know yet that there is a new one."""


class Piece(NamedTuple):
    """Some lines, and where the next ones begin."""

    lines: list[bytes]
    place: Place


@dataclass(slots=True)
class _Opened:
    descriptor: Descriptor
    lines: Lines
    place: Place
    until: float = 0.0
    """Of one that got another name: when it counts as finished."""


class Tail:
    """Reads a file piece by piece. Belongs to one thread; `close` it at the end."""

    def __init__(
        self, path: Path, place: Place | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`place` is how far it was taken before."""
        self._path = path
        self._place = self._kept = place
        self._monotonic = monotonic
        self._files: deque[_Opened] = deque()
        """The one that is read, and those to be read after it; the last one has the name that is followed."""
        self._too_long = 0
        self.lost = False
        """Whether the file was exchanged while nobody followed it, and the rest of the old one cannot be found."""
        self.absent = False
        """Whether no file has the name now. The one that had it is still read, if it was open."""

    @property
    def too_long(self) -> int:
        """How many lines were too long to be taken."""
        return self._too_long + sum(opened.lines.too_long for opened in self._files)

    @property
    def place(self) -> Place | None:
        """Where the next lines begin; None before the first look."""
        return self._place

    @property
    def waits(self) -> bool:
        """Whether it should be looked at again soon, although the file may not change."""
        return len(self._files) > 1

    def look(self) -> Piece | None:
        """The next lines; None if there are none now. Raises `OSError`, and `ValueError` for no regular file."""
        if not self._files:
            self._begin()
        opened = self._files[0]
        data = os.pread(opened.descriptor.number, _PIECE_BYTES, opened.lines.read)
        # Asked after the read: what was read from a file that had been overwritten by then is thrown away.
        if self._overwritten(opened):
            # The file has other contents than what was taken: the rest of that may be in a copy.
            self.close()
            self._begin()
            return self.look()
        if data:
            return self._piece(opened, opened.lines.feed(data))
        if len(self._files) == 1:
            self._find_new()
        elif self._monotonic() >= opened.until:
            return self._finish(opened)
        return None

    def close(self) -> None:
        """Let go of the files."""
        while self._files:
            self._drop()

    def _begin(self) -> None:
        self.absent = True
        place, newest = self._place, open_regular(self._path)
        self.absent = False
        try:
            if place is None:
                self._add(newest, 0)
                self._place = self._files[0].place
            elif os.fstat(newest.number).st_ino == place.inode and continues(place, newest.number):
                self._add(newest, place.offset)
            else:
                self._add_rotated(place)
                self._add(newest, 0)
        except BaseException:
            self.close()
            newest.close()
            raise

    def _add_rotated(self, place: Place) -> None:
        older = rotated_away(self._path, place)
        self.lost = not older and place.offset > 0 and place is self._kept
        for number, path in enumerate(older):
            with suppress(OSError, ValueError):  # compressed or removed meanwhile
                self._add(open_regular(path), place.offset if number == 0 else 0)

    def _add(self, descriptor: Descriptor, offset: int, grace_s: float = 0.0) -> None:
        if self._files and grace_s:
            self._files[-1].until = self._monotonic() + grace_s
        self._files.append(_Opened(descriptor, Lines(offset), place_at(descriptor.number, offset)))

    def _overwritten(self, opened: _Opened) -> bool:
        size = os.fstat(opened.descriptor.number).st_size
        return size < opened.lines.read or not continues(opened.place, opened.descriptor.number)

    def _find_new(self) -> None:
        """See whether the name stands for another file by now. While it stands for none, the old one is read on."""
        opened = self._files[0]
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self.absent = True
            return
        self.absent = False
        if (status.st_dev, status.st_ino) == (opened.place.device, opened.place.inode):
            return
        newest = open_regular(self._path)
        between = rotated_away(self._path, opened.place)[1:]
        for path in between:
            with suppress(OSError, ValueError):
                self._add(open_regular(path), 0, _GRACE_S)
        self._add(newest, 0, _GRACE_S)

    def _finish(self, opened: _Opened) -> Piece | None:
        lines = opened.lines.finish()
        self._drop()
        self._place = self._files[0].place
        return Piece(lines, self._place)

    def _piece(self, opened: _Opened, lines: list[bytes]) -> Piece:
        opened.place = self._place = place_at(opened.descriptor.number, opened.lines.offset)
        return Piece(lines, opened.place)

    def _drop(self) -> None:
        opened = self._files.popleft()
        self._too_long += opened.lines.too_long
        opened.descriptor.close()
