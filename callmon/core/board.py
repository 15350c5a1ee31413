"""The board: the state of every call, as a value. `callmon.core.draft` makes the next one of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rpds import HashTrieMap, HashTrieSet

from callmon.core.calls import Call
from callmon.core.text import same_id


@dataclass(frozen=True, slots=True)
class Board:
    """Every call that was heard of, active and ended."""

    calls: HashTrieMap[str, Call] = field(default_factory=HashTrieMap)
    """By the comparable form of the id."""
    living: HashTrieSet[str] = field(default_factory=HashTrieSet)
    """The ids of those that have not ended, in the same form."""
    seen: int = 0
    """How many calls were ever on the board: the index of the newest."""

    @property
    def active(self) -> int:
        """How many calls have not ended."""
        return len(self.living)

    @property
    def ended(self) -> int:
        """How many ended calls are still on the board."""
        return len(self.calls) - self.active

    def get(self, call_id: str) -> Call | None:
        """The call with that id, however it is spelled."""
        return self.calls.get(same_id(call_id))

    def find(self, start: str) -> tuple[Call, ...]:
        """The calls whose id starts so, dashes and case aside; an exact match alone if there is one."""
        exact = self.get(start)
        if exact is not None:
            return (exact,)
        bare = start.replace("-", "").lower()
        return tuple(call for call in self if bare and call.id.replace("-", "").startswith(bare))

    def __iter__(self) -> Iterator[Call]:
        """Every call, in no order."""
        return iter(self.calls.values())

    def alive(self) -> Iterator[Call]:
        """Every call that has not ended, in no order; what has ended costs nothing."""
        return (self.calls[call_id] for call_id in self.living)
