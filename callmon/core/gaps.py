"""The times in which nothing was received, from what feeds said of themselves and from what came through them.

A feed counts for the bots whose notifications it has brought: while none that brought those of a bot listens, what
happens to the calls of that bot is not heard. A feed that never brought anything neither leaves a gap nor fills one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from callmon.core.listening import LISTENING, Fed, FeedKey, Feeds, Gap, Gaps, Signs
from callmon.core.moments import bounded
from callmon.core.records import BACK, GONE, FeedChanged

_CATCHES_UP = "file "
"""How feeds are called that read later what came while they did not: nothing is missing, so no gap is told of them."""

_FEEDS_KEPT = 64
"""So many feeds are remembered: machines that are made anew each day have other names each day."""


class Known(NamedTuple):
    """What is known of all feeds."""

    feeds: Feeds
    gaps: Gaps


def sign_of(run: str, name: str) -> str:
    """By what signs of life are known: the run, or the name of the feed where there is none."""
    return run or name


def bringers(feeds: Feeds) -> dict[tuple[str, str], FeedKey]:
    """Which feed brought a notification, by the run and the origin that it carries.

    Older programs put no run into notifications; the feed is then the last of that name which is said to listen.
    """
    found = {}
    for key, fed in feeds.items():
        if fed.record.marks:
            found[fed.record.run, key.name] = key
        elif fed.listens or ("", key.name) not in found:
            found["", key.name] = key
    return found


def after_news(known: Known, key: FeedKey, bot: str, at: datetime) -> Known:
    """After a feed brought a notification of a bot. One that was taken for dead then is not."""
    fed = _revived(known.feeds[key], known.feeds[key].record.run)
    lasts = any(gap.until is None and gap.concerns([bot]) for gap in known.gaps)
    if not (fed.listens or lasts or bot in _covered(known.feeds)):  # the last that it took before it stopped
        last = Gap(max(at, fed.at), None, certain=True, bots=frozenset([bot]))
        known = known._replace(gaps=_with(known.gaps, last))
    return _after(known, {**known.feeds, key: fed._replace(bots=fed.bots | {bot})}, at)


def is_alien(known: Known, *, imported: bool) -> bool:
    """Whether a record is of another journal than the feeds that are known: it then says nothing about these."""
    return imported and any(not fed.imported for fed in known.feeds.values())


def without_imported(known: Known, signs: Signs) -> Known:
    """Before a feed of this journal speaks: those of another are heard of no more, so what they brought ceased."""
    imported = {key: fed for key, fed in known.feeds.items() if fed.imported}
    dead = {key: signs.get(sign_of(fed.record.run, key.name), fed.at) for key, fed in imported.items() if fed.listens}
    known = _after_dead(known, dead)
    return known._replace(feeds={key: fed for key, fed in known.feeds.items() if key not in imported})


def after_record(known: Known, record: FeedChanged, at: datetime, signs: Signs, *, imported: bool = False) -> Known:
    """After a feed began or ceased to receive, or a run was found dead.

    Feeds of this journal and imported ones are never known at once: see `is_alien` and `without_imported`.
    """
    known = _after_deaths(known, record, at, signs)
    if record.state == GONE:
        return known
    if record.state == BACK:
        return _after(known, {key: _revived(fed, record.run) for key, fed in known.feeds.items()}, at)
    key, feeds = _found(known.feeds, record)
    before = feeds.get(key)
    if before is not None and before.listens and record.state == LISTENING:  # it ended without a word
        sign = signs.get(sign_of(before.record.run, key.name), before.at)
        known = _after_dead(Known(feeds, known.gaps), {key: sign})
        feeds = known.feeds
    if before is not None and not record.place:  # told without all that was known
        told = before.record
        record = replace(record, run=record.run or told.run, place=told.place, marks=record.marks or told.marks)
    others = {other: fed for other, fed in feeds.items() if other != key}
    fed = Fed(at, record, before.bots if before is not None else frozenset(), imported)
    return _after(Known(feeds, known.gaps), _fewer({**others, key: fed}), at)


def _revived(fed: Fed, run: str) -> Fed:
    """The feed after its run, if it is this one, turned out not to be dead."""
    if fed.record.state != GONE or fed.record.run != run:
        return fed
    return fed._replace(record=replace(fed.record, state=LISTENING))


def _found(feeds: Feeds, record: FeedChanged) -> tuple[FeedKey, Feeds]:
    """Which feed a record is about, and the feeds with this key for it."""
    key, nameless = FeedKey(record.place, record.feed), FeedKey("", record.feed)
    if key in feeds:
        return key, feeds
    if record.place:  # an older program on this machine could not say where it was
        return key, {key if each == nameless else each: fed for each, fed in feeds.items()}
    alike = [each for each in feeds if each.name == record.feed]
    same_run = [each for each in alike if record.run and feeds[each].record.run == record.run]
    return (same_run or alike or [key])[-1], feeds


def _fewer(feeds: Feeds) -> Feeds:
    """Without the oldest that do not listen, if there are too many."""
    excess = max(0, len(feeds) - _FEEDS_KEPT)
    gone = [key for key, fed in feeds.items() if not fed.listens][:excess]
    return {key: fed for key, fed in feeds.items() if key not in gone} if gone else feeds


def _after_deaths(known: Known, record: FeedChanged, at: datetime, signs: Signs) -> Known:
    """After it came out that runs are dead, which could not say that they end; each was alive at its last sign."""
    alive = {record.run, *record.alive.split()}
    dead = {}
    for key, (told_at, fed, *_) in known.feeds.items():
        if fed.state != LISTENING or not fed.run:
            continue
        sign = signs.get(sign_of(fed.run, key.name), told_at)
        if record.state == GONE and fed.run == record.run:
            dead[key] = max(sign, at)
        elif record.state != GONE and record.place and fed.place == record.place and fed.run not in alive:
            dead[key] = sign
    return _after_dead(known, dead) if dead else known


def _after_dead(known: Known, dead: Mapping[FeedKey, datetime]) -> Known:
    """After feeds turned out to be dead since some time after these moments."""
    for key, sign in dead.items():
        fed = known.feeds[key]
        gone = fed._replace(record=replace(fed.record, state=GONE))
        known = _after(known, {**known.feeds, key: gone}, sign, certain=False)
    return known


def _after(known: Known, feeds: Feeds, at: datetime, *, certain: bool = True) -> Known:
    """After the feeds are others at a time: gaps begin and end."""
    before, after = _covered(known.feeds), _covered(feeds)
    gaps = _ended(known.gaps, after - before, at)
    if lost := before - after:
        name = next(key.name for key, fed in known.feeds.items() if fed.bots & lost and not feeds[key].listens)
        others = any(fed.listens and not key.name.startswith(_CATCHES_UP) for key, fed in feeds.items())
        gaps = _with(gaps, Gap(at, None, certain=certain, bots=lost, feed=name if others else ""))
    return Known(feeds, gaps)


def _covered(feeds: Feeds) -> frozenset[str]:
    """The bots whose notifications are heard."""
    heard = [fed.bots for key, fed in feeds.items() if fed.listens and not key.name.startswith(_CATCHES_UP)]
    return frozenset[str]().union(*heard)


def _ended(gaps: Gaps, bots: frozenset[str], at: datetime) -> Gaps:
    """The gaps after something listens for these bots again."""
    if not bots:
        return gaps
    ended, left = [], []
    for gap in gaps:
        again = bots if gap.bots is None else bots & gap.bots
        if gap.until is not None or not again:
            left.append(gap)
            continue
        ended.append(replace(gap, until=max(at, gap.since), bots=again))
        if gap.bots is not None and gap.bots - again:
            left.append(replace(gap, bots=gap.bots - again))
    return _with(left, *ended)


def _with(gaps: Iterable[Gap], *more: Gap) -> Gaps:
    every = [*gaps, *more]
    return (*(gap for gap in every if gap.until is not None), *(gap for gap in every if gap.until is None))


def after_loss(gaps: Gaps, at: datetime, last: datetime | None) -> Gaps:
    """The gaps after the journal said that some of it is gone; `last` is when the rest was last written to."""
    return _with(gaps, Gap(last or at, at, certain=False))


def after_lost(known: Known, record: FeedChanged, bot: str, at: datetime, signs: Signs) -> Gaps:
    """The gaps after a feed said at a time that something of a bot which it was to read is gone.

    If it was not followed when all had been read, that was when it was last alive, for all that is known.
    """
    key, feeds = _found(known.feeds, record)
    before = feeds.get(key)
    if record.since:
        since = _moment(record.since, at)
    elif before is None:
        since = at
    else:
        since = signs.get(sign_of(before.record.run, key.name), before.at) if before.listens else before.at
    lost = Gap(min(since, at), at, certain=False, bots=frozenset([bot]), feed=record.feed, lost=True)
    return _with(known.gaps, lost)


def _moment(text: str, otherwise: datetime) -> datetime:
    """A time that a record tells; another if it is none."""
    try:
        return bounded(datetime.fromisoformat(text)) or otherwise
    except ValueError:
        return otherwise


def after_silence(gaps: Gaps, quiet_since: datetime, at: datetime) -> Gaps:
    """The gaps after a silence that was too long was ended by a notification."""
    return _with(gaps, Gap(quiet_since, at, certain=False, deaf=True))
