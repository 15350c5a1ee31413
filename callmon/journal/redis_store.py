"""The keys of a journal in Redis, and what is asked of them.

All keys of a journal share a hash tag, so that they lie in one slot of a cluster and one script may touch them all.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callmon import __version__
from callmon.core.audit import Kept
from callmon.journal.redis_client import Client
from callmon.journal.redis_rows import NOWHERE, StreamId, id_of, to_bytes, to_stored, to_text
from callmon.ports import JournalError, JournalReplaced, Stored

SCHEMA_VERSION = 2
"""2 counts the sealed entries; a journal of 1 goes on without the count."""

_PAGE = Path(__file__).with_name("redis_page.lua").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Page:
    """What stands after an id, with what tells whether something is missing in between."""

    entries: Sequence[Stored]
    there: bool
    """Whether the entry with that id is still in the stream."""
    pruned: StreamId
    """The largest id that was ever taken out by callmon."""
    added: int
    """How many entries were ever added, by callmon's count."""
    length: int
    """How many entries the stream holds."""

    @property
    def robbed(self) -> bool:
        """Whether somebody else took entries out, as far as that can be told: callmon does not count what it takes."""
        return self.pruned == NOWHERE and self.length < self.added


@dataclass(frozen=True, slots=True)
class RedisStore:
    """A journal's keys in a Redis."""

    client: Client
    name: str
    where: str
    """For people, without secrets."""

    @property
    def entries(self) -> str:
        """The stream of the entries."""
        return f"{{{self.name}}}:entries"

    @property
    def meta(self) -> str:
        """A hash: identity, schema, callmon, seal (the last one), sealed (how many), pruned, added."""
        return f"{{{self.name}}}:meta"

    @property
    def bookmarks(self) -> str:
        """A hash: how far each source was taken in."""
        return f"{{{self.name}}}:bookmarks"

    def writer(self, writer: str) -> str:
        """The number of the last batch that this writer, or source of submissions with tickets, has written."""
        return f"{{{self.name}}}:writer:{writer}"

    @property
    def leases(self) -> str:
        """A hash: when each run last renewed its lease, in microseconds since 1970 UTC, by its own clock."""
        return f"{{{self.name}}}:leases"

    def lease(self, run: str) -> str:
        """What is there for as long as the lease of a run holds, by the clock of Redis."""
        return f"{{{self.name}}}:lease:{run}"

    def identity(self) -> str:
        """The journal's identity; empty if nobody has begun it. Raises `RedisError`."""
        identity = self.client.hget(self.meta, "identity")
        return "" if identity is None else to_text(identity)

    def begin(self) -> str:
        """The journal's identity; the journal is begun if it is not there. Raises `JournalError`, `RedisError`."""
        identity, schema, author = self.client.hmget(self.meta, "identity", "schema", "callmon")
        if identity is None:
            with self.client.pipeline(transaction=True) as steps:
                for key, value in self._new():
                    steps.hsetnx(self.meta, key, str(value))
                steps.hmget(self.meta, "identity", "schema", "callmon")
                identity, schema, author = steps.execute()[-1]
        if int(schema or 0) > SCHEMA_VERSION:
            raise JournalError(
                f"The journal {self.where} was written by callmon {to_text(author or b'?')} (schema {int(schema)}); "
                f"this is callmon {__version__} (schema {SCHEMA_VERSION}). Update callmon, or name another journal."
            )
        return to_text(identity)

    @staticmethod
    def _new() -> Sequence[tuple[str, object]]:
        return ("schema", SCHEMA_VERSION), ("callmon", __version__), ("identity", uuid.uuid4()), ("sealed", 0)

    def kept(self) -> Kept:
        """What is kept of the audit trail beside it. Raises `RedisError`."""
        sealed, head = self.client.hmget(self.meta, "sealed", "seal")
        return Kept(0, None if sealed is None else int(sealed), to_text(head or b""))

    def page(self, after: StreamId, limit: int, identity: str) -> Page:
        """The next entries after an id, oldest first. Raises `JournalError`, `RedisError`."""
        (found, pruned, added), own, reply, length = self.client.eval(
            _PAGE, 2, self.entries, self.meta, str(after), limit
        )
        if found is None or to_text(found) != identity:
            raise self.replaced()
        removed = NOWHERE if pruned is None else id_of(pruned)
        return Page(to_stored(reply), bool(own), removed, int(added or 0), int(length))

    def replaced(self) -> JournalError:
        """What is to be said when it is no longer the journal that was opened."""
        return JournalReplaced(
            f"The journal {self.where} was emptied or replaced while callmon was using it, so nothing can be kept in "
            "it. Start callmon again: it begins a new one."
        )

    def newest(self) -> StreamId:
        """The largest id that the stream ever gave. Raises `RedisError`."""
        if not self.client.exists(self.entries):
            return NOWHERE
        return id_of(self.client.xinfo_stream(self.entries)["last-generated-id"])

    def ends(self) -> tuple[StreamId, StreamId]:
        """The ids of the first and the last entry that are there. Raises `RedisError`."""
        with self.client.pipeline(transaction=False) as steps:
            steps.xrange(self.entries, count=1)
            steps.xrevrange(self.entries, count=1)
            first, last = steps.execute()
        return (id_of(first[0][0]), id_of(last[0][0])) if first and last else (NOWHERE, NOWHERE)

    def wait(self, after: StreamId, seconds: float) -> None:
        """Return as soon as there is an entry after an id, at the latest after so long. Raises `RedisError`."""
        self.client.xread({self.entries: str(after)}, count=1, block=int(seconds * 1000))

    def bookmark(self, name: str) -> str:
        """The value of a bookmark, empty if there is none. Raises `RedisError`."""
        value = self.client.hget(self.bookmarks, to_bytes(name))
        return "" if value is None else to_text(value)

    def size(self) -> int:
        """How much memory the stream takes, in bytes, from a few samples of it. Raises `RedisError`."""
        return int(self.client.memory_usage(self.entries) or 0)

    def renew(self, run: str, at: int, seconds: float) -> bool:
        """Renew a lease at a time (microseconds); whether it was in the hash. Raises `RedisError`."""
        with self.client.pipeline(transaction=True) as steps:
            steps.set(self.lease(run), at, px=int(seconds * 1000))
            steps.hset(self.leases, run, at)
            _, added = steps.execute()
        return not added

    def lapsed(self) -> dict[str, int]:
        """The runs whose lease does not hold any more, and when they last renewed it. Raises `RedisError`."""
        renewed = {to_text(run): int(at) for run, at in self.client.hgetall(self.leases).items()}
        return {run: at for run, at in renewed.items() if not self.client.exists(self.lease(run))}

    def end(self, run: str) -> None:
        """Forget a lease. Raises `RedisError`."""
        with self.client.pipeline(transaction=True) as steps:
            steps.hdel(self.leases, run)
            steps.delete(self.lease(run))
            steps.execute()

    def claim(self, seconds: float) -> bool:
        """Whether nobody has claimed the pruning within so many seconds; then it is claimed. Raises `RedisError`."""
        return bool(self.client.set(f"{{{self.name}}}:pruning", __version__, nx=True, px=max(1, int(seconds * 1000))))
