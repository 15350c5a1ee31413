"""The keys and signs, made from the bindings and the tables that the screen itself uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from callmon.core.describe import FAILED_GLYPH, GLYPHS
from callmon.tui.hanging import EMPTY, HangingText, Line
from callmon.tui.keys import ON_MODALS

_KEYS_LEAST = 16


class HelpScreen(ModalScreen[None]):
    """All keys. Any of the closing keys goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Back", id="close-help", tooltip="Out of the help"),
        *ON_MODALS,
    ]

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Keys and signs side by side if there is room, else one below the other."""
        with VerticalScroll(id="help"):
            yield HangingText(self._key_lines(), id="help-keys")
            yield HangingText(Line.titled("States", [*self._sign_lines()]), id="help-signs")

    def _key_lines(self) -> Sequence[Line]:
        width = max(_KEYS_LEAST, *(cell_len(keys) + 2 for keys, _ in self._keys))
        return Line.titled("Keys", [_labelled(set_cell_size(keys, width), does) for keys, does in self._keys])

    @staticmethod
    def _sign_lines() -> Iterator[Line]:
        for state, glyph in GLYPHS.items():
            yield _labelled(f"{glyph:<4}", str(state) if state else "not said yet, or a state Graph's schema lacks")
        yield _labelled(f"{FAILED_GLYPH:<4}", "terminated by a fault, or gone: its end was never reported")
        yield EMPTY
        yield _labelled("?   ", "before a sign: the call is in doubt; its detail says since when and why.")
        yield _labelled(
            "≥   ",
            "before a time in the detail: it lasted at least so long, for its beginning or its answer was not seen.",
        )
        yield _labelled("≤   ", "the same: it lasted at most so long, for its end was never reported.")
        yield Line.said("Times are UTC.")


def _labelled(label: str, text: str) -> Line:
    return Line.labelled(label, text, "bold")
