"""In which order recorded files are read, and what comes in another order than its times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from callmon.cli.interchange import imported
from callmon.cli.recording_file import opened
from callmon.cli.splitting import pieces
from callmon.core.durations import CLOCKS_DIFFER
from callmon.core.text import counted
from callmon.feeds.extraction import Extract

_LOOKED_AT = 10_000
"""In so many lines of a file its first time is looked for."""


def in_order(names: Sequence[str], extract: Extract) -> list[str]:
    """The files by the first time that each of them tells; one that tells none keeps its place.

    Of rotated files the newest is often given first. What can be read only once, as a pipe, tells none.
    """
    if len(names) == 1:
        return list(names)
    times = {name: at for name in names if (at := _first_time(name, extract)) is not None}
    timed = iter(sorted((name for name in names if name in times), key=times.__getitem__))
    return [next(timed) if name in times else name for name in names]


def _first_time(name: str, extract: Extract) -> datetime | None:
    if name == "-" or not Path(name).is_file():
        return None
    with suppress(OSError), opened(name) as file:  # why it cannot be read is told when it is its turn
        return _first(islice(pieces(file.stream), _LOOKED_AT), extract)
    return None


def _first(lines: Iterable[bytes], extract: Extract) -> datetime | None:
    for piece in lines:
        line = imported(piece)
        taken = None if line is not None else extract(piece)
        at = line.entry.at if line is not None else taken and taken.at
        if at is not None:
            return at
    return None


@dataclass(slots=True)
class Backward:
    """Counts what is older than something before it."""

    count: int = 0
    _latest: datetime | None = None

    def saw(self, at: datetime) -> None:
        """The next one that has a time of its own."""
        if self._latest is None or at >= self._latest:
            self._latest = at
        elif self._latest - at > CLOCKS_DIFFER:
            self.count += 1

    @property
    def sentence(self) -> str:
        """What that means; empty if there are none."""
        if not self.count:
            return ""
        return (
            f"{counted(self.count, 'line')} came after one of a later time: calls take them in the order in which they"
            " came, may tell them as late, and how long these calls lasted may not be known."
        )
