"""The last step before the terminal: what must not be sent to it is taken out of every line that is painted."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from callmon.core.ascii_signs import TABLE, nearest


class Colorless(LineFilter):
    """No colour, not even the default one; bold, dim, reverse and the like stay (https://no-color.org)."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual passes it
        """The segments without their colours."""
        return [Segment(text, _without_color(style), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _without_color(style: Style | None) -> Style | None:
    return None if style is None else style.without_color


class Undimmed(LineFilter):
    """Nothing is fainter than anything else."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual passes it
        """The segments without dim text."""
        return [Segment(text, _undimmed(style), control) for text, style, control in segments]


_NOT_DIM = Style(dim=False)


@lru_cache(maxsize=1024)
def _undimmed(style: Style | None) -> Style | None:
    return style + _NOT_DIM if style is not None and style.dim else style


class Writable(LineFilter):
    """Signs and borders in ASCII, and nothing that the terminal's encoding has no code for."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual passes it
        """The segments, each as wide as before."""
        return [
            segment if segment.text.isascii() else Segment(self._written(segment.text), segment.style, segment.control)
            for segment in segments
        ]

    def _written(self, text: str) -> str:
        text = text.translate(TABLE)
        if text.isascii() or self._writes(text):
            return text
        graphemes = (text[start:end] for start, end, _ in split_graphemes(text)[0])
        return "".join(one if self._writes(one) else nearest(one, cell_len(one)) for one in graphemes)

    def _writes(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True
