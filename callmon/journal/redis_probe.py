"""How a journal in Redis is, and how that Redis is set up, found out without changing the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisClusterException, RedisError

from callmon.journal.addresses import RedisAddress
from callmon.journal.redis_client import client_of
from callmon.journal.redis_errors import translated
from callmon.journal.redis_rows import to_text
from callmon.journal.redis_store import RedisStore
from callmon.ports import JournalError

# A script, because a Redis that is out of memory refuses those as it refuses the journal's own.
_WRITE = "return redis.call('SET', KEYS[1], '1', 'PX', '1000')"


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """What there is to say of a journal in a Redis that can be written."""

    identity: str
    """Empty if nobody has begun the journal."""
    entries: int
    bytes: int
    """Of memory, about."""
    policy: str
    """``maxmemory-policy``; empty if Redis does not tell."""
    on_disk: bool | None
    """Whether it keeps an append-only file; None if it does not tell."""
    synced: str
    """``appendfsync``; empty if it does not tell."""


def is_begun(address: RedisAddress, password: str | None) -> bool:
    """Whether there is a journal. Raises `JournalError`."""
    with _store(address, password) as store:
        return bool(store.identity())


def redis_facts(address: RedisAddress, password: str | None) -> RedisFacts:
    """See how it is; a key that lasts a second shows that it takes what is written. Raises `JournalError`."""
    with _store(address, password) as store:
        client = store.client
        store.client.eval(_WRITE, 1, store.writer("doctor"))
        memory, disk = _told(lambda: client.info("memory")), _told(lambda: client.info("persistence"))
        enabled = disk.get("aof_enabled")
        return RedisFacts(
            store.identity(),
            int(client.xlen(store.entries)),
            store.size(),
            _text(memory.get("maxmemory_policy")),
            None if enabled is None else bool(enabled),
            _text(_told(lambda: client.config_get("appendfsync")).get("appendfsync")),
        )


@contextmanager
def _store(address: RedisAddress, password: str | None) -> Iterator[RedisStore]:
    where = str(address)
    try:
        with translated(where), closing(client_of(address, password)) as client:
            yield RedisStore(client, address.name, where)
    except (TypeError, ValueError, OSError) as error:
        raise JournalError(f"The journal {where} cannot be opened: {error}. Correct its URL.") from error


def _told(question: Callable[[], Any]) -> dict[str, Any]:
    """What Redis tells of itself; nothing if this user may not ask, or the service does not say."""
    with suppress(RedisError, RedisClusterException):
        answer = question()
        return answer if isinstance(answer, dict) else {}
    return {}


def _text(value: object) -> str:
    return to_text(value) if isinstance(value, bytes) else str(value or "")
