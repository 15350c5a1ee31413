"""The journal in a Redis stream: for collectors and consoles on several machines.

What an acknowledged entry survives depends on how Redis keeps its data: with ``appendfsync always`` a crash of the
machine, with ``everysec`` all but its last second or two
(https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Event
from typing import TypeVar

from redis.backoff import ExponentialBackoff

from callmon.core.audit import Kept
from callmon.journal.addresses import RedisAddress
from callmon.journal.following import replay_and_wait
from callmon.journal.group_commit import GroupCommit
from callmon.journal.redis_client import Client, client_of
from callmon.journal.redis_errors import patiently, translated
from callmon.journal.redis_follower import Place
from callmon.journal.redis_rows import NOWHERE, Once, StreamId, to_id, to_marks, to_microseconds, to_moment, to_row
from callmon.journal.redis_store import RedisStore
from callmon.journal.redis_writer import Item, RedisWriter
from callmon.journal.stretch import share
from callmon.ports import BATCH, START, Entry, JournalError, Position, Stored, Ticket

PATIENCE_S = 5.0
"""How long to try to reach Redis before the entries waiting are refused, or a reader is told."""

_BLOCK_S = 0.4
"""How long a follower waits in Redis before it looks whether it shall stop."""
_BREATH_S = 0.02
"""How long a follower lets news gather before it asks; 50 ms are promised."""

_T = TypeVar("_T")


class RedisJournal:
    """The journal in a Redis. Made by `open`; satisfies `callmon.ports.Journal`."""

    def __init__(
        self, connect: Callable[[], Client], store: RedisStore, identity: str, *, replicas: int, patience_s: float
    ) -> None:
        self._connect = connect
        self._store = store
        self._identity = identity
        self._patience_s = patience_s
        self._backoff = ExponentialBackoff(cap=0.5, base=0.02)
        sink = RedisWriter(store, identity, replicas=replicas, patience_s=patience_s)
        self._writer = GroupCommit[Item](sink, name="journal-writer")
        self._closed = False

    @classmethod
    def open(
        cls,
        address: RedisAddress,
        *,
        password: str | None = None,
        replicas: int = 0,
        patience_s: float = PATIENCE_S,
    ) -> RedisJournal:
        """Open the journal there; it is begun if it is not there yet. Raises `JournalError`.

        `replicas` is how many replicas must have an entry before it counts as kept.
        """
        where = str(address)
        connect = partial(client_of, address, password)
        try:
            with translated(where):
                store = RedisStore(connect(), address.name, where)
                identity = store.begin()
        except (TypeError, ValueError, OSError) as error:  # an option that the client does not know, a missing file
            raise JournalError(f"The journal {where} cannot be opened: {error}. Correct its URL.") from error
        return cls(connect, store, identity, replicas=replicas, patience_s=patience_s)

    @property
    def identity(self) -> str:
        """A random id that was stored when the journal was begun."""
        return self._identity

    @property
    def location(self) -> str:
        """The address, without user, password and options."""
        return self._store.where

    def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:
        """See `callmon.ports.Journal.submit`. After `close`, the future fails. Its `cancel` has no effect."""
        rows = map(to_row, entries)
        return self._writer.submit(
            [*([Once(row, ticket) for row in rows] if ticket else rows), *to_marks(entries, ticket)]
        )

    def append(self, entry: Entry) -> None:
        """See `callmon.ports.Journal.append`."""
        self.submit((entry,)).result()

    def read(self, after: Position = START, limit: int = BATCH) -> Sequence[Stored]:
        """See `callmon.ports.Journal.read`. Raises `ValueError` for a negative limit."""
        if limit < 0:
            raise ValueError(f"limit is {limit}, but must not be negative")
        last = to_id(after)
        self._check_open()
        if limit == 0:
            return ()
        page = self._ask(partial(self._store.page, last, limit, self._identity))
        if last != NOWHERE and not page.there and not page.entries:
            self._check_known(last)
        return page.entries

    def share(self, position: Position) -> float:
        """See `callmon.ports.Journal.share`. Counted in the time of Redis, for it cannot tell the rank of an entry."""
        last = to_id(position)
        self._check_open()
        first, newest = self._ask(self._store.ends)
        return share(last.scalar, first.scalar, newest.scalar)

    def bookmark(self, name: str) -> str:
        """See `callmon.ports.Journal.bookmark`."""
        self._check_open()
        return self._ask(partial(self._store.bookmark, name))

    def trail(self) -> Kept:
        """See `callmon.ports.Journal.trail`."""
        self._check_open()
        return self._ask(self._store.kept)

    def size(self) -> int:
        """See `callmon.ports.PrunableJournal.size`: the memory of the stream."""
        self._check_open()
        return self._ask(self._store.size)

    def forget(self, positions: Sequence[Position]) -> Future[None]:
        """See `callmon.ports.PrunableJournal.forget`."""
        return self._writer.submit([to_id(position) for position in positions])

    def claim_pruning(self, seconds: float) -> bool:
        """See `callmon.ports.PrunableJournal.claim_pruning`."""
        self._check_open()
        return self._ask(partial(self._store.claim, seconds))

    def renew_lease(self, run: str, at: datetime, seconds: float) -> bool:
        """See `callmon.ports.LeasingJournal.renew_lease`."""
        self._check_open()
        return self._ask(partial(self._store.renew, run, to_microseconds(at), seconds))

    def lapsed_leases(self) -> Mapping[str, datetime]:
        """See `callmon.ports.LeasingJournal.lapsed_leases`."""
        self._check_open()
        return {run: to_moment(at) for run, at in self._ask(self._store.lapsed).items()}

    def end_lease(self, run: str) -> None:
        """See `callmon.ports.LeasingJournal.end_lease`."""
        self._check_open()
        self._ask(partial(self._store.end, run))

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        """See `callmon.ports.Journal.follow`. If the journal is closed meanwhile, it raises `JournalError`."""
        self._check_open()
        return self._follow(Place(to_id(after)), stop)

    def close(self) -> None:
        """See `callmon.ports.Journal.close`."""
        self._writer.close()
        self._closed = True
        self._store.client.close()

    def _check_open(self) -> None:
        if self._closed:
            raise JournalError(f"The journal {self.location} is closed.")

    def _check_known(self, last: StreamId) -> StreamId:
        """The newest id; raises `JournalError` if it is older than what the reader has seen."""
        newest = self._ask(self._store.newest)
        if newest < last:
            raise JournalError(
                f"The journal never held an entry {last}: the position comes from another journal. Read from the "
                "start instead."
            )
        return newest

    def _ask(self, question: Callable[[], _T], stop: Event | None = None) -> _T:
        """What Redis answers; while it cannot be reached, asked again as long as patience lasts."""
        stop = stop or Event()
        deadline = time.monotonic() + self._patience_s

        def pause(failures: int) -> bool:
            if self._closed or stop.wait(self._backoff.compute(failures)):
                return False
            return time.monotonic() < deadline

        try:
            with translated(self.location):
                return patiently(question, pause)
        except (JournalError, ValueError, OSError):
            self._check_open()  # else a connection that `close` closed would pass for one that broke
            raise

    def _follow(self, place: Place, stop: Event) -> Iterator[Sequence[Stored]]:
        try:
            with closing(self._ask(self._connect)) as client:  # its own: it blocks, and `close` must not pull it away
                yield from self._replay_and_wait(replace(self._store, client=client), place, stop)
        except JournalError:
            if not stop.is_set():
                raise

    def _replay_and_wait(self, store: RedisStore, place: Place, stop: Event) -> Iterator[Sequence[Stored]]:
        def read() -> Sequence[Stored]:
            page = self._ask(partial(store.page, place.last, BATCH, self._identity), stop)
            return place.take(page, BATCH, partial(self._check_known, place.last))

        def wait() -> None:
            # Not before a moment has passed: many consoles shall cost Redis little.
            if not stop.wait(_BREATH_S):
                self._ask(partial(store.wait, place.last, _BLOCK_S), stop)

        return replay_and_wait(read, wait, self._check_open, stop)
