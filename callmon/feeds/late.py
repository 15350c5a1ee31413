"""Files that were read to their end after they got another name: a writer that did not notice may go on in them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from callmon.feeds.lines import Lines
from callmon.feeds.opened import PIECE_BYTES, Opened
from callmon.feeds.rotation import Descriptor, Identity

LATE_S = 600.0
"""So long after its last line such a file is looked at."""
MOST_LATE = 4
"""So many of them at a time."""


@dataclass(slots=True)
class _Left:
    descriptor: Descriptor
    lines: Lines
    until: float


class Late:
    """Those files. Belongs to one thread; `close` it at the end."""

    def __init__(self) -> None:
        self._left: dict[Identity, _Left] = {}
        """Those that were read to their end longest ago come first."""
        self._too_long = 0

    @property
    def too_long(self) -> int:
        """How many lines were too long to be taken."""
        return self._too_long + sum(left.lines.too_long for left in self._left.values())

    @property
    def identities(self) -> frozenset[Identity]:
        """Which files they are."""
        return frozenset(self._left)

    def add(self, opened: Opened, now: float) -> None:
        """Look at it from where it was read to; its descriptor belongs to these from now on."""
        self._left[opened.identity] = _Left(opened.descriptor, Lines(opened.lines.read), now + LATE_S)
        if len(self._left) > MOST_LATE:
            self._let_go(next(iter(self._left)))

    def look(self, now: float) -> list[bytes]:
        """Some lines that were written where nobody should write any more. Raises `OSError`."""
        for identity, left in tuple(self._left.items()):
            data = os.pread(left.descriptor.number, PIECE_BYTES, left.lines.read)
            lines: list[bytes] = []
            if data:
                left.until = now + LATE_S
                lines = left.lines.feed(data)
            elif now >= left.until:
                lines = left.lines.finish()
                self._let_go(identity)
            if lines:
                return lines
        return []

    def give_back(self, identity: Identity) -> int:
        """Where to read on in one that has its name again; 0 for any other file. It is none of these any more."""
        left = self._left.get(identity)
        if left is None:
            return 0
        self._let_go(identity)
        return left.lines.offset

    def close(self) -> None:
        """Let go of all."""
        for identity in tuple(self._left):
            self._let_go(identity)

    def _let_go(self, identity: Identity) -> None:
        left = self._left.pop(identity)
        self._too_long += left.lines.too_long
        left.descriptor.close()
