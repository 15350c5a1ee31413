"""Text in which what is too long for a line goes on beside its label, not below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_LEAST = 20
"""Columns below which a text goes below its label after all."""


class Line(NamedTuple):
    """A line, if there is room for it."""

    text: Content
    label: Content = Content("")
    """What stands before it."""

    @classmethod
    def said(cls, text: str, style: str = "") -> Line:
        """A line of one style, without a label."""
        return cls(Content.styled(text, style))

    @classmethod
    def labelled(cls, label: str, text: str, style: str = "dim") -> Line:
        """A plain text beside a label of one style."""
        return cls(Content(text), Content.styled(label, style))

    @classmethod
    def titled(cls, title: str, lines: Sequence[Line]) -> Sequence[Line]:
        """The lines below a title."""
        return cls.said(title, "bold underline"), *lines


EMPTY = Line(Content(""))


def sections(parts: Iterable[Sequence[Line]]) -> Iterator[Line]:
    """The parts that are not empty, with an empty line between them."""
    for number, lines in enumerate(part for part in parts if part):
        if number:
            yield EMPTY
        yield from lines


def hung(lines: Iterable[Line], width: int) -> Iterator[Content]:
    """The lines in so many columns."""
    for text, label in lines:
        indent = label.cell_length
        if width - indent < _LEAST:
            yield from (label + text).wrap(width)
        else:
            first, *more = text.wrap(width - indent)
            yield label + first
            yield from (Content(" " * indent) + line for line in more)


class HangingText(Widget):
    """Such a text in whatever width it is given."""

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._lines = tuple(lines)

    def tell(self, lines: Iterable[Line], *, layout: bool = True) -> None:
        """Show other lines; without `layout` if the height stays."""
        self._lines = tuple(lines)
        self.refresh(layout=layout)

    def render(self) -> Content:
        """The lines in the width that there is."""
        return Content("\n").join(hung(self._lines, self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual asks so
        """So many rows they need."""
        return sum(1 for _ in hung(self._lines, width))
