"""Keys that are typed behind the one that closes a prompt: they are meant for what is there when it is closed.

Over a slow line they come in the same breath, and a key is given to whatever has the focus when it arrives: they would
end up in the prompt, or find the board as it was before the filter.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.widget import Widget

from callmon.tui.keys import keys_of
from callmon.tui.prompt import Prompt


class TypeAhead:
    """Holds keys back while a prompt is closing."""

    def __init__(self) -> None:
        self._prompt: Prompt | None = None
        self._waiting: list[events.Key] = []

    def holds(self, key: events.Key, focused: Widget | None) -> bool:
        """Whether a key that has just arrived has to wait."""
        if self._prompt is not None:
            if self._prompt.closing or self._prompt is focused:
                self._waiting.append(key)
                return True
            self.release()  # the terminal lost the focus meanwhile, and it stays open
        if isinstance(focused, Prompt) and key.key in (*keys_of(focused, "keep-typed"), *keys_of(focused, "give-up")):
            self._prompt = focused
        return False

    def release(self) -> Sequence[events.Key]:
        """The prompt is closed: the keys that have waited, in the order in which they came."""
        self._prompt = None
        waited, self._waiting = self._waiting, []
        return waited
