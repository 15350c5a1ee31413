"""What a recording tells as its player goes on, and goes back: the same snapshots as if it had all just happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

from callmon.core.custom import CustomColumn
from callmon.monitor import absorb
from callmon.replay.recording import Recording
from callmon.snapshot import Snapshot, Update

_EVERY = 1000
"""A snapshot is kept after so many entries, for going back. Snapshots share what did not change."""


class Replay:
    """Where a recording was read to, and the snapshots on the way there."""

    def __init__(self, recording: Recording, custom: Sequence[CustomColumn] = ()) -> None:
        """`custom` are columns that somebody made."""
        self._recording = recording
        self._snapshot = Snapshot(custom=tuple(custom))
        self._kept = [self._snapshot]
        self._count = 0

    def updates(self, stop: Event) -> Iterator[Update]:
        """An update whenever an entry happens, or is taken back, until `stop` is set."""
        first = True
        while not stop.is_set():
            target = self._recording.player.where.index
            if target < self._count:
                yield self._back(target)
            elif first or target > self._count:
                yield from self._on(target)
            first = False
            self._recording.player.wait(self._count, stop)

    def _on(self, target: int) -> Iterator[Update]:
        while self._count < target:
            last = min(target, (self._count // _EVERY + 1) * _EVERY)
            update = absorb(self._snapshot, self._recording.between(self._count, last))
            self._count, self._snapshot = last, update.snapshot
            if last == len(self._kept) * _EVERY:
                self._kept.append(update.snapshot)
            yield replace(update, live=last == target)

    def _back(self, target: int) -> Update:
        before = self._snapshot.board
        place = target // _EVERY
        self._count, self._snapshot = place * _EVERY, self._kept[place]
        for update in self._on(target):
            self._snapshot = update.snapshot
        # Also a call of which nothing was taken back: what is said of it may depend on the time.
        changed = frozenset(call.id for board in (before, self._snapshot.board) for call in board)
        return Update(self._snapshot, changed, live=True)
