"""What a journal lets go of: entries that are too old, or too many, but never those of a call that goes on.

A call is kept or let go as a whole. What is left must not tell another story than the whole did: a report that came
late, alone, would bring an ended call back to life. So the entries of a call stay until it is over and nothing was
heard of it since the limit; of a notification about several calls, all of them must be so. The audit trail stays for
ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import NamedTuple

from callmon.core import wire
from callmon.core.answers import Answer
from callmon.core.audit import SEALED
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, decode
from callmon.core.text import same_id
from callmon.ports import START, Entry, EntryKind, Position, PrunableJournal, Stored

_TO_SHARE = 0.9
"""A journal that is too large is brought down to this share of its limit, so that it is not too large again at once."""
_OVERHEAD = 200
"""What an entry takes beside its body, in bytes, about."""
_YOUNG_IN_A_ROW = 200
"""So many entries one after the other that may stay: what comes after them is young as well. One alone may have a stamp
of a clock that went wrong."""
_CHUNK = 200
"""So many entries are removed at a time: writers wait no longer than that takes."""
_BREATH_S = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept."""

    age: timedelta | None
    size: int | None
    """Bytes."""


class _Candidate(NamedTuple):
    """An entry beyond the limit."""

    position: Position
    calls: tuple[str, ...]
    """The calls that it is about."""


class _Beyond(NamedTuple):
    """What lies beyond the limit."""

    entries: Sequence[_Candidate]
    since: datetime
    """The earliest time of those that do not."""


class _Life(NamedTuple):
    """What is known of a call."""

    over: bool
    last_heard: datetime


def prune(journal: PrunableJournal, limits: Limits, now: Callable[[], datetime], stop: Event) -> int:
    """Remove what is beyond the limits; returns how many entries. Ends early when `stop` is set.

    Reads the journal up to the limit and a little beyond, and as a whole if something there may go.

    Raises `callmon.ports.JournalError`.
    """
    beyond = _beyond(journal, limits, now(), stop)
    if not beyond.entries:
        return 0
    lives = _lives(journal, stop)
    if stop.is_set():
        return 0
    needed = {call for call, life in lives.items() if not life.over or life.last_heard >= beyond.since}
    _widen(needed, [entry.calls for entry in beyond.entries if len(entry.calls) > 1])
    gone = [entry.position for entry in beyond.entries if needed.isdisjoint(entry.calls)]
    removed = 0
    for first in range(0, len(gone), _CHUNK):
        if stop.wait(_BREATH_S if first else 0):
            break
        chunk = gone[first : first + _CHUNK]
        journal.forget(chunk).result()
        removed += len(chunk)
    return removed


def _beyond(journal: PrunableJournal, limits: Limits, now: datetime, stop: Event) -> _Beyond:
    oldest = now - limits.age if limits.age is not None else None
    size = journal.size()
    excess = size - limits.size * _TO_SHARE if limits.size is not None and size > limits.size else 0.0
    found: list[_Candidate] = []
    feeds: dict[tuple[str, str], int] = {}
    since, young = now, 0
    for stored in _all(journal, stop):
        entry = stored.entry
        too_old = oldest is not None and entry.at < oldest
        if not too_old and excess <= 0:
            since, young = min(since, entry.at), young + 1
            if young == _YOUNG_IN_A_ROW:
                break
            continue
        young = 0
        if entry.kind.value in SEALED:
            continue
        excess -= len(entry.body) + _OVERHEAD
        if entry.kind is EntryKind.FEED and isinstance(record := decode(entry.kind, entry.body), FeedChanged):
            feeds[record.place, record.feed or record.run] = len(found)
        found.append(_Candidate(stored.position, tuple(_calls(entry))))
    return _Beyond(_without(found, feeds.values()), since)


def _without(candidates: Sequence[_Candidate], kept: Iterable[int]) -> Sequence[_Candidate]:
    """All but what was last said of each feed: it tells how a gap after it began."""
    left_out = set(kept)
    return [each for number, each in enumerate(candidates) if number not in left_out]


def _lives(journal: PrunableJournal, stop: Event) -> dict[str, _Life]:
    """Every call in the journal."""
    lives: dict[str, _Life] = {}
    for stored in _all(journal, stop):
        for call, ends in _said(stored.entry):
            before = lives.get(call)
            at = stored.entry.at if before is None else max(before.last_heard, stored.entry.at)
            lives[call] = _Life(ends or (before is not None and before.over), at)
    return lives


def _said(entry: Entry) -> Iterator[tuple[str, bool]]:
    """The calls that an entry is about, and whether it ends them."""
    if entry.kind is EntryKind.NOTIFICATION:
        for report in wire.parse(entry.body, entry.headers).reports:
            yield report.call_id, report.ends
        return
    record = decode(entry.kind, entry.body)
    if isinstance(record, CallChecked | HangUpAnswered):
        yield same_id(record.call_id), record.outcome.answer is Answer.GONE


def _calls(entry: Entry) -> Iterable[str]:
    return dict.fromkeys(call for call, _ in _said(entry))


def _widen(needed: set[str], together: Sequence[tuple[str, ...]]) -> None:
    """Add the calls that share an entry with one that is needed, until there is none left."""
    while more := [calls for calls in together if not needed.isdisjoint(calls) and not needed.issuperset(calls)]:
        for calls in more:
            needed.update(calls)


def _all(journal: PrunableJournal, stop: Event) -> Iterator[Stored]:
    """Every entry, oldest first, with breaks in which others get at the processor and the journal.

    A batch that is not full was the end. To read until nothing comes would never end while others write.
    """
    position = START
    while batch := journal.read(position, _CHUNK):
        yield from batch
        position = batch[-1].position
        if len(batch) < _CHUNK or stop.wait(_BREATH_S):
            return
