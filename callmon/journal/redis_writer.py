"""Rows into the stream, one script a batch, and each batch once however often it must be sent.

A command whose answer was lost may have been carried out. So every batch of a writer has a number, and the script that
writes it also notes that number, all or none: sent again, it finds its number and writes nothing. When patience is
over, the batch gets no second number: only what has a ticket can be submitted again without being doubled, because the
number on it is noted in the same way.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisClusterException, RedisError

from callmon.journal.marks import moved
from callmon.journal.redis_errors import patiently, translate
from callmon.journal.redis_rows import Mark, Once, Row, StreamId, is_sealed, sealed, to_bytes
from callmon.journal.redis_store import RedisStore
from callmon.ports import JournalError, Ticket

Item = Row | Once | Mark | StreamId
"""An entry to write, perhaps of a submission with a ticket, a bookmark to place, or the id of an entry to take out."""

_WAIT_MS = 1000
"""How long replicas have; less than a command may take."""
_REMEMBERED_S = 24 * 3600
"""How long the number of a writer that is gone is kept."""

_SCRIPT = Path(__file__).with_name("redis_append.lua").read_text(encoding="utf-8")


class RedisWriter:
    """Writes batches. Belongs to the writer's thread."""

    def __init__(self, store: RedisStore, identity: str, *, replicas: int, patience_s: float) -> None:
        self._store = store
        self._identity = identity
        self._replicas = replicas
        self._patience_s = patience_s
        self._backoff = ExponentialBackoff(cap=0.5, base=0.02)
        self._key = store.writer(uuid.uuid4().hex)
        self._number = 0
        self._head = ""
        """The last seal, as far as this writer knows."""

    def write(self, items: Sequence[Item]) -> None:
        """Write in one step; while Redis cannot be reached, again and again, as long as patience lasts.

        When it is over, nobody knows whether the batch was written; it is not sent any more after that.
        """
        if not items:
            return
        self._number += 1
        deadline = time.monotonic() + self._patience_s

        def pause(failures: int) -> bool:
            time.sleep(self._backoff.compute(failures))
            return time.monotonic() < deadline

        try:
            patiently(lambda: self._write(items), pause)
        except (RedisError, RedisClusterException) as error:
            raise translate(error, self._store.where) from error

    def close(self) -> None:
        """The connections belong to the journal."""

    def _write(self, items: Sequence[Item]) -> None:
        written = [item for item in items if not isinstance(item, Mark | StreamId)]
        rows = [item.row if isinstance(item, Once) else item for item in written]
        tickets = list({item.ticket: None for item in written if isinstance(item, Once)})
        places = [tickets.index(item.ticket) + 1 if isinstance(item, Once) else 0 for item in written]
        marks = [item for item in items if isinstance(item, Mark)]
        gone = [str(item) for item in items if isinstance(item, StreamId)]
        if gone:
            gone.append(str(max(item for item in items if isinstance(item, StreamId))))
        while True:
            before, after = self._head, ""
            ready = rows
            if any(map(is_sealed, rows)):
                ready, after = sealed(rows, before)
            counts = (len(ready), len(marks), max(0, len(gone) - 1))
            flat = [field for row, place in zip(ready, places, strict=True) for field in (*row, place)]
            flat += [part for mark in marks for part in _fields(mark, tickets)]
            numbers = [ticket.number for ticket in tickets]
            verdict = self._run([before, after, *counts, *numbers, *flat, *gone], [each.source for each in tickets])
            if verdict[0] == b"written":
                self._head = after or before
                return
            if verdict[0] == b"replaced":
                raise self._store.replaced()
            if verdict[0] == b"elsewhere":
                raise moved()
            self._head = verdict[1].decode()

    def _run(self, arguments: Sequence[str | int | bytes], sources: Sequence[str]) -> Sequence[bytes]:
        store = self._store
        keys = (store.entries, store.meta, store.bookmarks, self._key, *map(store.writer, sources))
        script = (_SCRIPT, len(keys), *keys, to_bytes(self._identity), self._number, _REMEMBERED_S, *arguments)
        if not self._replicas:
            answer: Sequence[bytes] = store.client.eval(*script)
            return answer
        with store.client.pipeline(transaction=False) as steps:  # WAIT looks at what its own connection wrote
            steps.eval(*script)
            steps.wait(self._replicas, _WAIT_MS)
            verdict, reached = steps.execute()
        if verdict[0] == b"written" and reached < self._replicas:
            raise JournalError(
                f"Only {reached} of the {self._replicas} replicas that CALLMON_REDIS_WAIT asks for had the entry in "
                f"time, so it does not count as kept. Check the replicas of {store.where}."
            )
        result: Sequence[bytes] = verdict
        return result


def _fields(mark: Mark, tickets: Sequence[Ticket]) -> tuple[bytes, bytes, bytes, int]:
    """Name, value, what it must follow (with a sign before it; empty for anything), which of the sources it is from."""
    after = b"" if mark.after is None else b"=" + mark.after
    return mark.name, mark.value, after, 0 if mark.ticket is None else tickets.index(mark.ticket) + 1
