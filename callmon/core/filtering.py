"""The language of the filter: from what somebody typed to a question that every call can answer.

``ana !lobby state:hold,established !by:bot code:4xx "two words"``: words must occur in what is known of the call,
``field:value`` must hold of that field, commas stand between alternatives, ``!`` negates, quotes keep a text together.
Every part must hold. Case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from callmon.core import describe
from callmon.core.calls import Call
from callmon.core.text import visible

_PART = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_VALUE = re.compile(r'(?:[^,"]|"[^"]*"?)+')
_FIELD = re.compile(r"([^\W\d_]+):")
_REPEATED = 20
"""So much of a text that is not understood is repeated to whoever typed it."""
_SIMILAR = 0.4
_IS = "is"


@dataclass(frozen=True, slots=True)
class FilterError:
    """What was typed is no filter."""

    sentence: str
    """What is wrong and what there is instead; harmless to a terminal."""


class _Condition(NamedTuple):
    field: str
    values: tuple[str, ...]
    """In lower case; one of them must fit."""
    negated: bool

    def holds(self, call: Call, lang: str) -> bool:
        field = FIELDS[self.field]
        said = field.read(call, lang)
        return any(field.fits(one, value) for value in self.values for one in said) != self.negated


class _IsCondition(NamedTuple):
    flags: tuple[str, ...]
    """One of them must hold."""
    negated: bool

    def holds(self, call: Call, _lang: str) -> bool:
        return any(_FLAGS[flag](call) for flag in self.flags) != self.negated


class _Word(NamedTuple):
    text: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood."""

    conditions: tuple[_Condition | _IsCondition, ...] = ()
    words: tuple[_Word, ...] = ()

    def matches(self, call: Call, lang: str = "en") -> bool:
        """Whether everything that was asked for holds of the call. `lang` is that of the end reasons."""
        if not all(condition.holds(call, lang) for condition in self.conditions):
            return False
        if not self.words:
            return True
        known = _haystack(call, lang)
        return all((word.text in known) != word.negated for word in self.words)


def parse(text: str) -> Filter | FilterError:
    """Understand a filter. Total: what is still being typed (``state:``, ``!``) asks for nothing yet."""
    conditions: list[_Condition | _IsCondition] = []
    words = []
    for part in _PART.findall(text):
        negated = part.startswith("!")
        rest = part[1:] if negated else part
        named = _FIELD.match(rest)
        if named is None:
            words.append(_Word(_unquoted(rest), negated))
            continue
        values = tuple(filter(None, map(_unquoted, _VALUE.findall(rest[named.end() :]))))
        condition = _condition(named[1].casefold(), values, negated=negated)
        if isinstance(condition, FilterError):
            return condition
        if values:
            conditions.append(condition)
    return Filter(tuple(conditions), tuple(word for word in words if word.text))


def _unquoted(text: str) -> str:
    return text.replace('"', "").casefold()


def _condition(name: str, values: tuple[str, ...], *, negated: bool) -> _Condition | _IsCondition | FilterError:
    if name in FIELDS:
        return _Condition(name, values, negated)
    if name != _IS:
        known = (*FIELDS, _IS)
        listed = f"The fields are {', '.join(known)}; put a text that has a colon of its own into quotes."
        return FilterError(f"There is no field {_meant(name, known)} {listed}")
    flags: list[str] = []
    for value in values:
        meant = [flag for flag in _FLAGS if _starts(flag, value)]
        if not meant:
            return FilterError(f"“is:” does not know {_meant(value, _FLAGS)} It knows {', '.join(_FLAGS)}.")
        flags += meant
    return _IsCondition(tuple(flags), negated)


def _meant(typed: str, known: Iterable[str]) -> str:
    near = get_close_matches(typed[:_REPEATED], known, 1, _SIMILAR)
    shown = visible(typed if len(typed) <= _REPEATED else f"{typed[:_REPEATED]}…")
    return f"“{shown}”, did you mean “{near[0]}”?" if near else f"“{shown}”."


def _plain(text: str) -> str:
    return text.casefold().replace("-", "").replace("_", "").replace(" ", "")


def _starts(said: str, value: str) -> bool:
    return _plain(said).startswith(_plain(value))


def _is_id(said: str, value: str) -> bool:
    """Whether an id starts so, dashes aside; a number such as ``#12`` is whole, or every short one would be another."""
    return said == value if value.startswith("#") else _starts(said, value)


def _contains(said: str, value: str) -> bool:
    return value in said.casefold()


def _numbers(said: str, value: str) -> bool:
    """Whether a code is this one, looks like it (``x`` is any digit), or lies in the range (``500..599``)."""
    first, dots, last = value.partition("..")
    if dots and _digits(first + last):
        return _digits(said) and int(first or 0) <= int(said) and (not last or int(said) <= int(last))
    said = said.casefold()
    return len(said) == len(value) and all(
        one == other or (other == "x" and _digits(one)) for one, other in zip(said, value, strict=True)
    )


_MOST_DIGITS = 40
"""Two numbers of nineteen digits; Python refuses to read very long ones."""


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


class Field(NamedTuple):
    """What can stand before the colon."""

    read: Callable[[Call, str], tuple[str, ...]]
    """What the call says of it, given the language of the end reasons; one fitting text is enough."""
    fits: Callable[[str, str], bool]
    """Whether such a text fits a value that was typed, which is in lower case."""


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


_FLAGS: dict[str, Callable[[Call], bool]] = {
    "active": lambda call: not call.ended,
    "ended": lambda call: call.ended,
    "answered": lambda call: call.answered,
    "unanswered": describe.never_answered,
    "gone": lambda call: call.gone,
    "failed": describe.failed,
    "odd": lambda call: bool(call.anomalies),
    "hungup": lambda call: call.hangup is not None,
    "trouble": lambda call: bool(describe.trouble(call)),
}
"""What can stand after ``is:``. A hang-up counts as soon as it was asked for."""


FIELDS: dict[str, Field] = {
    "id": Field(_id, _is_id),
    "state": Field(_state, _starts),
    "kind": Field(lambda call, _lang: (call.kind,), _starts),
    "dir": Field(lambda call, _lang: (call.facts.direction or "unknown",), _starts),
    "who": Field(_people, _contains),
    "code": Field(_code, _numbers),
    "subcode": Field(_subcode, _numbers),
    "category": Field(_category, _starts),
    "by": Field(_ended_by, _starts),
    "bot": Field(lambda call, _lang: (call.bot,), _starts),
    "tenant": Field(lambda call, _lang: (call.facts.tenant_id or "",), _contains),
    "chain": Field(lambda call, _lang: (call.facts.chain_id or "",), _contains),
}
"""Every field but ``is``. Most values may be the beginning of a word."""


def _haystack(call: Call, lang: str) -> str:
    """What is known of the call, in lower case."""
    known = call.facts
    parts = [
        call.spelled,
        call.id,
        f"#{call.index}",
        describe.state_word(call),
        call.kind,
        known.direction or "",
        describe.who(call),
        describe.end_line(call, lang),
        call.bot,
        known.chain_id or "",
        known.tenant_id or "",
        known.subject or "",
        *(person.shown for person in call.roster or ()),
    ]
    return "\n".join(parts).casefold()
