"""What a filter can ask about: the fields, the flags after ``is:``, and everything that is known of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from callmon.core import describe
from callmon.core.calls import Call, DoubtKind, Kind
from callmon.core.custom import said_of
from callmon.core.states import CallState


def _plain(text: str) -> str:
    return text.casefold().replace("-", "").replace("_", "").replace(" ", "")


def starts(said: str, value: str) -> bool:
    """Whether the text begins so; dashes, underscores, spaces and case aside."""
    return _plain(said).startswith(_plain(value))


def _is_id(said: str, value: str) -> bool:
    """Whether an id starts so, dashes aside; a number such as ``#12`` is whole, or every short one would be another."""
    return said == value if value.startswith("#") else starts(said, value)


def _contains(said: str, value: str) -> bool:
    return value in said.casefold()


def _numbers(said: str, value: str) -> bool:
    """Whether a code is this one, looks like it (``x`` is any digit), or lies in the range (``500..599``)."""
    span = range_of(value)
    if span is not None:
        first, last = span
        return _digits(said) and first <= int(said) and (last is None or int(said) <= last)
    said = said.casefold()
    return len(said) == len(value) and all(
        one == other or (other == "x" and _digits(one)) for one, other in zip(said, value, strict=True)
    )


_MOST_DIGITS = 40
"""Two numbers of nineteen digits; Python refuses to read very long ones."""


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def range_of(value: str) -> tuple[int, int | None] | None:
    """The ends of a range such as ``500..599``, of which one may be left out; None if it is no such range."""
    first, dots, last = value.partition("..")
    ends = [end for end in (first, last) if end]
    if not dots or not ends or not all(map(_digits, ends)):
        return None
    return int(first or 0), int(last) if last else None


def is_no_range(value: str) -> bool:
    """Whether it is written as a range but is none."""
    return ".." in value and range_of(value) is None


Haystack = Callable[[Call, str], str]
"""What is known of a call, given the language of the end reasons (`haystack`)."""


class Field(NamedTuple):
    """What can stand before the colon."""

    read: Callable[[Call, str], tuple[str, ...]]
    """What the call says of it, given the language of the end reasons; one fitting text is enough."""
    fits: Callable[[str, str], bool]
    """Whether such a text fits a value that was typed, which is in lower case."""
    known: tuple[str, ...] = ()
    """What calls say of it; empty if that is open."""
    others: bool = False
    """Whether a call may also say something else, if Graph does."""
    ranges: bool = False
    """Whether a value may be a range of numbers."""


def _id(call: Call, _lang: str) -> tuple[str, ...]:
    return call.id, f"#{call.index}"


def _state(call: Call, _lang: str) -> tuple[str, ...]:
    return describe.state_word(call), call.state or "unknown"


def _people(call: Call, _lang: str) -> tuple[str, ...]:
    facts = call.facts
    named = (facts.source, facts.organizer, facts.transferor, *(facts.targets or ()))
    return (
        describe.who(call),
        *(identity.shown for identity in named if identity),
        *(person.shown for person in call.roster or ()),
    )


def _code(call: Call, _lang: str) -> tuple[str, ...]:
    return () if call.end is None or call.end.code is None else (str(call.end.code),)


def _subcode(call: Call, _lang: str) -> tuple[str, ...]:
    return () if call.end is None or call.end.subcode is None else (str(call.end.subcode),)


def _category(call: Call, lang: str) -> tuple[str, ...]:
    why = describe.ending(call, lang)
    return () if why is None else (why.category,)


def _ended_by(call: Call, lang: str) -> tuple[str, ...]:
    why = describe.ending(call, lang)
    return () if why is None else (why.ended_by,)


FLAGS: dict[str, Callable[[Call], bool]] = {
    "active": lambda call: not call.ended,
    "ended": lambda call: call.ended,
    "answered": lambda call: call.answered,
    "unanswered": describe.never_answered,
    "gone": lambda call: call.gone,
    "unverified": lambda call: call.doubt is not None and call.doubt.kind is DoubtKind.UNVERIFIED,
    "doubtful": lambda call: call.doubt is not None,
    "failed": describe.failed,
    "odd": lambda call: bool(call.anomalies),
    "hungup": lambda call: call.hangup is not None,
    "trouble": lambda call: bool(describe.trouble(call)),
}
"""What can stand after ``is:``. A hang-up counts as soon as it was asked for."""


_STATES = (*CallState, "hanging up", "gone", "unknown")
_CATEGORIES = ("success", "expected", "client_error", "network", "service_error", "unknown")

FIELDS: dict[str, Field] = {
    "id": Field(_id, _is_id),
    "state": Field(_state, starts, _STATES, others=True),
    "kind": Field(lambda call, _lang: (call.kind,), starts, tuple(Kind)),
    "dir": Field(lambda call, _lang: (call.facts.direction or "unknown",), starts, ("incoming", "outgoing", "unknown")),
    "who": Field(_people, _contains),
    "code": Field(_code, _numbers, ranges=True),
    "subcode": Field(_subcode, _numbers, ranges=True),
    "category": Field(_category, starts, _CATEGORIES),
    "by": Field(_ended_by, starts, tuple(describe.ENDED_BY)),
    "bot": Field(lambda call, _lang: (call.bot,), starts),
    "tenant": Field(lambda call, _lang: (call.facts.tenant_id or "",), _contains),
    "chain": Field(lambda call, _lang: (call.facts.chain_id or "",), _contains),
}
"""Every field but ``is``. Most values may be the beginning of a word."""


def custom_field(name: str) -> Field:
    """The field of a column that somebody made."""
    return Field(lambda call, _lang: (said_of(call.custom, name),), _contains)


def haystack(call: Call, lang: str) -> str:
    """What is known of the call, in lower case, a fact a line."""
    known = call.facts
    parts = [
        call.spelled,
        call.id,
        f"#{call.index}",
        describe.state_word(call),
        call.kind,
        known.direction or "",
        describe.who(call) or describe.NOT_SAID,
        describe.end_line(call, lang),
        call.bot,
        known.chain_id or "",
        known.tenant_id or "",
        known.subject or "",
        *(person.shown for person in call.roster or ()),
        *(text for _, text in call.custom),
    ]
    return "\n".join(parts).casefold()
