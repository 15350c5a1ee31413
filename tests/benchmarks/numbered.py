"""Calls with numbers, as notifications and as a journal that was filled before the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from callmon.simulator.bodies import call_body, identity_set, late_extras, result_info, typed
from callmon.simulator.people import Person

_TENANT = "932a9e2f-6d1c-4f0b-9f2e-5b1f5f0f3c11"
_BATCH = 1000


def caller(number: int) -> str:
    """The name under which the call is on the screen. No caller's name is the beginning of another's."""
    return f"Caller {number:06}"


def incoming(number: int) -> bytes:
    """The call comes in."""
    person = Person("user", _guid(number, "0a"), caller(number), _TENANT)
    bot = Person("application", _guid(1, "0b"), "Helpdesk", _TENANT)
    return call_body(
        "created",
        call_id(number),
        state="incoming",
        direction="incoming",
        source=typed("participantInfo", identity=identity_set(person)),
        targets=[typed("invitationParticipantInfo", identity=identity_set(bot))],
    )


def now_is(number: int, state: str) -> bytes:
    """The call is in another state."""
    return call_body("updated", call_id(number), state=state, callChainId=_guid(number, "0c"))


def ended(number: int) -> bytes:
    """The call is over."""
    reason = result_info(0, 5002, "The conversation has ended.")
    return call_body("deleted", call_id(number), state="terminated", resultInfo=reason, **late_extras())


def call_id(number: int) -> str:
    """The id of a call."""
    return _guid(number, "1f")


def _guid(number: int, kind: str) -> str:
    return f"{kind}1f5c00-8c1b-47f1-be9d-{number:012x}"


def established_calls(ages: Iterable[timedelta]) -> Iterator[Entry]:
    """Calls 0, 1, 2 …, one an age, that are established; oldest age first. The ages count from now."""
    now = datetime.now(UTC)
    for number, age in enumerate(ages):
        for body in (incoming(number), now_is(number, "establishing"), now_is(number, "established")):
            yield Entry(EntryKind.NOTIFICATION, now - age, "benchmark", body)


def fill(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries into the journal in this file."""
    rest = iter(entries)
    with closing(SqliteJournal.open(path)) as journal:
        while batch := list(islice(rest, _BATCH)):
            journal.submit(batch).result()
