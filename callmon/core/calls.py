"""Everything known of one call, as values.

Facts: the `call` resource of Microsoft Graph, and notifications as bots received them.

The values are named tuples, not frozen dataclasses: every notification makes several of them, and Python makes a wide
named tuple in a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from callmon.core.answers import Answer
from callmon.core.custom import Told
from callmon.core.states import Anomaly
from callmon.core.steps import PackedSteps, ResultInfo, Step, StepKind, unpack
from callmon.core.text import short_id

if TYPE_CHECKING:  # the first paint waits for no outcome of a request
    from callmon.core.hangup import CheckOutcome, HangUpOutcome

__all__ = [
    "NO_FACTS",
    "Call",
    "Check",
    "Doubt",
    "DoubtKind",
    "Facts",
    "HangUp",
    "Identity",
    "Kind",
    "Participant",
    "ResultInfo",
    "Step",
    "StepKind",
    "changed",
    "merge",
]


class Kind(StrEnum):
    """Whether a call is between two, or a group call or meeting. Unknown until there is evidence."""

    PEER = "peer"
    GROUP = "group"
    UNKNOWN = "unknown"


class Identity(NamedTuple):
    """One identity of Graph's ``identitySet``."""

    role: str
    """The key in the set: ``user``, ``phone``, ``application``, ``applicationInstance``, ``guest`` …"""
    id: str = ""
    name: str = ""
    """``displayName``, if it says who it is (Graph sends ``28:<app id>`` and ``<Hidden>`` there, too)."""
    tenant_id: str = ""
    hidden: bool = False

    @property
    def shown(self) -> str:
        """What to call it: its name, else its phone number, else the start of its id."""
        if self.name:
            return self.name
        if self.role == "phone" and self.id:
            return self.id
        return f"{self.role} {short_id(self.id)}" if self.id else f"unnamed {self.role}"


class Participant(NamedTuple):
    """One entry of the roster."""

    id: str
    identity: Identity | None
    muted: bool = False
    in_lobby: bool = False
    removed: bool = False
    """Graph lists it with the reason why it was removed (``removedState``)."""
    changed_in: int | None = None
    """``rosterSequenceNumber``: the number of the roster in which it was last changed."""

    @property
    def is_bot(self) -> bool:
        """Whether it is an application, or one that Graph hides: those are on every call of a bot."""
        who = self.identity
        return who is not None and (who.hidden or who.role.startswith("application"))

    @property
    def present(self) -> bool:
        """Whether it is on the call: not removed, and not waiting to be let in."""
        return not (self.in_lobby or self.removed)

    @property
    def shown(self) -> str:
        """What to call the participant."""
        return self.identity.shown if self.identity else f"participant {short_id(self.id)}"


class Facts(NamedTuple):
    """What notifications say about a call besides its state. None means: never said."""

    direction: str | None = None
    source: Identity | None = None
    targets: tuple[Identity, ...] | None = None
    chain_id: str | None = None
    """``callChainId``. It can change during a call; the latest is kept."""
    scenario_id: str | None = None
    """The Scenario-Id or chain header of the notification, which Microsoft support asks for."""
    tenant_id: str | None = None
    subject: str | None = None
    thread_id: str | None = None
    """``chatInfo.threadId``."""
    meeting: str | None = None
    """The type of ``meetingInfo``: ``organizer``, ``token``, ``joinMeetingId`` and that id, or as Graph wrote it."""
    organizer: Identity | None = None
    answered_by: Identity | None = None
    """``answeredBy``: who took a call, also one that the bot had sent on."""
    recording: bool | None = None
    """A policy recording bot's leg: ``incomingContext`` names an observed participant."""
    transferor: Identity | None = None
    routes: tuple[str, ...] | None = None
    """``callRoutes``, in words."""
    media: str | None = None
    """``mediaState.audio``."""
    termination_reason: str | None = None
    """``terminationReason``: older text about the end."""
    termination_sender: Identity | None = None
    """``terminationSender``: undocumented. Graph sends it with faults of its own, too, so it tells no cause."""


NO_FACTS = Facts()


def merge(known: Facts, new: Facts) -> Facts:
    """What is known after a partial notification: what it says wins, what it leaves out stays."""
    if new is NO_FACTS or new == known:
        return known
    if known is NO_FACTS:
        return new
    merged = tuple([old if fresh is None else fresh for old, fresh in zip(known, new, strict=True)])
    return known if merged == known else Facts._make(merged)


class HangUp(NamedTuple):
    """The latest attempt to hang the call up."""

    attempt: str
    asked_at: datetime
    operator: str
    answered_at: datetime | None = None
    outcome: HangUpOutcome | None = None

    @property
    def under_way(self) -> bool:
        """Asked, and neither answered with anything but "accepted" nor confirmed by the call's end."""
        return self.outcome is None or self.outcome.answer is Answer.ACCEPTED


class Check(NamedTuple):
    """The latest GET of the call."""

    at: datetime
    outcome: CheckOutcome
    in_a_row: int = 1
    """How many checks there were since Graph last spoke of the call without being asked."""


class DoubtKind(StrEnum):
    """Why it is not certain that a call is as it is shown."""

    UNVERIFIED = "unverified"
    """Nobody may have listened when something happened to it."""
    SILENT = "silent"
    """Nothing has been heard of it for longer than its state lets expect."""


class Doubt(NamedTuple):
    """It is not certain that the call is as it is shown."""

    kind: DoubtKind
    since: datetime
    """Until then it was certain."""
    because: str
    """Why, as a part of a sentence; harmless to a terminal."""


RIVALS_KEPT = 8
"""A call that was reported by the first bot and so many others is nobody's; no more of them are remembered."""


class Call(NamedTuple):
    """Everything known of one call. All times are this machine's: Graph stamps none."""

    id: str
    """The id in its comparable form (`callmon.core.text.same_id`)."""
    spelled: str
    """The id as Graph first spelled it: what goes into a URL."""
    index: int  # type: ignore[assignment]  # hides the method of tuples that finds an item; nobody looks for one in a call
    """A short number that stays with the call, counted from 1."""
    first_seen: datetime
    last_heard: datetime
    """When Graph last said anything about it; after its end, anything that it had not said before."""
    bot: str = ""
    """The bot that has the call: the first that reported it, by its name in the feed; empty where there is only one."""
    rivals: tuple[str, ...] = ()
    """Other bots that reported the call, too, by their names in the feed; at most `RIVALS_KEPT`."""
    state: str | None = None
    """A `CallState`, another name as Graph wrote it, or None if no notification named one yet."""
    kind: Kind = Kind.UNKNOWN
    kind_because: str = ""
    """The evidence for the kind, in words; for an unknown one, why it is not known any more."""
    answered: bool = False
    """Whether a state was seen that only an answered call has."""
    established_at: datetime | None = None
    """When such a state was first seen. It may have come earlier (`callmon.core.describe.answered_earlier`)."""
    ended_at: datetime | None = None
    end: ResultInfo | None = None
    """``resultInfo`` of the end; None also if it came without one."""
    while_ending: ResultInfo | None = None
    """``resultInfo`` that came with ``terminating``: what is known of the reason if the end brings none."""
    gone: bool = False
    """The end was never reported: Graph answered 404."""
    facts: Facts = NO_FACTS
    custom: Told = ()
    """What the feed said for the columns that somebody made."""
    roster: tuple[Participant, ...] | None = None
    roster_changed_at: datetime | None = None
    """When it was no longer as `roster` has it, for what changed was sent alone; None while that is the latest."""
    hangup: HangUp | None = None
    check: Check | None = None
    anomalies: tuple[Anomaly, ...] = ()
    story: tuple[Step, ...] | PackedSteps = ()
    """What happened, in the order in which it was heard; packed once the call has ended. See `timeline`."""
    steps_dropped: int = 0
    """How many of the oldest steps were let go to bound memory; the journal has them all."""
    doubt: Doubt | None = None
    """Set by whoever has a clock (`callmon.watch`), never by what reads the journal alone."""

    @property
    def timeline(self) -> tuple[Step, ...]:
        """What happened, in the order in which it was heard, which need not be that of the times."""
        return unpack(self.story) if isinstance(self.story, PackedSteps) else self.story

    @property
    def ended(self) -> bool:
        """Whether the call is over, as far as anybody said."""
        return self.ended_at is not None

    @property
    def ended_earlier(self) -> bool:
        """Whether it may have ended before `ended_at`: a check told of it."""
        return self.gone or Anomaly.END_MISSED in self.anomalies

    @property
    def hanging_up(self) -> bool:
        """Whether a hang-up is under way."""
        return not self.ended and self.hangup is not None and self.hangup.under_way and not self.unconfirmed

    @property
    def unconfirmed(self) -> bool:
        """Graph accepted the latest hang-up, no end was reported, and when asked later it still had the call."""
        accepted_at = self.hangup.answered_at if self.hangup is not None and self.hangup.under_way else None
        if self.ended or accepted_at is None or self.check is None:
            return False
        return self.check.outcome.answer is Answer.FOUND and self.check.at >= accepted_at


_PLACES = {name: place for place, name in enumerate(Call._fields)}


def changed(call: Call, changes: Mapping[str, Any]) -> Call:
    """The call with other values in some fields: what `Call._replace` gives, in a quarter of its time."""
    values = list(call)
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return tuple.__new__(Call, values)
