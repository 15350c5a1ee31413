"""Everything that a journal tells up to a position, as a value: what the monitor makes and the screen shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from callmon.core.board import Board
from callmon.core.custom import CustomColumn
from callmon.core.deliveries import Deliveries
from callmon.core.listening import Feeds, Gap, Signs
from callmon.core.liveness import Rhythm
from callmon.ports import START, Position


class Doubts(NamedTuple):
    """How many active calls may not be what they are shown as."""

    unverified: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """A notification, or an item of one, that reports nothing that can be read. The journal keeps its bytes."""

    position: Position
    at: datetime
    origin: str
    reason: str
    """One sentence; text from the feed in it is raw."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a journal tells up to a position."""

    custom: tuple[CustomColumn, ...] = field(default=(), kw_only=True)
    """The columns for which something is to be found in notifications, too."""

    board: Board = field(default_factory=Board)
    position: Position = START
    notifications: int = 0
    """How many notifications the journal holds up to here."""
    unparsed: int = 0
    """How many of them, in whole or in part, could not be read."""
    repeated: int = 0
    """How many deliveries, not counted in `notifications`, were the same as one before, with the same id."""
    deliveries: Deliveries = field(default_factory=Deliveries)
    """The latest of them, by their ids."""
    rejections: tuple[Rejection, ...] = ()
    """The latest of these."""
    last_notification: datetime | None = None
    feeds: Feeds = field(default_factory=dict)
    """What is known of each feed."""
    signs: Signs = field(default_factory=dict)
    """When each of their runs last gave a sign of life."""
    gaps: tuple[Gap, ...] = ()
    """The latest times in which something was not received."""
    last_entry: datetime | None = None
    """When the journal was last written to."""
    quiet_since: datetime | None = None
    """When something was last received, or a feed began to receive; None while nobody listens."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """How long the feed was silent while calls were active."""
    deaf: bool = False
    """Nothing has come for longer than is expected. This and the next are set by `callmon.watch`, which has a clock."""
    doubts: Doubts = field(default_factory=Doubts)


@dataclass(frozen=True, slots=True)
class Update:
    """A snapshot, and what is new in it."""

    snapshot: Snapshot
    changed: frozenset[str] = frozenset()
    """The comparable ids of the calls that are not what they were."""
    live: bool = False
    """Whether the journal was read to its end."""
    read: float = 1.0
    """Before that: which part of the journal has been read, from 0 to 1, about."""
