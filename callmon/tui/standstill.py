"""A picture that stands still while the feed goes on."""

from __future__ import annotations

from callmon.snapshot import Update


class Standstill:
    """Holds back what changed while the picture is frozen."""

    def __init__(self) -> None:
        self._waiting: set[str] | None = None

    @property
    def frozen(self) -> bool:
        """Whether the picture stands still."""
        return self._waiting is not None

    @property
    def waiting(self) -> int | None:
        """How many calls have changed since; None while the picture moves."""
        return None if self._waiting is None else len(self._waiting)

    def begin(self) -> None:
        """Stand still from now on."""
        self._waiting = set()

    def end(self) -> frozenset[str]:
        """Move again; returns the ids of the calls that changed meanwhile."""
        waited, self._waiting = self._waiting or set(), None
        return frozenset(waited)

    def holds(self, update: Update) -> bool:
        """Whether the update is held back."""
        if self._waiting is None:
            return False
        self._waiting |= update.changed
        return True
