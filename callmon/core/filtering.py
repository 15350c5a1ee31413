r"""The language of the filter: from what somebody typed to a question that every call can answer.

``ana !lobby state:hold,established !by:bot code:4xx "two words"``: words must occur in what is known of the call,
``field:value`` must hold of that field, commas stand between alternatives, ``!`` negates, quotes keep a text together,
and one quote alone, or one slash where a value begins, keeps all that follows (`Filter.unclosed`).
``who:/^\+45/`` and ``/lobby|queue/`` are regular expressions (`callmon.core.expressions`), looked for in the field,
or in all that is known.
Every part must hold. Case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from callmon.core.calls import Call
from callmon.core.expressions import LONGEST, Expression, NoExpression, compiled
from callmon.core.filter_fields import FIELDS, FLAGS, Field, Haystack, custom_field, haystack, is_no_range, starts
from callmon.core.text import visible

_EXPRESSION = r"/(?:\\.|[^/\\])*"
_QUOTED = r'"[^"]*"?'
_PART = re.compile(
    rf"(?:(?<![^\s!]){_EXPRESSION}/(?!\S)|(?<=[:,])(?:{_EXPRESSION}/|(?P<slash>{_EXPRESSION}))"
    r'|[^\s"]|"[^"]*"|(?P<quote>"[^"]*\Z))+'
)
"""A regular expression may have spaces in it: a word that is one needs both slashes, a value only the first."""
_VALUE = re.compile(rf'(?:(?:(?<=,)|\A){_EXPRESSION}/?|[^,"]|{_QUOTED})+')
_FIELD = re.compile(r"([^\W\d_]+):")
_REPEATED = 20
"""So much of a text that is not understood is repeated to whoever typed it."""
_SIMILAR = 0.6
_IS = "is"

Wanted = str | Expression
"""A text in lower case, or a regular expression."""


@dataclass(frozen=True, slots=True)
class FilterError:
    """What was typed is no filter."""

    sentence: str
    """What is wrong and what there is instead; harmless to a terminal."""


class _Condition(NamedTuple):
    field: Field
    values: tuple[Wanted, ...]
    """One of them must fit."""
    negated: bool

    def holds(self, call: Call, lang: str) -> bool:
        said = self.field.read(call, lang)
        return any(_fits(self.field, one, value) for value in self.values for one in said) != self.negated


def _fits(field: Field, said: str, value: Wanted) -> bool:
    return field.fits(said, value) if isinstance(value, str) else value.found_in(said)


class _IsCondition(NamedTuple):
    flags: tuple[str, ...]
    """One of them must hold."""
    negated: bool

    def holds(self, call: Call, _lang: str) -> bool:
        return any(FLAGS[flag](call) for flag in self.flags) != self.negated


class _Word(NamedTuple):
    text: Wanted
    negated: bool

    def holds(self, known: str) -> bool:
        found = self.text in known if isinstance(self.text, str) else self.text.found_in(known)
        return found != self.negated


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood."""

    conditions: tuple[_Condition | _IsCondition, ...] = ()
    words: tuple[_Word, ...] = ()
    unclosed: str = ""
    """What was opened and not closed, so that all that follows it counts as one text; empty if nothing was."""
    empty: str = ""
    """The first part that asks for nothing, such as ``“is:”``, harmless to a terminal; empty if every part does."""

    def matches(self, call: Call, lang: str = "en", text_of: Haystack = haystack) -> bool:
        """Whether everything that was asked for holds of the call. `lang` is that of the end reasons."""
        for condition in self.conditions:  # plain loops, for this is asked of every call at every key
            if not condition.holds(call, lang):
                return False
        known = text_of(call, lang) if self.words else ""
        for word in self.words:  # noqa: SIM110  # as above
            if not word.holds(known):
                return False
        return True


def parse(text: str, custom: Iterable[str] = ()) -> Filter | FilterError:
    """Understand a filter. Total: what is still being typed (``state:``, ``!``, ``who:/``) asks for nothing yet.

    `custom` names the columns that somebody made: each is a field, too.
    """
    fields = {**FIELDS, **{name: custom_field(name) for name in custom}}
    conditions: list[_Condition | _IsCondition] = []
    words: list[_Word] = []
    unclosed = empty = ""
    for part in _PART.finditer(text):
        understood = _understood(part[0], fields)
        unclosed = _unclosed(part)
        if isinstance(understood, FilterError):
            return understood
        if isinstance(understood, _Word):
            words.append(understood)
        elif understood is not None:
            conditions.append(understood)
        else:
            empty = empty or _repeated(part[0])
    return Filter(tuple(conditions), tuple(words), unclosed, empty)


def _unclosed(part: re.Match[str]) -> str:
    if part["quote"]:
        return "a quote"
    # Without a space in it nothing can have been meant for something else.
    return "a regular expression" if part["slash"] and re.search(r"\s\S", part["slash"]) else ""


def _understood(part: str, fields: Mapping[str, Field]) -> _Condition | _IsCondition | _Word | FilterError | None:
    """One part; None if it asks for nothing yet."""
    negated = part.startswith("!")
    rest = part[1:] if negated else part
    named = _FIELD.match(rest)
    if named is None:
        closed = len(rest) > 1 and rest.startswith("/") and rest.endswith("/")
        word = _expression(rest) if closed else _unquoted(rest)
        return word if isinstance(word, FilterError) else _Word(word, negated) if word else None
    return _condition(fields, named[1].casefold(), _VALUE.findall(rest[named.end() :]), negated=negated)


def _unquoted(text: str) -> str:
    return text.replace('"', "").casefold()


def _expression(typed: str) -> Wanted | FilterError:
    """What is between the slashes, of which the last may still be missing; an empty text if that is nothing."""
    closed = len(typed) > 1 and typed.endswith("/") and not typed.endswith("\\/")
    expression = typed[1:-1] if closed else typed[1:]
    if not expression:
        return ""
    if len(expression) > LONGEST:
        return FilterError(f"A regular expression may have at most {LONGEST} characters.")
    understood = compiled(expression)
    if isinstance(understood, NoExpression):
        return FilterError(f"{_repeated(typed)} is not a regular expression: {visible(understood.because)}.")
    return understood


def _condition(
    fields: Mapping[str, Field], name: str, typed: list[str], *, negated: bool
) -> _Condition | _IsCondition | FilterError | None:
    if name in fields:
        return _field_condition(name, fields[name], typed, negated=negated)
    if name != _IS:
        known = (*fields, _IS)
        listed = f"The fields are {', '.join(known)}."
        return FilterError(f"There is no field {_meant(name, known)} Text with a colon goes into quotes. {listed}")
    flags: list[str] = []
    for value in filter(None, map(_unquoted, typed)):
        meant = [flag for flag in FLAGS if starts(flag, value)]
        if not meant:
            return FilterError(f"“is:” does not know {_meant(value, FLAGS)} It knows {', '.join(FLAGS)}.")
        flags += meant
    return _IsCondition(tuple(flags), negated) if flags else None


def _field_condition(name: str, field: Field, typed: list[str], *, negated: bool) -> _Condition | FilterError | None:
    values: list[Wanted] = []
    for one in typed:
        value = _expression(one) if one.startswith("/") else _unquoted(one)
        if isinstance(value, str):
            value = _refused(name, field, value) or value
        if isinstance(value, FilterError):
            return value
        if value:
            values.append(value)
    return _Condition(field, tuple(values), negated) if values else None


def _refused(name: str, field: Field, value: str) -> FilterError | None:
    """Why no call can say this of the field, if that is certain."""
    if field.known and not any(starts(known, value) for known in field.known):
        others = f" If Graph sent it, write {name}:/{_brief(value)}/." if field.others else ""
        return FilterError(f"No {name} {_meant(value, field.known)}{others} There are {', '.join(field.known)}.")
    if field.ranges and is_no_range(value):
        told = "A range has a number at one end or both, such as 500..599."
        return FilterError(f"No {name} {_repeated(value)}. {told}")
    return None


def _repeated(typed: str) -> str:
    return f"“{_brief(typed)}”"


def _brief(typed: str) -> str:
    return visible(typed if len(typed) <= _REPEATED else f"{typed[:_REPEATED]}…")


def _meant(typed: str, known: Collection[str]) -> str:
    near = [one for one in known if typed.startswith(one)] or get_close_matches(typed[:_REPEATED], known, 1, _SIMILAR)
    return f"{_repeated(typed)}, did you mean “{near[0]}”?" if near else f"{_repeated(typed)}."
