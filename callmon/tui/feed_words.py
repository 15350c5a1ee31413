"""The feeds on the status line: all by name if there is room, else how many stand how, what is wrong first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len

from callmon.core.text import visible
from callmon.ports import FeedState, FeedStatus

_GLYPHS = {FeedState.FAILED: "!", FeedState.LISTENING: "●", FeedState.ELSEWHERE: "◦", FeedState.STOPPED: "○"}
"""What is wrong comes first."""
_NAME_AT_MOST = 22


def feed_words(feeds: Sequence[FeedStatus], width: int) -> tuple[str, bool]:
    """In so many columns, if it can be; and whether all is well."""
    if not feeds:
        return "○ no feed of its own", True
    if troubled := [feed for feed in feeds if feed.state is FeedState.LISTENING and feed.detail]:
        return f"! {visible(troubled[0].detail)}", False
    good = not any(feed.state is FeedState.FAILED for feed in feeds)
    ways = ("  ".join(map(_told, feeds)), "  ".join(map(_named, feeds)), _counted(feeds))
    return next((words for words in ways if cell_len(words) <= width), ways[-1]), good


def _told(feed: FeedStatus) -> str:
    """One feed: ``◦ http 127.0.0.1:8765 (another callmon listens)``."""
    usual = {FeedState.LISTENING: "", FeedState.ELSEWHERE: " (another callmon listens)"}
    return f"{_named(feed)}{usual.get(feed.state, f' {feed.state}')}"


def _named(feed: FeedStatus) -> str:
    """One of many: ``◦ http 127.0.0.1:8765``."""
    return f"{_GLYPHS[feed.state]} {visible(feed.name)}"


def _counted(feeds: Sequence[FeedStatus]) -> str:
    """``! 1 failed: …/access.log  ● 2 listening``; a feed that is the only one has its name."""
    counts = Counter(feed.state for feed in feeds)
    words = []
    for state, glyph in _GLYPHS.items():
        if counts[state]:
            first = next(feed for feed in feeds if feed.state is state)
            name = f": {_short(first.name)}" if state is FeedState.FAILED or len(feeds) == 1 else ""
            words.append(f"{glyph} {counts[state]} {state}{name}" if len(feeds) > 1 else f"{glyph} {state}{name}")
    return "  ".join(words)


def _short(name: str) -> str:
    """The end of a long name: files differ there."""
    shown = visible(name)
    return shown if len(shown) <= _NAME_AT_MOST else f"…{shown[1 - _NAME_AT_MOST :]}"
