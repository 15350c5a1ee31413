"""Which lines of a longer list are in sight."""

from __future__ import annotations


class Window:
    """A window of some height over a list of some length. Every move returns whether it changed what is in sight."""

    def __init__(self) -> None:
        self.top = 0
        self.height = 0

    def holds(self, place: int) -> bool:
        """Whether the line is in sight."""
        return self.top <= place < self.top + self.height

    def scroll(self, lines: int, length: int) -> bool:
        """Move by lines, down if positive, without leaving the list."""
        before = self.top
        self.top = max(0, min(self.top + lines, length - self.height))
        return self.top != before

    def reveal(self, place: int | None, length: int) -> bool:
        """Bring a line into sight, if there is one, and leave no room unused."""
        before = self.top
        if place is not None and self.height:
            self.top = min(max(self.top, place - self.height + 1), place)
        self.scroll(0, length)
        return self.top != before
