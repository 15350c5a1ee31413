"""What is known of the feeds, as text: what came, what did not, when nobody listened, and how checks stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.content import Content

from callmon.core.checking import Pause
from callmon.core.listening import Gap
from callmon.core.liveness import Rhythm, expected_silence_s
from callmon.core.text import age, clock, dated, duration, visible
from callmon.ports import FeedState, FeedStatus
from callmon.snapshot import Snapshot

_SHOWN = 8
_LABEL = 22


def feed_text(
    snapshot: Snapshot,
    statuses: Sequence[FeedStatus],
    checks: str,
    now: datetime,
    deaf_after_s: float | None,
) -> Content:
    """Everything, under headings; nothing of `checks` if there are none and cannot be."""
    parts = [
        _section("Feeds of this console", [line for status in statuses for line in _feed(status)] or ["none"]),
        _section("What came", _came(snapshot, now)),
        _section("Silence", _silence(snapshot, deaf_after_s)),
        _section("When nothing could be heard (UTC)", _gaps(snapshot.gaps)),
    ]
    if checks:
        parts.append(_section("Checks of calls in doubt", [checks]))
    if snapshot.rejections:
        parts.append(_section("The latest that could not be read", _unreadable(snapshot)))
    return Content("\n\n").join(parts)


def checks_text(made: int, pauses: Mapping[str, Pause], now: datetime, *, automatic: bool, key: str) -> str:
    """How many there were, whether they are made without being asked for by the key, and why they rest."""
    words = [
        f"{made:,} made from here",
        f"by themselves, and when you press {key}" if automatic else f"only when you press {key}",
    ]
    for bot, pause in sorted(pauses.items()):
        if now < pause.until:
            whose = f" of {visible(bot)}" if bot else ""
            words.append(f"none{whose} before {clock(pause.until)}: {visible(pause.because)}")
    return "; ".join(words)


def _section(title: str, lines: Sequence[str]) -> Content:
    return Content("\n").join([Content.styled(title, "bold underline"), *map(Content, lines)])


def _feed(status: FeedStatus) -> list[str]:
    counts = [f"{status.accepted:,} accepted", f"{status.refused:,} refused"]
    if status.skipped:
        counts.append(f"{status.skipped:,} skipped")
    sign = "●" if status.state is FeedState.LISTENING else "!" if status.state is FeedState.FAILED else "○"
    head = f"{sign} {visible(status.name)}  {status.state}  {', '.join(counts)}"
    return [head, f"  {visible(status.detail)}"] if status.detail else [head]


def _came(snapshot: Snapshot, now: datetime) -> list[str]:
    last = snapshot.last_notification
    when = "never" if last is None else f"{dated(last)} UTC, {age(now - last)} ago"
    return [
        _line("last notification", when),
        _line("in the journal", f"{snapshot.notifications:,}"),
        _line("could not be read", f"{snapshot.unparsed:,}, in whole or in part"),
        _line("sent more than once", f"{snapshot.repeated:,}"),
    ]


def _silence(snapshot: Snapshot, deaf_after_s: float | None) -> list[str]:
    limit_s = expected_silence_s(snapshot.rhythm) if deaf_after_s is None else deaf_after_s
    source = "as set" if deaf_after_s is not None else _learned(snapshot.rhythm)
    quiet = "" if snapshot.quiet_since is None else f", since {dated(snapshot.quiet_since)} UTC"
    state = f"DEAF: nothing comes though calls are active{quiet}" if snapshot.deaf else "none that is too long"
    return [_line("now", state), _line("taken for deaf after", f"{limit_s:,.0f} s while calls are active, {source}")]


def _learned(rhythm: Rhythm) -> str:
    return "learned from the last silences" if len(rhythm.past) > 1 else "until more is known of the feed"


def _gaps(gaps: Sequence[Gap]) -> list[str]:
    if not gaps:
        return ["none known"]
    told = []
    for gap in reversed(gaps[-_SHOWN:]):
        said = f"{visible(gap.feed)} {gap.verb}" if gap.feed else gap.verb
        if gap.until is None:
            told.append(f"since {dated(gap.since)}: {said}")
        else:
            told.append(
                f"{dated(gap.since)} to {dated(gap.until, gap.since)} ({duration(gap.until - gap.since)}): {said}"
            )
    return told


def _unreadable(snapshot: Snapshot) -> list[str]:
    latest = snapshot.rejections[: -_SHOWN - 1 : -1]
    return [f"{dated(one.at)}  {visible(one.origin)}  {visible(one.reason)}" for one in latest]


def _line(label: str, value: str) -> str:
    return f"{label:<{_LABEL}}{value}"
