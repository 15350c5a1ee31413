"""The three views with their counts, and the filter while there is one."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.query import Query, Which
from callmon.core.text import visible


class ViewLine(Widget):
    """``1 Active 12  2 Ended 340  3 All 352   filter “ana”: 3 shown  Esc clears``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"view--on", "view--filter"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._facts = (Query(), 0, 0, 0)

    def show(self, query: Query, active: int, ended: int, shown: int) -> None:
        """Show new facts; `shown` is how many rows the view has."""
        if self._facts != (query, active, ended, shown):
            self._facts = (query, active, ended, shown)
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The line."""
        query, active, ended, shown = self._facts
        base = self.rich_style
        on = base + self.get_component_rich_style("view--on", partial=True)
        counts = {Which.ACTIVE: active, Which.ENDED: ended, Which.ALL: active + ended}
        segments = [Segment(" ", base)]
        for key, (which, count) in enumerate(counts.items(), 1):
            text = f" {key} {which.capitalize()} {count:,} "
            segments += [Segment(text, on if which is query.which else base), Segment(" ", base)]
        if query.text:
            style = base + self.get_component_rich_style("view--filter", partial=True)
            segments.append(Segment(f"  filter “{visible(query.text)}”: {shown:,} shown, Esc clears ", style))
        return Strip(segments).adjust_cell_length(self.size.width, base)
