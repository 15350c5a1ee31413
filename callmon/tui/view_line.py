"""The views with their counts, and whatever keeps the board from showing everything as it is: filter, order, freeze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.query import Query, Which
from callmon.core.text import visible
from callmon.tui.arranging import in_words
from callmon.tui.keys import key_label
from callmon.tui.marks import MARK


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """What the line tells."""

    query: Query = field(default_factory=Query)
    counts: Mapping[Which, int] = field(default_factory=dict)
    shown: int = 0
    """How many calls the view has."""
    error: str = ""
    """What is wrong with the filter."""
    search: tuple[str, str] = ("", "")
    """What is searched for, and how that stands."""
    marked: tuple[int, int] = (0, 0)
    """How many calls are marked, and how many of them the view does not show."""
    waiting: int | None = None
    """While the picture is frozen, how many calls have changed since."""


class ViewLine(Widget):
    """``1 Active 12  2 Ended 340  3 All 352  4 Trouble 5   filter “ana”: 3 shown, Esc clears``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"view--on", "view--filter", "view--frozen"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._facts = ViewFacts()

    def show(self, facts: ViewFacts) -> None:
        """Show new facts."""
        if self._facts != facts:
            self._facts = facts
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The line: frozen, the views, and then what is special; if that takes the room, only the view that is on."""
        base = self.rich_style
        style = base + self.get_component_rich_style("view--filter", partial=True)
        special = [Segment(f" {text} ", style) for text in self._special()]
        room = self.size.width - sum(segment.cell_length for segment in special)
        head = self._frozen(base)
        views = [*head, *self._views(base)]
        if sum(segment.cell_length for segment in views) > room:
            views = [*head, *self._views(base, only=self._facts.query.which)]
        return Strip([*views, *special]).adjust_cell_length(self.size.width, base)

    def _frozen(self, base: Style) -> list[Segment]:
        if self._facts.waiting is None:
            return [Segment(" ", base)]
        style = base + self.get_component_rich_style("view--frozen", partial=True)
        calls = "1 call" if self._facts.waiting == 1 else f"{self._facts.waiting:,} calls"
        return [
            Segment(f" FROZEN · changes of {calls} wait · {key_label(self.screen, 'freeze')} ", style),
            Segment(" ", base),
        ]

    def _views(self, base: Style, only: Which | None = None) -> list[Segment]:
        on = base + self.get_component_rich_style("view--on", partial=True)
        segments = []
        for which, count in self._facts.counts.items():
            if only is None or which is only:
                key = key_label(self.screen, f"view-{which}")
                text = f" {key} {which.capitalize()} {count:,} "
                segments += [Segment(text, on if which is self._facts.query.which else base), Segment(" ", base)]
        return segments

    @property
    def _unmark_key(self) -> str:
        return next((key_label(board, "unmark") for board in self.screen.query("BoardView")), "")

    def _special(self) -> list[str]:
        facts, texts = self._facts, []
        marked, hidden = facts.marked
        if marked:
            beyond = f" ({hidden:,} not in this view)" if hidden else ""
            texts.append(f"{MARK} {marked:,} marked{beyond}, {self._unmark_key} unmarks")
        if facts.query.text:
            told = facts.error or f"{facts.shown:,} shown, {key_label(self.screen, 'clear-filter')} clears"
            texts.append(f"filter “{visible(facts.query.text)}”: {visible(told)}")
        sought, how = facts.search
        if sought:
            texts.append(f"search “{visible(sought)}”: {visible(how)}")
        return [*texts, *filter(None, [in_words(facts.query)])]
