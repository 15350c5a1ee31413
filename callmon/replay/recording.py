"""A journal out of a recording: it holds what has happened by its player's clock, and nothing can be written to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from threading import Event

from callmon.core.audit import Kept
from callmon.ports import BATCH, START, Entry, JournalError, Position, Stored, Ticket
from callmon.replay.player import Player

_READ_ONLY = "A recording is only played back; nothing can be written to it."


class Recording:
    """A `callmon.ports.Journal`. Entries that have not happened yet are not there.

    Who follows it goes forward only; `callmon.replay.updates` knows how to go back.
    """

    def __init__(self, name: str, entries: Sequence[Entry], player: Player) -> None:
        """The player is loaded with the times of these entries."""
        self._name = name
        self._entries = entries
        self.player = player

    @property
    def identity(self) -> str:
        """Shared with no other process."""
        return f"replay:{id(self)}"

    @property
    def location(self) -> str:
        """The name of the file."""
        return self._name

    def between(self, after: int, last: int) -> list[Stored]:
        """The entries number `after + 1` to `last`, whether they have happened or not."""
        numbered = enumerate(self._entries[after:last], after + 1)
        return [Stored(Position(str(number)), entry) for number, entry in numbered]

    def read(self, after: Position = START, limit: int = BATCH) -> Sequence[Stored]:
        """The next entries that have happened."""
        first = int(after or 0)
        return self.between(first, min(first + limit, self.player.where.index))

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        """What has happened, then what happens as it is played."""
        told = False
        while not stop.is_set():
            batch = self.read(after, BATCH)
            if batch or not told:
                yield batch
            told, after = not batch, batch[-1].position if batch else after
            if told:
                self.player.wait(int(after or 0), stop)

    def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:  # noqa: ARG002  # the protocol's
        """Fails."""
        refused: Future[None] = Future()
        refused.set_exception(JournalError(_READ_ONLY))
        return refused

    def append(self, entry: Entry) -> None:  # noqa: ARG002  # the protocol's
        """Fails."""
        raise JournalError(_READ_ONLY)

    def share(self, position: Position) -> float:  # noqa: ARG002  # the protocol's
        """All of it: what has happened is in memory."""
        return 1.0

    def bookmark(self, name: str) -> str:  # noqa: ARG002  # the protocol's
        """There is none."""
        return ""

    def trail(self) -> Kept:
        """None: a recording has no seals."""
        return Kept(0, 0, "")

    def close(self) -> None:
        """There is nothing to let go of."""
