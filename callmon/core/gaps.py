"""The times in which nothing was received, from what feeds said of themselves and from what came through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from callmon.core.records import FeedChanged, Gap

LISTENING = "listening"
_CATCHES_UP = "file "
"""How feeds are called that read later what came while they did not: nothing is missing, so no gap is told of them."""

_GONE = "gone"
"""The state of a feed whose program ended without a word, as a later one found out."""

Feeds = Mapping[str, tuple[datetime, FeedChanged]]
"""What was last recorded of each feed, by its name."""
Gaps = tuple[Gap, ...]
"""Oldest first; only the last one may still be open."""


def after_change(feeds: Feeds, record: FeedChanged, at: datetime) -> Feeds:
    """The feeds after one of them changed."""
    before = feeds.get(record.feed)
    if before is not None and not record.run:  # a freeze is told of a feed from outside; its run is still the same
        record = replace(record, run=before[1].run, place=before[1].place)
    return {**feeds, record.feed: (at, record)}


def without_the_dead(feeds: Feeds, record: FeedChanged) -> Feeds:
    """The feeds as known after a record that tells which runs are alive: a killed one cannot say that it ended."""
    alive = {record.run, *record.alive.split()}
    dead = [
        name
        for name, (_, fed) in feeds.items()
        if fed.state == LISTENING and fed.run and record.place and fed.place == record.place and fed.run not in alive
    ]
    told = {name: (feeds[name][0], replace(feeds[name][1], state=_GONE)) for name in dead}
    return {**feeds, **told} if told else feeds


def after_record(feeds: Feeds, gaps: Gaps, record: FeedChanged, at: datetime, last: datetime | None) -> Gaps:
    """The gaps after a feed began or ceased to receive.

    `feeds` is what was known before, `last` when the journal was last written to.
    """
    known = without_the_dead(feeds, record)
    if known is not feeds:
        gaps = _after_death(feeds, known, gaps, at, last)
        feeds = known
    others = (fed for name, (_, fed) in feeds.items() if name != record.feed and not name.startswith(_CATCHES_UP))
    if record.feed.startswith(_CATCHES_UP) or any(fed.state == LISTENING for fed in others):
        return gaps
    is_open = bool(gaps) and gaps[-1].until is None
    if record.state != LISTENING:
        return gaps if is_open else (*gaps, Gap(at, None, certain=True))
    if is_open:
        return after_news(gaps, at)
    if record.feed in feeds and last is not None:
        return (*gaps, Gap(last, at, certain=False))
    return gaps


def _after_death(before: Feeds, feeds: Feeds, gaps: Gaps, at: datetime, last: datetime | None) -> Gaps:
    """The gaps after it came out that feeds are dead; when they died, nobody knows."""
    lost = any(feeds[name] is not fed and not name.startswith(_CATCHES_UP) for name, fed in before.items())
    others = any(fed.state == LISTENING and not name.startswith(_CATCHES_UP) for name, (_, fed) in feeds.items())
    is_open = bool(gaps) and gaps[-1].until is None
    return gaps if is_open or others or not lost else (*gaps, Gap(last or at, None, certain=False))


def after_news(gaps: Gaps, at: datetime) -> Gaps:
    """The gaps after something was received, or something began to receive: none is open."""
    return (*gaps[:-1], replace(gaps[-1], until=at))


def after_loss(gaps: Gaps, at: datetime, last: datetime | None) -> Gaps:
    """The gaps after the journal said that some of it is gone; `last` is when the rest was last written to."""
    lost = Gap(last or at, at, certain=False)
    return (*gaps[:-1], lost, gaps[-1]) if gaps and gaps[-1].until is None else (*gaps, lost)


def after_silence(gaps: Gaps, quiet_since: datetime, at: datetime) -> Gaps:
    """The gaps after a silence that was too long was ended by a notification."""
    return (*gaps, Gap(quiet_since, at, certain=False, deaf=True))
