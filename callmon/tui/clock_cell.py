"""A short text at a left edge that changes every second and costs the terminal next to nothing."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.tui.columns import fit


class ClockCell(Widget):
    """One line of text, right-aligned, repainted only if it reads differently."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"clock--line"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._text = ""

    def show(self, text: str) -> None:
        """Show a text."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The text on the first line."""
        width = self.size.width
        text = fit(f"{self._text:>{width - 1}}", width) if y == 0 else " " * width
        return Strip([Segment(text, self.get_component_rich_style("clock--line"))], width)
