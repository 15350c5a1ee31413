"""The views with their counts, and the filter while there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.query import Query, Which
from callmon.core.text import visible


class ViewLine(Widget):
    """``1 Active 12  2 Ended 340  3 All 352  4 Trouble 5   filter “ana”: 3 shown, Esc clears``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"view--on", "view--filter"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._query = Query()
        self._counts: Mapping[Which, int] = {}
        self._shown = 0
        self._error = ""

    def show(self, query: Query, counts: Mapping[Which, int], shown: int, error: str) -> None:
        """Show new facts: `shown` is how many rows the view has, `error` what is wrong with the filter."""
        if (self._query, self._counts, self._shown, self._error) != (query, counts, shown, error):
            self._query, self._counts, self._shown, self._error = query, counts, shown, error
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The line."""
        base = self.rich_style
        on = base + self.get_component_rich_style("view--on", partial=True)
        segments = [Segment(" ", base)]
        for key, (which, count) in enumerate(self._counts.items(), 1):
            text = f" {key} {which.capitalize()} {count:,} "
            segments += [Segment(text, on if which is self._query.which else base), Segment(" ", base)]
        if self._query.text:
            style = base + self.get_component_rich_style("view--filter", partial=True)
            told = self._error or f"{self._shown:,} shown, Esc clears"
            segments.append(Segment(f" filter “{visible(self._query.text)}”: {visible(told)} ", style))
        return Strip(segments).adjust_cell_length(self.size.width, base)
