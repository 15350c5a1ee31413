"""A log file that grows, is renamed, copied and truncated: its lines in order, none twice, none left out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from callmon.feeds.beside import Beside
from callmon.feeds.file_place import Place
from callmon.feeds.late import Late
from callmon.feeds.opened import Opened, Piece
from callmon.feeds.rotation import Identity, identity
from callmon.feeds.succession import Succession, begun, copied, missed, rotated_between

_GRACE_S = 1.0
"""So long the new file waits for one that got another name, whose writer may not know yet that there is a new one."""
_MOST_FILES = 8
"""With more of them to read, the first one's time is over at once."""


class Tail:
    """Reads a file piece by piece. Belongs to one thread; `close` it at the end."""

    def __init__(
        self, path: Path, place: Place | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`place` is how far it was taken before."""
        self._path = path
        self._place = place
        self._monotonic = monotonic
        self._files: list[Opened] = []
        """The one that is read, and those to be read after it; the last one has the name that is followed. It may be
        emptied while it waits, so it is read ahead."""
        self._late = Late()
        self._beside = Beside(path)
        self._too_long = 0
        self.losses = 0
        """How often the file was exchanged or emptied when perhaps not all of it had been read, and the rest cannot be
        found."""
        self.absent = False
        """Whether no file has the name now. The one that had it is still read, if it was open."""

    @property
    def too_long(self) -> int:
        """How many lines were too long to be taken."""
        return self._too_long + sum(opened.lines.too_long for opened in self._files) + self._late.too_long

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
        self._read_on()
        piece = self._files[0].next() or self._finish()
        if piece is not None:
            self._place = piece.place
            return piece
        self._look_for_new()
        lines = self._late.look(self._monotonic())
        # The place is not in there, so it stays as it is.
        return Piece(lines, self._place) if lines and self._place else None

    def close(self) -> None:
        """Let go of the files."""
        while self._files:
            opened = self._files.pop()
            self._too_long += opened.lines.too_long
            opened.descriptor.close()
        self._late.close()

    def _begin(self) -> None:
        self.absent = True
        succession = begun(self._path, self._place)
        self.absent = False
        self._beside.forget()
        self.losses += succession.lost
        self._files = [Opened(*found) for found in succession.files]
        self._place = self._files[0].taken
        self._note()

    def _read_on(self) -> None:
        """Read what there is in the first file, and in the last one."""
        self._look_for_missed()
        self._read(0)
        if self.waits:
            self._read(-1)

    def _read(self, number: int) -> None:
        if self._files[number].read_on():
            return
        while not self._files[number].read_on():
            self._replace(self._files[number])
        self._note()

    def _look_for_missed(self) -> None:
        last = self._files[-1]
        if self._beside.may_have_missed(last):
            self._insert(missed(self._path, last, self._beside, self._ours), last)
            last.seen_empty = False

    def _replace(self, emptied: Opened) -> None:
        """The file has other contents than what was read: the rest of that may be in a copy, and it is begun anew."""
        succession = copied(self._path, emptied, self._beside, self._ours)
        self.losses += succession.lost
        anew = Opened(emptied.descriptor)
        anew.until, emptied.over = emptied.until, True
        at = self._files.index(emptied)
        self._files[at : at + 1] = [emptied, anew] if emptied.waiting else [anew]
        if not emptied.waiting:
            self._too_long += emptied.lines.too_long
        self._insert(succession, anew)

    def _insert(self, succession: Succession, before: Opened) -> None:
        at = self._files.index(before)
        self._files[at:at] = [Opened(*found) for found in succession.files]
        self._place = self._files[0].taken

    def _finish(self) -> Piece | None:
        """Of the first file there is no more for now: if it has had its time, the next one is read."""
        first, now = self._files[0], self._monotonic()
        if not self.waits or not (first.over or now >= first.until or len(self._files) > _MOST_FILES):
            return None
        lines = first.finish()
        del self._files[0]
        self._too_long += first.lines.too_long
        if not first.over:  # else it is begun anew with the same descriptor
            self._late.add(first, now)
        # In one piece: between two, only a copy might hold what was read ahead, and that may be gone after a crash.
        more, place = self._files[0].next() or Piece([], self._files[0].taken)
        return Piece(lines + more, place)

    def _look_for_new(self) -> None:
        """See whether the name stands for another file by now. While it stands for none, the old one is read on."""
        last = self._files[-1]
        try:
            has_name = identity(self._path.stat()) == last.identity
            succession = None if has_name else rotated_between(self._path, last, self._beside, self._ours)
        except FileNotFoundError:
            self.absent = True
            return
        self.absent = False
        if succession is None:
            self._note()
        else:
            self._add(succession)

    def _add(self, succession: Succession) -> None:
        *between, newest = succession.files
        its_identity = identity(os.fstat(newest.descriptor.number))
        if its_identity in (opened.identity for opened in self._files):
            succession.close()  # it has its old name again, and is read on when its time is over
            return
        newest = newest._replace(offset=self._late.give_back(its_identity))
        until = self._monotonic() + _GRACE_S
        for found in (*between, newest):
            self._files[-1].until = until
            self._files.append(Opened(*found))
        self._files[-1].read_on()
        self._note()

    @property
    def _ours(self) -> frozenset[Identity]:
        return self._late.identities.union(opened.identity for opened in self._files)

    def _note(self) -> None:
        with suppress(OSError):  # of a directory that cannot be read nothing is known
            self._beside.note(self._files[-1])
