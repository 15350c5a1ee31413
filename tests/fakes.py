"""Stand-ins that satisfy the protocols of `callmon.ports` without a disk or a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Condition, Event
from uuid import uuid4

from callmon.core.audit import SEALED, Kept, seal
from callmon.journal.marks import latest, moved
from callmon.journal.stretch import share
from callmon.ports import BATCH, START, Entry, EntryKind, JournalError, Position, Stored, Ticket

DEADLINE_S = 10.0
"""How long a test waits for what must happen; only a failing test ever waits that long."""

_LIVE_POLL_S = 0.01


class MemoryJournal:
    """A `callmon.ports.Journal` in memory.

    `hold` keeps back every commit until `release`; `fail` makes commits fail until `recover`. A submission that
    is held back meets whatever holds when it is released.
    """

    def __init__(self, identity: str | None = None) -> None:
        self._identity = identity or f"memory:{uuid4()}"
        self._changed = Condition()
        self._stored: list[Stored] = []
        self._queue: list[tuple[Sequence[Entry], Future[None]]] = []
        self._submissions: list[tuple[Entry, ...]] = []
        self._held = False
        self._closed = False
        self._failure: str | None = None
        self._unreadable: Callable[[], JournalError] | None = None
        self._bookmarks: dict[str, str] = {}
        self.tickets: list[Ticket] = []
        """Of all submissions that had one."""
        self._seal = ""

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def location(self) -> str:
        return "memory"

    def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:
        done: Future[None] = Future()
        with self._changed:
            self._submissions.append(tuple(entries))
            self.tickets += [ticket] if ticket else []
            self._queue.append((tuple(entries), done))
            self._changed.notify_all()
        self._commit()
        return done

    def append(self, entry: Entry) -> None:
        self.submit([entry]).result()

    def trail(self) -> Kept:
        with self._changed:
            return Kept(0, sum(1 for stored in self._stored if stored.seal), self._seal)

    def read(self, after: Position = START, limit: int = BATCH) -> Sequence[Stored]:
        with self._changed:
            self._must_be_open()
            return self._after(after, limit)

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        told = False
        while not stop.is_set():
            with self._changed:
                self._must_be_open()
                batch = self._after(after, BATCH)
                if not batch and told:
                    self._changed.wait(_LIVE_POLL_S)  # an Event cannot wake a Condition, so `stop` is looked at
                    continue
            told = not batch
            after = batch[-1].position if batch else after
            yield batch

    def close(self) -> None:
        self.release()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def hold(self) -> None:
        """Commit nothing until `release`."""
        with self._changed:
            self._held = True

    def release(self) -> None:
        """Commit what was held back, in order."""
        with self._changed:
            self._held = False
        self._commit()

    def fail(self, sentence: str = "The disk is full.") -> None:
        """Let every commit fail until `recover`."""
        with self._changed:
            self._failure = sentence

    def fail_reading(
        self, sentence: str = "The disk reports an error.", kind: type[JournalError] = JournalError
    ) -> None:
        """Let every reader fail until `recover`."""
        with self._changed:
            self._unreadable = partial(kind, sentence)
            self._changed.notify_all()

    def recover(self) -> None:
        """Commit again, and be readable again."""
        with self._changed:
            self._failure = None
            self._unreadable = None

    @property
    def submissions(self) -> Sequence[tuple[Entry, ...]]:
        """What each call of `submit` handed over, durable or not."""
        with self._changed:
            return tuple(self._submissions)

    def entries(self, *kinds: EntryKind) -> Sequence[Entry]:
        """The durable entries, of these kinds if any are named."""
        with self._changed:
            return [item.entry for item in self._stored if not kinds or item.entry.kind in kinds]

    def wait_until(self, holds: Callable[[MemoryJournal], bool]) -> None:
        """Return as soon as `holds(journal)`; it is asked after every submission and commit."""
        with self._changed:
            if not self._changed.wait_for(lambda: holds(self), DEADLINE_S):
                raise AssertionError(f"not so within {DEADLINE_S:g} s; submitted: {self._submissions}")

    def _commit(self) -> None:
        with self._changed:
            if self._held:
                return
            ready, self._queue = self._queue, []
            failure = "The journal is closed." if self._closed else self._failure
            failures = [self._tried(entries) if failure is None else JournalError(failure) for entries, _ in ready]
            self._changed.notify_all()
        # Outside the lock: whoever waits may at once call the journal again.
        for (_, done), failed in zip(ready, failures, strict=True):
            if failed is None:
                done.set_result(None)
            else:
                done.set_exception(failed)

    def move_bookmark(self, name: str, value: str) -> None:
        """As another process would."""
        with self._changed:
            self._bookmarks[name] = value

    def _tried(self, entries: Sequence[Entry]) -> JournalError | None:
        for mark in latest(entries):
            if mark.after is not None and self._bookmarks.get(mark.name, "") != mark.after:
                return moved()
        self._store(entries)
        return None

    def share(self, position: Position) -> float:
        with self._changed:
            self._must_be_open()
            return share(int(position or 0), 1, len(self._stored))

    def bookmark(self, name: str) -> str:
        with self._changed:
            self._must_be_open()
            return self._bookmarks.get(name, "")

    def _store(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.bookmark is not None:
                self._bookmarks[entry.bookmark.name] = entry.bookmark.value
            mark = ""
            if entry.kind in SEALED:
                mark = self._seal = seal(
                    self._seal, entry.kind, entry.at, origin=entry.origin, bot=entry.bot, body=entry.body
                )
            stored = entry._replace(bookmark=None)
            self._stored.append(Stored(Position(str(len(self._stored) + 1)), stored, mark))

    def _after(self, after: Position, limit: int) -> Sequence[Stored]:
        first = int(after or 0)
        return self._stored[first : first + limit]

    def _must_be_open(self) -> None:
        if self._closed:
            raise JournalError("The journal is closed.")
        if self._unreadable:
            raise self._unreadable()
