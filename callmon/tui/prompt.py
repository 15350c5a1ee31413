"""One line to type a filter or a search into, with what was typed before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from callmon.tui.messages import PromptClosed, PromptTyped


class Prompt(Input):
    """Tells every change at once; Enter keeps it, Escape gives it up. It is closed when the focus goes elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="keep-typed", tooltip="In a line to type into: keep it", show=False),
        Binding(
            "up",
            "recall(1)",
            "Earlier",
            id="recall-earlier",
            tooltip="In a line to type into: what was typed before",
            show=False,
        ),
        Binding(
            "down",
            "recall(-1)",
            "Later",
            id="recall-later",
            tooltip="In a line to type into: what was typed after",
            show=False,
        ),
        Binding("escape", "give_up", "Give up", id="give-up", tooltip="In a line to type into: give it up", show=False),
    ]

    def __init__(
        self, purpose: str, text: str, history: Sequence[str], placeholder: str, *, kept_when_left: bool = True
    ) -> None:
        """`purpose` is ``filter``, ``search`` or another; `history` has the latest text first."""
        self.purpose = purpose  # first: what watches the value needs it
        super().__init__(text, placeholder=placeholder, id=purpose)
        self._kept_when_left = kept_when_left
        self.closing = False
        """Whether the screen has been told to close it."""
        self._before = text
        self._history = [text, *(earlier for earlier in history if earlier != text)]
        self._recalled = 0

    async def _on_key(self, event: events.Key) -> None:
        """What a key does here is done before the next one is typed.

        Textual itself has the text typed first and the actions of keys done later, when they have come up to the app.
        Over a slow line, where they arrive in one breath, the key that rubs out a letter would meet those after it.
        """
        action = "" if event.is_printable else self._own_action(event.key)
        if action and await self.app.run_action(action, self):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    def _own_action(self, key: str) -> str:
        active = self.screen.active_bindings.get(key)
        return active.binding.action if active is not None and active.node is self and active.enabled else ""

    def watch_value(self, value: str) -> None:
        """Whatever changed it, keys or history."""
        self.post_message(PromptTyped(self.purpose, value))

    def on_paste(self, event: events.Paste) -> None:
        """Several lines become one. Textual would keep the first and drop the others without a word."""
        event.text = _on_one_line(event.text)

    def action_paste(self) -> None:
        """The same from the console's own clipboard, where a ticket text may be."""
        self.replace(_on_one_line(self.app.clipboard), *self.selection)

    async def action_submit(self) -> None:
        """Keep what was typed."""
        self._close(self.value, kept=True)

    def action_give_up(self) -> None:
        """As if nothing had been typed."""
        self._close(self._before, kept=False)

    def leave(self) -> None:
        """The focus has gone elsewhere, by a click or a key: no key is to be for another line than it looks."""
        if not self.closing:
            self._close(self.value if self._kept_when_left else self._before, kept=self._kept_when_left)

    def _close(self, text: str, *, kept: bool) -> None:
        self.closing = True
        self.post_message(PromptClosed(self.purpose, text, kept=kept))

    def action_recall(self, step: int) -> None:
        """Go through what was typed before; what is being typed is there again at the end of the way back."""
        if not self._recalled:
            self._history[0] = self.value
        self._recalled = min(max(self._recalled + step, 0), len(self._history) - 1)
        self.value = self._history[self._recalled]
        self.cursor_position = len(self.value)


def _on_one_line(text: str) -> str:
    return " ".join(text.splitlines())
