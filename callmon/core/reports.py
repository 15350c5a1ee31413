"""What notifications report about calls, as plain values: what `callmon.core.wire` reads and the board applies.

Named tuples for the reason that `callmon.core.calls` gives.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from callmon.core.calls import NO_FACTS, Facts, Participant, ResultInfo
from callmon.core.custom import Told
from callmon.core.states import CallState

CHECKED = "checked"
"""The change of a report that is no notification but the answer to a GET."""


class Resource(StrEnum):
    """What a notification is about: the call, or something below it in the path."""

    CALL = "call"
    PARTICIPANTS = "participants"
    OPERATION = "operations"
    SHARING = "contentsharingsessions"
    ROUTING = "audioroutinggroups"
    OTHER = "other"


class Operation(NamedTuple):
    """The outcome of something the bot asked for: a prompt, a recording, an invitation."""

    name: str
    """The type without its decoration: ``playPrompt``, ``inviteParticipants``."""
    status: str


class Report(NamedTuple):
    """What one item of a notification says about one call."""

    call_id: str
    """In comparable form."""
    spelled: str
    """As the path spells it."""
    change: str
    """``created``, ``updated``, ``deleted``, in lower case; or as it came."""
    resource: Resource
    path: str = ""
    """What follows the call id in the path."""
    state: CallState | str | None = None
    facts: Facts = NO_FACTS
    custom: Told = ()
    """What it says for the columns that somebody made."""
    roster: tuple[Participant, ...] | None = None
    sequence: int | str | None = None
    """``sequenceNumber`` of ``deltaParticipants``, which tells one change of the roster from the next."""
    sessions: tuple[str, ...] = ()
    """The ids of content sharing sessions that the body lists."""
    operation: Operation | None = None
    tone: str | None = None
    tone_is_new: bool = False
    """Of a tone without a number of its own: its delivery has an id, so it is no repeat of one that looks like it."""
    result: ResultInfo | None = None
    other_id: str | None = None
    """``resourceData.id``, where it names another call than the path."""
    left_out: tuple[str, ...] = ()
    """Fields that were not of Graph's form."""

    @property
    def ends(self) -> bool:
        """Whether it ends the call: deleted on the call's own path, or terminated; either alone is enough."""
        return self.resource is Resource.CALL and (self.change == "deleted" or self.state == CallState.TERMINATED)


class Rejected(NamedTuple):
    """An item, or a whole body, that reports nothing that can be read."""

    reason: str
    """What is wrong with it, in one sentence; text from the feed in it is raw."""


class Parsed(NamedTuple):
    """What one notification says."""

    reports: tuple[Report, ...] = ()
    rejected: tuple[Rejected, ...] = ()
