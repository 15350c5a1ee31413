"""The form that Graph gives to a JSON value: `read` takes the fields of an object that have it and names the others.

Facts: the resources of Microsoft Graph, and notifications as bots received them. Every type is open: what no form asks
for is let through unread. Numbers where text belongs, and words where a Boolean does, are taken for what they mean.

Written by hand, not as models of a validating library: at every start the whole journal is read again, and this takes
a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

_T = TypeVar("_T")

Form = Callable[[Any], Any]
"""Takes a JSON value that is not null and gives what it stands for. Raises `Malformed`."""
Object = dict[str, Any]
"""A JSON object."""

_FLAGS: Mapping[object, bool] = {
    **dict.fromkeys((1, "1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys((0, "0", "false", "f", "no", "n", "off"), False),
}


_SCALARS = (str, int, float)
_NEVER_NULL = frozenset({"changeType", "@odata.type"})


class Malformed(Exception):  # noqa: N818  # what is the case; nobody meets it as an error
    """A value is not of Graph's form; `rest` is what it stands for all the same, None if for nothing."""

    def __init__(self, rest: object = None) -> None:
        super().__init__()
        self.rest = rest


def read(raw: Object, forms: Mapping[str, Form]) -> tuple[Object, tuple[str, ...]]:
    """The fields that are there, not null and of their form; and the names of those that are not of their form.

    One of which only a part is not of its form is among both.
    """
    said: Object = {}
    left_out: list[str] = []
    for name, value in raw.items():
        form = forms.get(name)
        if form is None:
            continue
        if form is text and type(value) is str:  # most fields are
            said[name] = value
        elif value is not None:
            try:
                said[name] = form(value)
            except Malformed as wrong:
                left_out.append(name)
                if wrong.rest is not None:
                    said[name] = wrong.rest
        elif name in _NEVER_NULL:
            left_out.append(name)
    return said, tuple(sorted(left_out)) if left_out else ()


def text(value: object) -> str:
    """Text, or a number as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Malformed


def flag(value: object) -> bool:
    """A Boolean, also as 0 or 1 or as a word."""
    if value is True or value is False:
        return value
    known = _FLAGS.get(value.lower() if isinstance(value, str) else value) if isinstance(value, _SCALARS) else None
    if known is None:
        raise Malformed
    return known


def mapping(value: object) -> Object:
    """An object, as it is."""
    if isinstance(value, dict):
        return value
    raise Malformed


def optional_text(raw: Object, name: str) -> str | None:
    """The text in a field; None if there is none. Raises `Malformed`."""
    value = raw.get(name)
    return value if value is None or isinstance(value, str) else text(value)


def optional_mapping(raw: Object, name: str) -> Object | None:
    """The object in a field; None if there is none. Raises `Malformed`."""
    value = raw.get(name)
    return None if value is None else mapping(value)


def each(form: Callable[[Any], _T]) -> Callable[[Any], tuple[_T, ...]]:
    """A list of values of one form, none of them null."""

    def all_of(value: object) -> tuple[_T, ...]:
        if isinstance(value, list):
            return tuple([form(item) for item in value])
        raise Malformed

    return all_of
