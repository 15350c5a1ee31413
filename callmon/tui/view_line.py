"""The views with their counts, and whatever keeps the board from showing everything as it is: filter, order, freeze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.query import Query, Which
from callmon.core.text import counted, visible
from callmon.tui.arranging import in_words
from callmon.tui.columns import fit
from callmon.tui.keys import key_label
from callmon.tui.marks import MARK

_BRIEF = 10
"""So much of what was typed is repeated where there is little room."""


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """What the line tells."""

    query: Query = field(default_factory=Query)
    counts: Mapping[Which, int] = field(default_factory=dict)
    shown: int | None = 0
    """How many calls the view has; None while that is being found out."""
    error: str = ""
    """What is wrong with the filter."""
    slip: str = ""
    """What the filter leaves open, if it is complete (`callmon.core.understanding.Understood.slip`)."""
    search: tuple[str, str] = ("", "")
    """What is searched for, and how that stands."""
    marked: tuple[int, int] = (0, 0)
    """How many calls are marked, and how many of them the view does not show."""
    waiting: int | None = None
    """While the picture is frozen, how many calls have changed since."""


class ViewLine(Widget):
    """``1 Active 12  2 Ended 340  3 All 352  4 Trouble 5   filter “ana”: 3 shown, Esc clears``.

    A click on a view shows it.
    """

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
        """The line: frozen, the views, and then what is special.

        If that takes too much room, only the view that is on is there, and then no hints either.
        """
        segments = self._segments()
        *before, last = segments
        room = self.size.width - sum(segment.cell_length for segment in before)
        if 0 < room < last.cell_length:
            segments = [*before, Segment(fit(last.text, room), last.style)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    async def on_click(self, event: events.Click) -> None:
        """Show the view under the pointer."""
        end = 0
        for segment in self._segments():
            start, end = end, end + segment.cell_length
            for which in self._facts.counts:
                if start <= event.x < end and segment.text == self._tab(which):
                    await self.run_action(f"screen.view('{which}')")

    def _segments(self) -> list[Segment]:
        base = self.rich_style
        segments = self._all(base, which=None, brief=False)
        for brief in (False, True):
            if sum(segment.cell_length for segment in segments) > self.size.width:
                segments = self._all(base, which=self._facts.query.which, brief=brief)
        return segments

    def _all(self, base: Style, *, which: Which | None, brief: bool) -> list[Segment]:
        style = base + self.get_component_rich_style("view--filter", partial=True)
        special = [Segment(f" {text} ", style) for text in self._special(brief=brief)]
        return [*self._frozen(base, brief=brief), *self._views(base, only=which), *special]

    def _frozen(self, base: Style, *, brief: bool) -> list[Segment]:
        if self._facts.waiting is None:
            return [Segment(" ", base)]
        style = base + self.get_component_rich_style("view--frozen", partial=True)
        waits = f"{self._facts.waiting:,} wait" if brief else f"changes of {counted(self._facts.waiting, 'call')} wait"
        return [Segment(f" FROZEN · {waits} · {key_label(self.screen, 'freeze')} ", style), Segment(" ", base)]

    def _views(self, base: Style, only: Which | None = None) -> list[Segment]:
        on = base + self.get_component_rich_style("view--on", partial=True)
        segments = []
        for which in self._facts.counts:
            if only is None or which is only:
                segments += [
                    Segment(self._tab(which), on if which is self._facts.query.which else base),
                    Segment(" ", base),
                ]
        return segments

    def _tab(self, which: Which) -> str:
        return f" {key_label(self.screen, f'view-{which}')} {which.capitalize()} {self._facts.counts[which]:,} "

    @property
    def _unmark_key(self) -> str:
        return next((key_label(board, "unmark") for board in self.screen.query("BoardView")), "")

    def _special(self, *, brief: bool) -> list[str]:
        facts, texts = self._facts, []
        marked, hidden = facts.marked
        if marked:
            beyond = f" ({hidden:,} {'hidden' if brief else 'not in this view'})" if hidden else ""
            hint = "" if brief else f", {self._unmark_key} unmarks"
            texts.append(f"{MARK} {marked:,} marked{beyond}{hint}")
        if facts.query.text:
            hint = "" if brief else f" shown, {key_label(self.screen, 'clear-filter')} clears"
            hint = f"; {facts.slip}" if facts.slip else hint
            told = facts.error or ("…" if facts.shown is None else f"{facts.shown:,}{hint}")
            # Who reads what is wrong with it has it before his eyes, in the line to type into.
            typed = "" if brief and facts.error else f" “{_typed(facts.query.text, brief=brief)}”"
            texts.append(f"filter{typed}: {visible(told)}")
        sought, how = facts.search
        if sought:
            texts.append(f"search “{_typed(sought, brief=brief)}”: {visible(how)}")
        return [*texts, *filter(None, [in_words(facts.query)])]


def _typed(text: str, *, brief: bool) -> str:
    shown = visible(text)
    return f"{shown[: _BRIEF - 1]}…" if brief and len(shown) > _BRIEF else shown
