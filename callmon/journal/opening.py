"""Opens the journal that an address names, and imports only what that one needs."""

from __future__ import annotations

from dataclasses import dataclass

from callmon.journal.addresses import FileAddress, JournalAddress
from callmon.ports import JournalError, PrunableJournal


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
    try:
        from callmon.journal.redis import RedisJournal  # noqa: PLC0415  # as above, and it may not be installed
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] != "redis":
            raise
        raise JournalError(
            "A journal in Redis needs Redis's client, which is not installed. Install it with: "
            "pip install 'callmon[redis]'"
        ) from missing
    terms = terms or RedisTerms()
    return RedisJournal.open(address, password=terms.password, replicas=terms.replicas)


def not_begun(address: JournalAddress) -> bool:
    """Whether it is certain that nobody has begun this journal: then to look at it would leave a new one behind."""
    return isinstance(address, FileAddress) and not address.path.exists()
