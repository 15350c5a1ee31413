"""The journal in a Redis stream: for collectors and consoles on several machines.

What an acknowledged entry survives depends on how Redis keeps its data: with ``appendfsync always`` a crash of the
machine, with ``everysec`` all but its last second or two
(https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event
from typing import TypeVar

from redis.backoff import ExponentialBackoff

from callmon.journal.addresses import RedisAddress
from callmon.journal.group_commit import GroupCommit
from callmon.journal.redis_client import client_of
from callmon.journal.redis_errors import patiently, translated
from callmon.journal.redis_rows import NOWHERE, StreamId, id_of, to_id, to_marks, to_row
from callmon.journal.redis_store import Page, RedisStore
from callmon.journal.redis_writer import Item, RedisWriter
from callmon.journal.trimmed import trimmed
from callmon.ports import START, Entry, JournalError, Position, Stored

PATIENCE_S = 5.0
"""How long to try to reach Redis before the entries waiting are refused, or a reader is told."""

_BATCH = 1000
_BLOCK_S = 0.4
"""How long a follower waits in Redis before it looks whether it shall stop."""
_BREATH_S = 0.02
"""A follower asks no more often than this, so that many consoles cost Redis little; 50 ms are promised."""

_T = TypeVar("_T")


class RedisJournal:
    """The journal in a Redis. Made by `open`; satisfies `callmon.ports.Journal`."""

    def __init__(self, store: RedisStore, identity: str, *, replicas: int, patience_s: float) -> None:
        self._store = store
        self._identity = identity
        self._patience_s = patience_s
        self._backoff = ExponentialBackoff(cap=0.5, base=0.02)
        sink = RedisWriter(store, identity, lambda: None, replicas=replicas, patience_s=patience_s)
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
        try:
            with translated(where):
                store = RedisStore(client_of(address, password), address.name, where)
                identity = store.begin()
        except (TypeError, ValueError, OSError) as error:  # an option that the client does not know, a missing file
            raise JournalError(f"The journal {where} cannot be opened: {error}. Correct its URL.") from error
        return cls(store, identity, replicas=replicas, patience_s=patience_s)

    @property
    def identity(self) -> str:
        """A random id that was stored when the journal was begun."""
        return self._identity

    @property
    def location(self) -> str:
        """The address, without user, password and options."""
        return self._store.where

    def submit(self, entries: Sequence[Entry]) -> Future[None]:
        """See `callmon.ports.Journal.submit`. After `close`, the future fails. Its `cancel` has no effect."""
        return self._writer.submit([*map(to_row, entries), *to_marks(entries)])

    def append(self, entry: Entry) -> None:
        """See `callmon.ports.Journal.append`."""
        self.submit((entry,)).result()

    def read(self, after: Position = START, limit: int = _BATCH) -> Sequence[Stored]:
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

    def bookmark(self, name: str) -> str:
        """See `callmon.ports.Journal.bookmark`."""
        self._check_open()
        return self._ask(partial(self._store.bookmark, name))

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        """See `callmon.ports.Journal.follow`. If the journal is closed meanwhile, it raises `JournalError`."""
        self._check_open()
        return self._follow(to_id(after), stop)

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
        except JournalError:
            self._check_open()  # else a closed connection would pass for one that broke
            raise

    def _follow(self, last: StreamId, stop: Event) -> Iterator[Sequence[Stored]]:
        try:
            yield from self._replay_and_wait(last, stop)
        except JournalError:
            if not stop.is_set():
                raise

    def _replay_and_wait(self, last: StreamId, stop: Event) -> Iterator[Sequence[Stored]]:
        overtaken = None if last == NOWHERE else NOWHERE
        caught_up = False
        while not stop.is_set():
            self._check_open()
            page = self._ask(partial(self._store.page, last, _BATCH, self._identity), stop)
            lost = None if overtaken is None else self._lost(last, page, overtaken)
            overtaken = page.pruned
            batch = list(page.entries)
            if lost is not None:
                batch = [lost, *batch[: _BATCH - 1]]
            if batch:
                last = to_id(batch[-1].position)
                caught_up = False
                yield batch
                continue
            if not caught_up:
                caught_up = True
                yield ()
            self._wait(last, stop)

    def _lost(self, last: StreamId, page: Page, known: StreamId) -> Stored | None:
        """What to say if entries after `last` were taken out before they could be read; None if none were.

        `known` is the newest entry of which it was known before that it had been taken out.
        """
        first = id_of(page.entries[0].position.encode()) if page.entries else None
        by_us = page.pruned > max(last, known)
        by_others = not page.there and page.pruned < last and (first is None or first.before != last)
        if by_others and first is None:
            by_others = self._check_known(last) != last
        if not (by_us or by_others):
            return None
        position = first.before if first is not None else self._check_known(last)
        return trimmed(Position(str(position)), page.entries[0].entry.at if page.entries else None)

    def _wait(self, last: StreamId, stop: Event) -> None:
        """Return when there may be something new, or after a while."""
        if not stop.wait(_BREATH_S) and not self._closed:
            self._ask(partial(self._store.wait, last, _BLOCK_S), stop)
