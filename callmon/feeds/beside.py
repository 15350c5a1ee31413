"""What a rotation brings beside a followed file."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from callmon.feeds.opened import Opened
from callmon.feeds.rotation import Identity, Sibling, rotated


class Beside:
    """The files with rotated names."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def newcomers(self, followed: Opened, ours: Collection[Identity]) -> list[Sibling]:
        """What was rotated away after the followed file was written to last, in the order in which it was written.

        `ours` are those that are read or were. Raises `OSError`.
        """
        return self._since(_written(followed), ours)

    def copies(self, followed: Opened, ours: Collection[Identity]) -> list[Sibling]:
        """What may have been copied from the followed file before it was emptied.

        What was written to after it comes after it. Raises `OSError`.
        """
        until = _written(followed)
        return [sibling for sibling in self._since(0, ours) if sibling.written <= until]

    def _since(self, since: int, ours: Collection[Identity]) -> list[Sibling]:
        found = [sibling for sibling in rotated(self._path) if sibling.written >= since]
        return [sibling for sibling in found if sibling.identity not in ours]


def _written(followed: Opened) -> int:
    return os.fstat(followed.descriptor.number).st_mtime_ns
