"""What is known of feeds, and the times in which they received nothing, as values. The rules: `callmon.core.gaps`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the first paint waits for no records
    from callmon.core.records import FeedChanged

LISTENING = "listening"
"""The state of a feed that receives."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nothing was received, so that notifications may be missing."""

    since: datetime
    until: datetime | None
    """None while it lasts."""
    certain: bool
    """Whether the listener said that it stopped; else it went without a word, some time after `since`."""
    deaf: bool = False
    """It listened, but nothing came for longer than is usual, though calls were active."""
    bots: frozenset[str] | None = None
    """Of which bots, by their names in the feed; None for all."""
    feed: str = ""
    """The feed that did not listen, while others did; empty if none did."""
    lost: bool = False
    """What came was to be read later, and is gone."""

    @property
    def verb(self) -> str:
        """What the feed did."""
        if self.lost:
            return "may have lost lines"
        if self.deaf:
            return "heard nothing"
        return "did not listen" if self.certain else "may not have listened"

    def concerns(self, bots: Iterable[str]) -> bool:
        """Whether the notifications of one of these bots may be missing."""
        return self.bots is None or not self.bots.isdisjoint(bots)


class FeedKey(NamedTuple):
    """Which feed is meant: several machines may each have one of the same name."""

    place: str
    """Of the run that has it (`FeedChanged.place`); empty where that is not known."""
    name: str


class Fed(NamedTuple):
    """What is known of a feed."""

    at: datetime
    """When its record was written."""
    record: FeedChanged
    """What was last said of it."""
    bots: frozenset[str] = frozenset()
    """The bots whose notifications it brought, by their names in the feed."""
    imported: bool = False
    """Whether its records were brought in from a file: it is a feed of another journal."""

    @property
    def listens(self) -> bool:
        """Whether it receives, for all that is known."""
        return self.record.state == LISTENING


Feeds = Mapping[FeedKey, Fed]
"""What is known of each feed; the one that last said something is the last."""
Gaps = tuple[Gap, ...]
"""Those that are over, in the order of their ends, then those that last."""
Signs = Mapping[str, datetime]
"""When each run last gave a sign of life, by `sign_of`."""
