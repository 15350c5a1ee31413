"""The orders in which calls can stand. None of them changes while only time passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from callmon.core import describe
from callmon.core.calls import Call
from callmon.core.custom import said_of
from callmon.core.states import CallState

Place = tuple[object, ...]
"""Where a call stands: comparable with those of the same order, and unlike that of any other call."""


class SortBy(StrEnum):
    """What the order goes by: a column of the board, or `NEWEST`."""

    NEWEST = "newest"
    """Active calls first, the newest on top; then the ended ones, the latest end on top."""
    TIME = "time"
    """Active calls first, the longest on top; then the ended ones likewise."""
    STATE = "state"
    """As a call goes through its states."""
    WHO = "who"
    KIND = "kind"
    INDEX = "index"
    """The number of the call: as they were first seen."""
    NOTE = "note"
    """Why calls ended, by code and subcode; those that live come first."""
    ID = "id"
    SEEN = "seen"
    HEARD = "heard"
    """When the call was last heard of: what has been silent for longest is on top."""
    BOT = "bot"
    CHAIN = "chain"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order. Calls that are equal in it stand with the newest on top, also if it is reversed."""

    by: str = SortBy.NEWEST
    """A `SortBy`, or the name of a column that somebody made."""
    reverse: bool = False
    once: bool = False
    """Every call keeps the place that it had when it came into the view, whatever changes."""


NEWEST_FIRST = Sort()


def sort_named(text: str, custom: Collection[str] = ()) -> Sort | None:
    """The order of that name, inverted if a ``-`` stands before it; None if there is no such order.

    `custom` names the columns that somebody made.
    """
    name = text.removeprefix("-")
    return Sort(name, reverse=name != text) if name in set(SortBy) or name in custom else None


_STAGES: dict[str | None, int] = {state: number for number, state in enumerate(CallState, 1)}


def order(sort: Sort, *, kept_in_place: bool = False) -> Callable[[Call], Place]:
    """Where a call stands in this order.

    `kept_in_place`: the view is one of active calls, where one that ends under the cursor keeps its place.
    """
    key = _KEYS.get(sort.by) or _custom(sort.by)
    parted = sort.by in {SortBy.NEWEST, SortBy.TIME}  # what is over stays below what goes on, also if it is reversed
    numbered = sort.by in {SortBy.NEWEST, SortBy.INDEX}  # no two calls are equal in it

    def place(call: Call) -> Place:
        over = call.ended and not kept_in_place
        value = key(call, over)
        told = map(_reversed, value) if sort.reverse else value
        return (parted and over, *told) if numbered else (parted and over, *told, -call.index)

    return place


def _newest(call: Call, over: bool) -> tuple[float | str, ...]:
    return (-call.ended_at.timestamp() if over and call.ended_at else 0.0, -call.index)


def _time(call: Call, over: bool) -> tuple[float | str, ...]:
    """Of a call that goes on, its start: what has begun first has lasted longest, now and later."""
    began = (call.established_at or call.first_seen).timestamp()
    if not over or call.ended_at is None:
        return (began,)
    return (began - call.ended_at.timestamp() if call.established_at else 0.0,)


def _note(call: Call, over: bool) -> tuple[float | str, ...]:
    if not over:
        return (0,)
    parts = (call.end.code, call.end.subcode) if call.end else (None, None)
    return (1, *(f"{part:>9}" if isinstance(part, int) else part or "" for part in parts))


def _custom(name: str) -> Callable[[Call, bool], tuple[float | str, ...]]:
    """Numbers by their size, before all other text."""

    def key(call: Call, _over: bool) -> tuple[float | str, ...]:
        text = said_of(call.custom, name)
        number = _NUMBER.fullmatch(text)
        return (not text, number is None, float(text) if number else 0.0, text.casefold())

    return key


_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)


_KEYS: dict[str, Callable[[Call, bool], tuple[float | str, ...]]] = {
    SortBy.NEWEST: _newest,
    SortBy.TIME: _time,
    SortBy.STATE: lambda call, _over: (_STAGES.get(call.state, 0),),
    SortBy.WHO: lambda call, _over: _text(describe.who(call)),
    SortBy.KIND: lambda call, _over: (call.kind,),
    SortBy.INDEX: lambda call, _over: (call.index,),
    SortBy.NOTE: _note,
    SortBy.ID: lambda call, _over: (call.id,),
    SortBy.SEEN: lambda call, _over: (call.first_seen.timestamp(),),
    SortBy.HEARD: lambda call, _over: (call.last_heard.timestamp(),),
    SortBy.BOT: lambda call, _over: _text(call.bot),
    SortBy.CHAIN: lambda call, _over: _text(call.facts.chain_id or ""),
    SortBy.TENANT: lambda call, _over: _text(call.facts.tenant_id or ""),
}


def _text(text: str) -> tuple[float | str, ...]:
    """What was not said stands last."""
    return (not text, text.casefold())


_BELOW_ALL = 1


def _reversed(value: float | str) -> object:
    """A value that compares the other way round."""
    if isinstance(value, str):
        return (*(-ord(char) for char in value), _BELOW_ALL)
    return -value
