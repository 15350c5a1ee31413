"""A log file that grows, is renamed, copied and truncated: its lines in order, none twice, none left out."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from callmon.feeds.file_place import Place, continues, place_at
from callmon.feeds.lines import Lines
from callmon.feeds.rotation import Descriptor, open_regular, rotated_away

_PIECE_BYTES = 256 * 1024
_GRACE_S = 1.0
"""So long the new file waits for one that got another name, whose writer may not know yet that there is a new one."""
_LATE_S = 600.0
"""So long after its last line that one is looked at all the same: a writer may take its time."""
_MOST_LATE = 4
"""So many of them at a time."""
_COMPARED_BYTES = 256
"""So much of the beginning and of the end of an unfinished line tells whether it is still there."""


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
    """Of one that got another name: when the next file may come, and after that when it is let go of."""


class Tail:
    """Reads a file piece by piece. Belongs to one thread; `close` it at the end."""

    def __init__(
        self, path: Path, place: Place | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`place` is how far it was taken before."""
        self._path = path
        self._place = place
        self._monotonic = monotonic
        self._files: deque[_Opened] = deque()
        """The one that is read, and those to be read after it; the last one has the name that is followed."""
        self._late: list[_Opened] = []
        """Those that were read before, where somebody may still write."""
        self._too_long = 0
        self.losses = 0
        """How often the file was exchanged or emptied when perhaps not all of it had been read, and the rest cannot be
        found."""
        self.absent = False
        """Whether no file has the name now. The one that had it is still read, if it was open."""

    @property
    def too_long(self) -> int:
        """How many lines were too long to be taken."""
        return self._too_long + sum(opened.lines.too_long for opened in (*self._files, *self._late))

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
            if opened.place.offset == 0:
                self.losses += 1  # the beginning of its first line was read, and no copy is known by that
            self._drop_files()
            self._begin()
            return self.look()
        if data:
            return self._piece(opened, opened.lines.feed(data))
        if len(self._files) == 1:
            self._find_new()
        elif self._monotonic() >= opened.until:
            return self._finish(opened)
        return self._look_at_late()

    def close(self) -> None:
        """Let go of the files."""
        self._drop_files()
        while self._late:
            self._let_go(self._late.pop())

    def _begin(self) -> None:
        self.absent = True
        place, newest = self._place, open_regular(self._path)
        self.absent = False
        try:
            if place is None:
                self._add(newest, 0)
            else:
                self._go_on(place, newest)
        except BaseException:
            self._drop_files()
            newest.close()
            raise
        self._place = self._files[0].place

    def _go_on(self, place: Place, newest: Descriptor) -> None:
        is_same = os.fstat(newest.number).st_ino == place.inode and continues(place, newest.number)
        older = [] if is_same else rotated_away(self._path, place)
        # A file that was restored or edited has another number than what was taken of it.
        is_copy = place.offset > 0 and not _is_numbered(older, place.inode) and continues(place, newest.number)
        if is_same or is_copy:
            self._add(newest, place.offset)
            return
        for number, path in enumerate(older):
            with suppress(OSError, ValueError):  # compressed or removed meanwhile
                self._add(open_regular(path), place.offset if number == 0 else 0)
        if not self._files and place.offset > 0:
            self.losses += 1
        self._add(newest, 0)

    def _add(self, descriptor: Descriptor, offset: int, grace_s: float = 0.0) -> None:
        if self._files and grace_s:
            self._files[-1].until = self._monotonic() + grace_s
        self._files.append(_Opened(descriptor, Lines(offset), place_at(descriptor.number, offset)))

    def _overwritten(self, opened: _Opened) -> bool:
        number, lines = opened.descriptor.number, opened.lines
        if os.fstat(number).st_size < lines.read or not continues(opened.place, number):
            return True
        begun = lines.unfinished
        head, end = begun[:_COMPARED_BYTES], begun[-_COMPARED_BYTES:]
        return (
            os.pread(number, len(head), lines.read - len(begun)) != head
            or os.pread(number, len(end), lines.read - len(end)) != end
        )

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

    def _finish(self, opened: _Opened) -> Piece:
        """It has had its time: the next one is read now."""
        read = opened.lines.read
        lines = opened.lines.finish()
        self._files.popleft()
        self._too_long += opened.lines.too_long
        self._late.append(_Opened(opened.descriptor, Lines(read), opened.place, self._monotonic() + _LATE_S))
        if len(self._late) > _MOST_LATE:
            self._let_go(self._late.pop(0))
        self._place = self._files[0].place
        return Piece(lines, self._place)

    def _look_at_late(self) -> Piece | None:
        """What was written where nobody should write any more. The place is not in there, so it stays as it is."""
        now = self._monotonic()
        for opened in tuple(self._late):
            data = os.pread(opened.descriptor.number, _PIECE_BYTES, opened.lines.read)
            if data:
                opened.until = now + _LATE_S
                lines = opened.lines.feed(data)
            elif now >= opened.until:
                lines = opened.lines.finish()
                self._late.remove(opened)
                self._let_go(opened)
            else:
                continue
            if lines and self._place is not None:
                return Piece(lines, self._place)
        return None

    def _piece(self, opened: _Opened, lines: list[bytes]) -> Piece:
        opened.place = self._place = place_at(opened.descriptor.number, opened.lines.offset)
        return Piece(lines, opened.place)

    def _drop_files(self) -> None:
        while self._files:
            self._let_go(self._files.popleft())

    def _let_go(self, opened: _Opened) -> None:
        self._too_long += opened.lines.too_long
        opened.descriptor.close()


def _is_numbered(files: Sequence[Path], inode: int) -> bool:
    """Whether the first of them is the file with this number."""
    try:
        return bool(files) and files[0].stat().st_ino == inode
    except OSError:
        return False
