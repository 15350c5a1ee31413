"""Opens the journal that an address names, and imports only what that one needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callmon.journal.addresses import FileAddress, JournalAddress, RedisAddress
from callmon.ports import JournalError, PrunableJournal

if TYPE_CHECKING:
    from callmon.journal.redis_probe import RedisFacts


@dataclass(frozen=True, slots=True)
class RedisTerms:
    """What of a Redis journal is not in its address."""

    password: str | None = None
    """In place of the one in the address."""
    replicas: int = 0
    """How many replicas must have an entry before it counts as kept."""


def open_at(address: JournalAddress, terms: RedisTerms | None = None) -> PrunableJournal:
    """Open the journal, or begin it. Raises `JournalError`."""
    if isinstance(address, FileAddress):
        from callmon.journal.sqlite import SqliteJournal  # noqa: PLC0415  # only one of the two is used

        return SqliteJournal.open(address.path)
    with _client_needed():
        from callmon.journal.redis import RedisJournal  # noqa: PLC0415  # as above, and it may not be installed
    terms = terms or RedisTerms()
    return RedisJournal.open(address, password=terms.password, replicas=terms.replicas)


def not_begun(address: JournalAddress, terms: RedisTerms | None = None) -> bool:
    """Whether it is certain that nobody has begun this journal: then to look at it would leave a new one behind.

    Raises `JournalError`.
    """
    if isinstance(address, FileAddress):
        from callmon.journal.sqlite_file import is_there  # noqa: PLC0415  # as in `open_journal`

        return not is_there(address.path)
    with _client_needed():
        from callmon.journal.redis_probe import is_begun  # noqa: PLC0415  # it may not be installed
    return not is_begun(address, terms.password if terms is not None else None)


def look_at_redis(address: RedisAddress, terms: RedisTerms) -> RedisFacts:
    """How the journal in that Redis is. Raises `JournalError`."""
    with _client_needed():
        from callmon.journal.redis_probe import redis_facts  # noqa: PLC0415  # it may not be installed
    return redis_facts(address, terms.password)


@contextmanager
def _client_needed() -> Iterator[None]:
    """To import what needs Redis's client. Raises `JournalError` if that is not installed."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] != "redis":
            raise
        raise JournalError(
            "A journal in Redis needs Redis's client, which is not installed. Install it with: "
            "pip install 'callmon[redis]'"
        ) from missing
