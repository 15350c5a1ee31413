"""Entries of our own: what callmon and its operators did, as the journal keeps it.

Each record is a JSON object in the journal; `encode` and `decode` are the only places that know its spelling.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, NoReturn

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """Somebody asked to hang up one call. Written before the request leaves."""

    call_id: str
    """As Graph spelled it: what goes into the URL."""
    attempt: str
    """An id that joins the answer to the question."""
    operator: str
    """Who asked: login name and host, or the name that was given instead."""
    reason: str = ""
    """Why, in the operator's words; may be empty."""
    bot: str = ""
    """With whose credentials; see `callmon.ports.Target`."""
    login: str = ""
    """The login name and host, where the operator goes by another name; else empty."""


@dataclass(frozen=True, slots=True)
class HangUpAnswered:
    """What came back."""

    call_id: str
    attempt: str
    outcome: HangUpOutcome
    bot: str = ""


@dataclass(frozen=True, slots=True)
class CallChecked:
    """The result of a GET of a call."""

    call_id: str
    outcome: CheckOutcome
    bot: str = ""


TRIMMED = "trimmed"
"""The state that a journal tells of itself when entries were removed before they could be read."""

GONE = "gone"
"""The state of all feeds of a run that ended without a word, as another found out. Such a record names the run alone;
its entry has the time at which that run was last alive."""

BACK = "back"
"""The state of all feeds of a run that was found dead and is not. Such a record names the run alone."""


@dataclass(frozen=True, slots=True)
class FeedChanged:
    """A feed began or ceased to receive."""

    feed: str
    state: str
    detail: str = ""
    run: str = ""
    """Which start of a program says so; empty if it is an old one, or was told by another."""
    place: str = ""
    """Where runs can tell which others are alive: all that have the same. Empty if this one could not tell."""
    alive: str = ""
    """The runs that were alive there then, with spaces between."""
    marks: bool = False
    """Whether the notifications that it brings carry the run."""
    lost: bool = False
    """Whether something that it was to read later is gone, so that it never will."""
    since: str = ""
    """Of such a record: when all had been read, as `datetime.isoformat` has it; empty if it was not followed then."""


Record = HangUpAsked | HangUpAnswered | CallChecked | FeedChanged

_KINDS: dict[str, type[Record]] = {
    "hangup-asked": HangUpAsked,
    "hangup-answered": HangUpAnswered,
    "call-checked": CallChecked,
    "feed": FeedChanged,
}

_FORMS: dict[str, Any] = {
    "str": str,
    "str | None": str | None,
    "bytes": str,
    "bool": bool,
    "int | None": int | None,
    "float | None": int | float | None,
    "tuple[Try, ...]": list,
}
"""What a field must be in JSON, by its annotation."""


def kind_of(record: Record) -> str:
    """The journal's name for this kind of record."""
    return next(name for name, kind in _KINDS.items() if type(record) is kind)


def encode(record: Record) -> bytes:
    """The record as a JSON object."""
    values = asdict(record)
    if isinstance(record, HangUpAnswered):
        del values["outcome"]["unsettled"]
    return json.dumps(values, ensure_ascii=False, default=_readable).encode("utf-8", "surrogatepass")


def _readable(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def decode(kind: str, body: bytes) -> Record | None:
    """The record in a journal entry; None for a kind or a body that this version does not know.

    Fields that this version does not know are left out, so that a newer callmon on the same journal does no harm.
    """
    try:
        values = json.loads(body, parse_constant=_no_number)
        cls = _KINDS[kind]
        if "outcome" in values:
            outcome = HangUpOutcome if cls is HangUpAnswered else CheckOutcome
            values["outcome"] = _build(outcome, values["outcome"])
        return _build(cls, values)  # type: ignore[no-any-return]  # built from the table of record types above
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def _no_number(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, which Python reads although JSON has no such numbers (RFC 8259, 6)."""
    raise ValueError(name)


def _build(cls: type[Any], values: dict[str, Any]) -> Any:
    known = {item.name: values[item.name] for item in fields(cls) if item.name in values}
    forms = {item.name: _FORMS.get(str(item.type), object) for item in fields(cls)}
    if not all(isinstance(value, forms[name]) for name, value in known.items()):
        raise TypeError
    if "answer" in known:
        known["answer"] = Answer(known["answer"])
    if "body" in known:
        known["body"] = known["body"].encode()
    if "tries" in known:
        known["tries"] = tuple(_build(Try, each) for each in known["tries"])
    return cls(**known)
