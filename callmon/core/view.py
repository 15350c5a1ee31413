"""A view of the board in order, kept up to date by what changed: the cost does not grow with the board."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.filter_fields import Haystack, haystack
from callmon.core.grouping import ALONE, GroupBy, Members, group_of, least_in
from callmon.core.query import Query, Which, matcher
from callmon.core.sorting import order


class Group(NamedTuple):
    """The line above the calls of a group."""

    name: str
    """What they share (`callmon.core.grouping.group_of`)."""


Line = str | Group
"""The id of a call, or what stands above a group."""

_BELOW = 1
"""The rank of those that are in no group; the rank of a group is minus the number of its first call."""

_AT_ONCE = 50
"""So many calls are looked at without a pause."""

_Key = tuple[Any, ...]
"""Where a line stands, and last the line itself. In a grouped view: rank and name of the group, 0 for its title, 1 …"""


class View:
    """The lines of a view: the ids of its calls and, if they are grouped, a title above each group.

    Without groups always equal to the ids of `callmon.core.query.rows` for the same board and query, but for one call
    that may be kept, and for what an order "once" keeps. The group whose first call is the newest stands on top, and a
    group keeps its place as long as there are calls in it; those that are in no group stand below all.
    """

    def __init__(
        self, query: Query, calls: Iterable[Call] = (), keep: str | None = None, text_of: Haystack = haystack
    ) -> None:
        """The call `keep` is in the view though it may not belong."""
        self.query = query
        self._belongs = matcher(query, text_of)
        self._grouped = query.group is not GroupBy.NONE
        self._kept_in_place = query.which is Which.ACTIVE
        self._order = order(query.sort, kept_in_place=self._kept_in_place)
        self._key_of: dict[Line, _Key] = {}
        self._members = Members(least_in(query.group))
        self._sizes: dict[str, int] = {}
        self._ranks: dict[str, int] = {}
        self._keys: list[_Key] = []
        for _ in self._take_in(calls, keep, {}):
            pass

    @classmethod
    def bit_by_bit(
        cls, query: Query, calls: Iterable[Call], keep: str | None, text_of: Haystack, before: View
    ) -> Generator[None, None, View]:
        """The same view, from one that is kept up to date; one may do something else wherever this yields."""
        view = cls(query, text_of=text_of)
        yield from view._take_in(calls, keep, before._key_of if view._has_order_of(before) else {})
        return view

    def _has_order_of(self, other: View) -> bool:
        """Whether a call has the same key in both."""
        sort, grouped = self.query.sort, self._grouped or other._grouped
        return not (grouped or sort.once) and (sort, self._kept_in_place) == (other.query.sort, other._kept_in_place)

    def _take_in(
        self, calls: Iterable[Call], keep: str | None, keys: Mapping[Line, _Key]
    ) -> Generator[None, None, None]:
        """Put calls into a view that is still empty."""
        taken = []
        for number, call in enumerate(calls):
            if self._belongs(call) or call.id == keep:
                taken.append(call)
            if number % _AT_ONCE == 0:
                yield
        if self._grouped:
            taken.sort(key=lambda call: call.index)
            for number, call in enumerate(taken):
                self._members.put(call.id, group_of(call, self.query.group))
                if number % _AT_ONCE == 0:
                    yield
        for number, call in enumerate(taken):
            self._put_in(keys.get(call.id) or self._key(call))
            if number % _AT_ONCE == 0:
                yield
        yield
        self._keys = sorted(self._key_of.values())

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._keys)

    def __contains__(self, line: object) -> bool:
        return line in self._key_of

    def __iter__(self) -> Iterator[Line]:
        """The lines, from top to bottom."""
        return (key[-1] for key in self._keys)

    def __getitem__(self, place: int) -> Line:
        """What stands in that place, from 0."""
        line: Line = self._keys[place][-1]
        return line

    @property
    def calls(self) -> int:
        """How many calls there are."""
        return len(self._keys) - len(self._sizes)

    def size(self, group: Group) -> int:
        """How many calls the group has."""
        return self._sizes.get(group.name, 0)

    def place(self, line: Line) -> int | None:
        """Where the call or title stands, from 0; None if it is not in the view."""
        key = self._key_of.get(line)
        return None if key is None else bisect_left(self._keys, key)

    def call_near(self, place: int, step: int) -> str | None:
        """The first call from this place on, in the direction of the step, or else back; None if there is none."""
        place = min(max(place, 0), len(self) - 1)
        onward, back = range(place, len(self)), range(place, -1, -1)
        for at in (*onward[:2], *back[:2]) if step > 0 else (*back[:2], *onward[:2]):  # no two titles follow each other
            if isinstance(line := self[at], str):
                return line
        return None

    def update(self, board: Board, changed: Iterable[str], keep: str | None = None) -> bool:
        """Take in what changed on the board (ids). Returns whether a call came, went or moved.

        The call `keep`, if it is in the view, stays there though it no longer belongs.
        """
        moved = False
        for call_id in changed:
            call = board.calls.get(call_id)
            kept = call_id == keep and call_id in self._key_of
            if call is not None and not (kept or self._belongs(call)):
                call = None
            others = self._members.put(call_id, call and group_of(call, self.query.group)) if self._grouped else ()
            moved |= self._place(call_id, call)
            for other in others:
                moved |= self._place(other, board.calls.get(other))
        return moved

    def _place(self, call_id: str, call: Call | None) -> bool:
        """Put the call where it belongs, or out of the view if there is none; returns whether that is elsewhere."""
        old = self._key_of.get(call_id)
        new = None if call is None else old if old is not None and self.query.sort.once else self._key(call)
        if new == old:
            return False
        if old is not None:
            for key in self._take_out(old):
                del self._keys[bisect_left(self._keys, key)]
        if new is not None:
            for key in self._put_in(new):
                insort(self._keys, key)
        return True

    def _key(self, call: Call) -> _Key:
        place = (*self._order(call), call.id)
        if not self._grouped:
            return place
        name = self._members.group(call.id)
        rank = _BELOW if name == ALONE else self._ranks.get(name, -call.index)
        return (rank, name, 1, *place)

    def _put_in(self, key: _Key) -> list[_Key]:
        """Remember a call; returns the keys that are new: its own, and that of a title if it is the first below it."""
        self._key_of[key[-1]] = key
        if not self._grouped:
            return [key]
        rank, name = key[:2]
        self._sizes[name] = size = self._sizes.get(name, 0) + 1
        if size > 1:
            return [key]
        self._ranks[name] = rank
        self._key_of[Group(name)] = title = (rank, name, 0, Group(name))
        return [key, title]

    def _take_out(self, key: _Key) -> list[_Key]:
        """Forget a call; returns the keys that are gone."""
        del self._key_of[key[-1]]
        if not self._grouped:
            return [key]
        name = key[1]
        self._sizes[name] -= 1
        if self._sizes[name]:
            return [key]
        del self._sizes[name], self._ranks[name]
        return [key, self._key_of.pop(Group(name))]
