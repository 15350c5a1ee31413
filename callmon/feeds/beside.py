"""What stood beside a followed file at an earlier look, so that what a rotation brings is told from what was there."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from callmon.feeds.file_place import Place, place_at
from callmon.feeds.opened import PIECE_BYTES, Opened
from callmon.feeds.rotation import Identity, Sibling, identity, is_continued_in, open_regular, rotated

_KNOWN_BY_BYTES = 1024
"""So much of its beginning tells a file from another one that got its number when it was removed."""


class _Known(NamedTuple):
    sibling: Sibling
    place: Place


class Beside:
    """The files with rotated names, as they were while the followed one certainly had its name. Of one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[Identity, _Known] | None = None
        self._written = 0
        """When the followed file had been written to last when that was seen."""

    def forget(self) -> None:
        """What was beside says nothing any more of what came after the place that is gone on from."""
        self._known = None

    def note(self, followed: Opened) -> None:
        """Remember what is beside, if the file has its name all the while. Raises `OSError`."""
        written = _written(followed)
        known = self._look()
        # Asked after the look: what a rotation brought meanwhile must stay unknown.
        if identity(self._path.stat()) != followed.identity or followed.overwritten():
            return
        self._known, self._written = known, written
        followed.seen_empty = followed.untouched

    def newcomers(self, followed: Opened, ours: Collection[Identity]) -> list[Sibling]:
        """What was rotated away after the followed file was looked at last, in the order in which it was written.

        `ours` are those that are read or were. Where nothing is known of earlier looks, these are what was written to
        after the followed file. Raises `OSError`.
        """
        return self._unknown(_written(followed) if self._known is None else self._written, ours)

    def copies(self, followed: Opened, ours: Collection[Identity]) -> list[Sibling]:
        """What may have been copied from the followed file before it was emptied, and after it was looked at last.

        What was written to after it comes after it. Raises `OSError`.
        """
        until = _written(followed)
        since = 0 if self._known is None else self._written
        return [sibling for sibling in self._unknown(since, ours) if sibling.written <= until]

    def may_have_missed(self, followed: Opened) -> bool:
        """Whether something was written to a file that was seen empty, and of which nothing was read yet."""
        if not (followed.seen_empty and followed.untouched):
            return False
        return _written(followed) != self._written

    def missed(self, followed: Opened, ours: Collection[Identity]) -> list[Sibling]:
        """Copies of what was written to such a file before it was emptied again.

        Nothing was read that such a copy could be known by. But it came while the file changed, and holds something
        else than that does now. So an archive that is put beside a file to which nothing is written is none.
        Raises `OSError`.
        """
        found = [sibling for sibling in self.copies(followed, ours) if sibling.size]
        # The last of them may be a copy of what is not emptied yet.
        return [sibling for sibling in found if not _begins_alike(sibling, followed.descriptor.number)]

    def _unknown(self, since: int, ours: Collection[Identity]) -> list[Sibling]:
        found = [sibling for sibling in rotated(self._path) if sibling.written >= since]
        return [sibling for sibling in found if sibling.identity not in ours and not self._knows(sibling)]

    def _look(self) -> dict[Identity, _Known]:
        earlier = self._known or {}
        found = {}
        for sibling in rotated(self._path):
            known = earlier.get(sibling.identity)
            if known is None or known.sibling[1:] != sibling[1:]:
                known = _known_by(sibling)
            if known is not None:
                found[sibling.identity] = known
        return found

    def _knows(self, sibling: Sibling) -> bool:
        known = (self._known or {}).get(sibling.identity)
        if known is None or not known.place.offset:  # an empty one has nothing to know it by, nor to take twice
            return False
        return is_continued_in(known.place, sibling.path)


def _written(followed: Opened) -> int:
    return os.fstat(followed.descriptor.number).st_mtime_ns


def _known_by(sibling: Sibling) -> _Known | None:
    """None if it got another name meanwhile."""
    try:
        with closing(open_regular(sibling.path)) as opened:
            status = os.fstat(opened.number)
            if identity(status) != sibling.identity:
                return None
            return _Known(sibling, place_at(opened.number, min(status.st_size, _KNOWN_BY_BYTES)))
    except (OSError, ValueError):
        return None


def _begins_alike(sibling: Sibling, number: int) -> bool:
    """Whether a file holds what the open one holds, as far as both go."""
    try:
        with closing(open_regular(sibling.path)) as opened:
            length = min(os.fstat(opened.number).st_size, os.fstat(number).st_size, PIECE_BYTES)
            return length > 0 and os.pread(opened.number, length, 0) == os.pread(number, length, 0)
    except (OSError, ValueError):
        return True
