"""The keys and signs, made from the bindings and the tables that the screen itself uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from callmon.core.describe import FAILED_GLYPH, GLYPHS

_KEYS_LEAST = 16


class HelpScreen(ModalScreen[None]):
    """All keys. Any of the closing keys goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Back", id="close-help", tooltip="Out of the help"),
    ]

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Keys and signs side by side if there is room, else one below the other."""
        with VerticalScroll(id="help"):
            yield Static(self._key_text(), id="help-keys", markup=False)
            yield Static(self._sign_text(), id="help-signs", markup=False)

    def _key_text(self) -> Content:
        parts: list[str | tuple[str, str]] = [("Keys", "bold underline")]
        width = max(_KEYS_LEAST, *(cell_len(keys) + 2 for keys, _ in self._keys))
        for keys, does in self._keys:
            parts += [(f"\n{set_cell_size(keys, width)}", "bold"), does]
        return Content.assemble(*parts)

    @staticmethod
    def _sign_text() -> Content:
        parts: list[str | tuple[str, str]] = [("States", "bold underline")]
        for state, glyph in GLYPHS.items():
            parts += [
                (f"\n{glyph:<4}", "bold"),
                str(state) if state else "not said yet, or a state Graph's schema lacks",
            ]
        parts += [(f"\n{FAILED_GLYPH:<4}", "bold"), "terminated by a fault, or gone: its end was never reported"]
        parts.append("\n\n? before a sign: the call is in doubt; its detail says since when and why.")
        parts.append(
            "\n≥ before a time in the detail: the beginning was not seen, so it lasted at least so long. Times are UTC."
        )
        return Content.assemble(*parts)
