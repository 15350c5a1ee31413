"""What crosses the boundaries of callmon, and what each adapter must be able to do.

Data and protocols only. An adapter (a feed, a journal, Graph) is known to the rest of the program by the
protocol it satisfies here and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, NewType, Protocol, runtime_checkable

if TYPE_CHECKING:  # the first paint waits for none of these
    from callmon.core.audit import Kept
    from callmon.core.calls import Call
    from callmon.core.hangup import CheckOutcome, HangUpOutcome

Position = NewType("Position", str)
"""Where an entry stands in its journal: opaque to everybody but that journal."""

START = Position("")
"""The position before the first entry."""
BATCH = 250
"""So many entries are read at once: fewer cost more reading, and more cost memory that nobody gives back."""


class EntryKind(StrEnum):
    """What an entry of the journal tells."""

    NOTIFICATION = "notification"
    """One POST body or one line, exactly as it came."""
    HANGUP_ASKED = "hangup-asked"
    """Somebody asked to hang a call up; written before the request leaves."""
    HANGUP_ANSWERED = "hangup-answered"
    """What came back; written after."""
    CALL_CHECKED = "call-checked"
    """The result of a GET of a call."""
    FEED = "feed"
    """A feed started, stopped or went deaf."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a source that can be read again (a file) was taken into the journal."""

    name: str
    """Of the source, such as ``file /var/log/bot/calls.jsonl``."""
    value: str
    """What the source needs in order to go on; opaque to the journal."""
    after: str | None = None
    """The value that the journal must have for it by then, empty for none: else somebody else has taken the source
    further, and what carries this is refused with `BookmarkMoved`. None if that does not matter."""


class Entry(NamedTuple):
    """One thing that happened. A named tuple, as `Stored`, for the reason that `callmon.core.calls` gives."""

    kind: EntryKind
    at: datetime
    """When this machine learned of it: aware, UTC, microseconds."""
    origin: str
    """Where it came from, for people: ``http 127.0.0.1:8765``, ``file calls.jsonl``, ``ada@console-1``."""
    body: bytes
    """A notification's bytes as they came; for every other kind a JSON object (see `callmon.core.records`)."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Of a notification over HTTP: the few request headers that Microsoft support asks for, names in lower case.

    Names that begin with ``callmon-`` are the journal's own; it need not keep them.
    """
    bot: str = ""
    """Which bot it is about, by the name that the feed has for it; empty where there is only one."""
    bookmark: Bookmark | None = None
    """Where to go on reading the source after this entry. Kept with it, all or none, but not part of it."""
    run: str = ""
    """Of a notification that a feed took: which start of a program that was; empty if it was imported."""
    late: bool = False
    """Of such a one: its source stamped it, and it was read later. So it does not tell that something comes now."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which submission of a source it is, so that one whose fate is unknown can be submitted again."""

    source: str
    """A random id."""
    number: int
    """Larger than those of the source's submissions before it."""


class Stored(NamedTuple):
    """An entry together with its place in the journal."""

    position: Position
    entry: Entry
    seal: str = ""
    """Of an entry of the audit trail: the digest that joins it to those before it (`callmon.core.audit`)."""


class JournalError(Exception):
    """The journal cannot be opened, read or written. The text is a sentence for the person at the console."""


class JournalAway(JournalError):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """The same for trouble that may pass by itself: it cannot be reached, is locked, or has no room."""


class JournalReplaced(JournalError):  # noqa: N818  # as above
    """The same for a journal that is another one now: nothing will ever be kept in the one that was opened."""


class BookmarkMoved(JournalError):  # noqa: N818  # as above
    """The same for entries that were not written because their bookmark does not follow the one in the journal."""


class Journal(Protocol):
    """The append-only log of everything that happened. Safe to use from several threads."""

    @property
    def identity(self) -> str:
        """An id that two processes share if and only if they are on the same journal."""
        ...

    @property
    def location(self) -> str:
        """Where the journal lies, for people, without secrets."""
        ...

    def submit(self, entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:
        """Hand entries over for writing, in order, all or none.

        The future is done when they are durable (they survive a crash of the machine); it fails with
        `JournalError`, which is `BookmarkMoved` if that is why nothing was written. Never blocks on the disk, never
        raises `JournalError` itself.

        Over a network, what failed may have been written all the same. Submitted again with the ticket that it had
        before (within a day), it is written once. The audit trail has no tickets.
        """
        ...

    def append(self, entry: Entry) -> None:
        """Write one entry and return when it is durable. Raises `JournalError`."""
        ...

    def read(self, after: Position = START, limit: int = BATCH) -> Sequence[Stored]:
        """The next entries after a position, oldest first; empty at the end. Raises `JournalError`."""
        ...

    def follow(self, after: Position = START, *, stop: Event) -> Iterator[Sequence[Stored]]:
        """Replay from a position, then live, until `stop` is set.

        Yields batches of at most `BATCH` entries. Whenever all that is there has been yielded, one empty batch
        follows ("caught up"); then it waits for more without busy polling, at most 50 ms behind a write by
        another process, or 100 ms if there was none for some seconds. Raises `JournalError`.

        If entries after the position were removed before they could be read, an entry that the journal does not
        hold says so: of the kind FEED, with the state `callmon.core.records.TRIMMED`.
        """
        ...

    def share(self, position: Position) -> float:
        """Which part of what it holds now lies up to a position, from 0 to 1, about. Quick. Raises `JournalError`."""
        ...

    def bookmark(self, name: str) -> str:
        """The value of the latest bookmark of that name; empty if there is none. Raises `JournalError`."""
        ...

    def trail(self) -> Kept:
        """What is kept of the audit trail beside it, always up to date with its entries. Raises `JournalError`."""
        ...

    def close(self) -> None:
        """Write what was submitted, then let go. Later calls raise `JournalError`."""
        ...


class PrunableJournal(Journal, Protocol):
    """A journal that can let go of old entries."""

    def size(self) -> int:
        """How much room the entries take, in bytes, about. Raises `JournalError`."""
        ...

    def forget(self, positions: Sequence[Position]) -> Future[None]:
        """Remove these entries, all or none; those of the audit trail stay. Done and failing as with `submit`.

        A reader whose position is among them goes on; a follower that had yet to read one of them is told.
        """
        ...

    def claim_pruning(self, seconds: float) -> bool:
        """True for one of those who ask, of all processes, within so many seconds. Raises `JournalError`."""
        ...


@runtime_checkable
class LeasingJournal(Journal, Protocol):
    """A journal that several machines use, so that only it can tell which starts of callmon are still alive."""

    def renew_lease(self, run: str, at: datetime, seconds: float) -> bool:
        """Say that a run is alive now (`at`), and will say so again within so many seconds.

        False if it had no lease, lapsed or not, before. Raises `JournalError`.
        """
        ...

    def lapsed_leases(self) -> Mapping[str, datetime]:
        """The runs that did not renew their lease in time, and when they last did. Raises `JournalError`."""
        ...

    def end_lease(self, run: str) -> None:
        """Forget the lease of a run. Raises `JournalError`."""
        ...


class FeedState(StrEnum):
    """How a feed stands."""

    LISTENING = "listening"
    """It receives."""
    ELSEWHERE = "elsewhere"
    """Another callmon on the same journal receives in our place; we only follow."""
    FAILED = "failed"
    """It cannot receive, and `FeedStatus.detail` says why."""
    STOPPED = "stopped"
    """It was told to stop, or has not started."""


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """What a feed does right now."""

    name: str
    """``http 127.0.0.1:8765``, ``file calls.jsonl`` …"""
    state: FeedState
    detail: str = ""
    """One or two sentences for people: what happened, what it means, what to do."""
    accepted: int = 0
    """Notifications that this feed put into the journal since it started."""
    refused: int = 0
    """Requests or lines that it did not accept."""
    skipped: int = 0
    """Lines that carry no notification."""
    run: str = ""
    """Which start of a program it belongs to, as the journal knows it; empty if it does not tell."""
    replaced: bool = False
    """Whether the journal is another one now, so that this feed will never put anything into it again."""


class Feed(Protocol):
    """A source of notifications. It runs on threads of its own."""

    @property
    def status(self) -> FeedStatus:
        """How it stands now. Never blocks, never raises."""
        ...

    def start(self) -> FeedStatus:
        """Begin to receive; returns when it does, or with a status that says why not. Never raises."""
        ...

    def stop(self) -> None:
        """Stop receiving; what was accepted is in the journal when this returns."""
        ...


OnWait = Callable[["HangUpOutcome", float, int], object]
"""Told before the same hang-up is sent again: what came back, the seconds until then, how many attempts were made."""


def unseen(_outcome: HangUpOutcome, _wait_s: float, _attempts: int) -> None:
    """An `OnWait` that nobody sees."""


@dataclass(frozen=True, slots=True)
class Target:
    """The call that an order is about, and what decides with whose credentials it is sent."""

    call_id: str
    """As Graph spelled it: what goes into the URL."""
    bot: str = ""
    """The bot that has the call, by its name here; empty where there is only one."""
    tenant_id: str | None = None
    """The tenant of the call, as its notifications name it; None if none did. From the feed, so of any form."""
    rivals: tuple[str, ...] = ()
    """Other bots that reported the call, too (`callmon.core.calls.Call.rivals`): nothing is sent unless all are one."""

    @classmethod
    def of(cls, call: Call) -> Target:
        """The call as it is known now."""
        return cls(call.spelled, call.bot, call.facts.tenant_id, call.rivals)


class CallControl(Protocol):
    """What callmon may do to a call at Graph. Hanging up and checking block (network) and never raise."""

    def why_not(self, target: Target) -> str:
        """Why this cannot be hung up or checked by what is known here, and what to do; empty if it can be tried.

        Asks nobody: no network, and no waiting.
        """
        ...

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        """``DELETE /communications/calls/{id}`` as the call's own bot; again, where that helps.

        `on_wait` is called in the same thread and must not raise. Once `called_off` is set nothing more is sent; a
        request that has left is not taken back.
        """
        ...

    def check(self, target: Target) -> CheckOutcome:
        """``GET /communications/calls/{id}`` as the call's own bot."""
        ...
