"""A text that is longer than the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll


class Page(VerticalScroll):
    """Scrolls by the keys that Textual gives it, and by vi's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", id="scroll-up", tooltip="In a text: up", show=False),
        Binding("j", "scroll_down", "Down", id="scroll-down", tooltip="In a text: down", show=False),
    ]
