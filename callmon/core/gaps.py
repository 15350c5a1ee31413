"""The times in which nothing was received, from what feeds said of themselves and from what came through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from callmon.core.records import FeedChanged, Gap

LISTENING = "listening"
_CATCHES_UP = "file "
"""How feeds are called that read later what came while they did not: nothing is missing, so no gap is told of them."""

Feeds = Mapping[str, tuple[datetime, FeedChanged]]
"""What was last recorded of each feed, by its name."""
Gaps = tuple[Gap, ...]
"""Oldest first; only the last one may still be open."""


def after_record(feeds: Feeds, gaps: Gaps, record: FeedChanged, at: datetime, last: datetime | None) -> Gaps:
    """The gaps after a feed began or ceased to receive.

    `feeds` is what was known before, `last` when the journal was last written to.
    """
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
