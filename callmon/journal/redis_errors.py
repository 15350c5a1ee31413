"""What Redis's refusals mean to the person at the console.

That it is tried again is added by those who do: not every command does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis import exceptions

from callmon.core.text import visible
from callmon.ports import JournalAway, JournalError

_T = TypeVar("_T")

_CREDENTIALS = (
    "The Redis of the journal {where} refuses the user or the password. Correct them in the URL, or set "
    "CALLMON_REDIS_PASSWORD."
)
_PERMISSION = (
    "The Redis user of the journal {where} may not do what the journal needs ({error}). Allow it the commands and keys "
    "that the README names."
)
_LOADING = "The Redis of the journal {where} is still loading its data. It can be used as soon as it has them."
_REPLICA = (
    "The journal {where} is on a replica, which can only be read, so new entries are not kept. Name the primary, or "
    "let Sentinel find it (redis+sentinel://)."
)
_FULL = (
    "The Redis of the journal {where} has no memory left (maxmemory), so new entries are not kept. Give it more, or "
    "let callmon keep less."
)
_SLOW = "The Redis of the journal {where} does not answer in time. Check that it runs and is not overloaded."
_AWAY = "The Redis of the journal {where} cannot be reached ({error}). Check that it runs, and the address."
_DISK = "The Redis of the journal {where} cannot write to its disk, so new entries are not kept. See Redis's log."
_OTHER = "The journal {where} cannot be used: Redis says {error}."

_SENTENCES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits
    (exceptions.AuthenticationError, _CREDENTIALS),
    (exceptions.AuthenticationWrongNumberOfArgsError, _CREDENTIALS),
    (exceptions.NoPermissionError, _PERMISSION),
    (exceptions.BusyLoadingError, _LOADING),
    (exceptions.ReadOnlyError, _REPLICA),
    (exceptions.OutOfMemoryError, _FULL),
    (exceptions.TimeoutError, _SLOW),
    (exceptions.ConnectionError, _AWAY),
    (exceptions.RedisClusterException, _AWAY),
)

_AWAY_FOR_NOW = frozenset({_LOADING, _FULL, _SLOW, _AWAY, _DISK})
"""What may pass without anybody correcting the settings."""

_FINAL = (exceptions.AuthenticationError, exceptions.AuthorizationError)
_PASSING = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,  # while another node takes over
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
    exceptions.RedisClusterException,
)


def may_pass(error: Exception) -> bool:
    """True if the same attempt may succeed a moment later."""
    return isinstance(error, _PASSING) and not isinstance(error, _FINAL)


def translate(error: Exception, where: str) -> JournalError:
    """The same refusal as a sentence about the journal at `where`."""
    sentence = next((text for kind, text in _SENTENCES if isinstance(error, kind)), _OTHER)
    if str(error).startswith("MISCONF"):
        sentence = _DISK
    kind = JournalAway if sentence in _AWAY_FOR_NOW else JournalError
    return kind(sentence.format(where=where, error=visible(str(error)).rstrip(".")))


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Whatever Redis or its client refuses inside leaves as `JournalError`."""
    try:
        yield
    except (exceptions.RedisError, exceptions.RedisClusterException) as error:
        raise translate(error, where) from error


def patiently(attempt: Callable[[], _T], pause: Callable[[int], bool]) -> _T:
    """What the attempt gives. After a failure that may pass, again, unless `pause` says that patience is over.

    `pause` is given the number of failures so far, waits a while, and says whether to go on.
    """
    failures = 0
    while True:
        try:
            return attempt()
        except (exceptions.RedisError, exceptions.RedisClusterException) as error:
            failures += 1
            if not may_pass(error) or not pause(failures):
                raise
