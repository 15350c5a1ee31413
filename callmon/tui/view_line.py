"""The views with their counts, and whatever keeps the board from showing everything as it is: filter, order, freeze."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.query import Query, Which
from callmon.core.text import counted, visible
from callmon.tui.arranging import in_words
from callmon.tui.columns import fit
from callmon.tui.keys import key_label
from callmon.tui.marks import MARK

_BRIEF, _AT_LENGTH = 10, 60
"""So much of what was typed is repeated, where there is little room and where there is enough."""
_ROWS_AT_MOST = 4
"""One of so many rows of the terminal may be taken by what has no room beside the views."""


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """What the line tells."""

    query: Query = field(default_factory=Query)
    counts: Mapping[Which, int] = field(default_factory=dict)
    shown: int | None = 0
    """How many calls the view has; None while that is being found out."""
    error: str = ""
    """What is wrong with the filter."""
    typing: bool = False
    """Whether somebody is typing it, or a search: then he has it before his eyes."""
    slip: str = ""
    """What the filter leaves open, if it is complete (`callmon.core.understanding.Understood.slip`)."""
    search: tuple[str, str] = ("", "")
    """What is searched for, and how that stands, if it is known."""
    marked: tuple[int, int] = (0, 0)
    """How many calls are marked, and how many of them the view does not show."""
    waiting: int | None = None
    """While the picture is frozen, how many calls have changed since."""


class ViewLine(Widget):
    """``1 Active 12  2 Ended 340  3 All 352  4 Trouble 5   filter “ana”: 3 shown, Esc clears``.

    What has no room beside the views has rows of its own. A click on a view shows it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"view--on", "view--filter", "view--frozen"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._facts = ViewFacts()

    def show(self, facts: ViewFacts) -> None:
        """Show new facts."""
        if self._facts != facts:
            self._facts = facts
            if self.is_attached:  # news may still come while the app ends
                self.refresh(layout=len(self._rows(self.size.width)) != self.size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual asks so
        """So many rows it needs."""
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        """One row."""
        rows = self._rows(self.size.width)
        return Strip(rows[y] if y < len(rows) else []).adjust_cell_length(self.size.width, self.rich_style)

    async def on_click(self, event: events.Click) -> None:
        """Show the view under the pointer."""
        end = 0
        for segment in self._rows(self.size.width)[0] if event.y == 0 else ():
            start, end = end, end + segment.cell_length
            for which in self._facts.counts:
                if start <= event.x < end and segment.text == self._tab(which):
                    await self.run_action(f"screen.view('{which}')")

    def _rows(self, width: int) -> list[list[Segment]]:
        """All in one row, if it can be: frozen, the views, and then what is special.

        If that takes too much room, only the view that is on is there, and then no hints either. If that is too much,
        what is special goes below.
        """
        base, on = self.rich_style, self._facts.query.which
        style = base + self.get_component_rich_style("view--filter", partial=True)
        ways: tuple[tuple[Which | None, bool], ...] = ((None, False), (on, False), (on, True))
        heads = []
        for which, brief in ways:
            head = [*self._frozen(base, brief=brief), *self._views(base, only=which)]
            row = [*head, *(Segment(f" {text} ", style) for text in self._special(brief=brief))]
            if _cells(row) <= width:
                return [row]
            heads.append(head)
        head = next((head for head in heads if _cells(head) <= width), head)  # the last is cut where it has no room
        return [head, *([Segment(f" {line}", style)] for line in self._below(width - 2))]

    def _below(self, width: int) -> list[str]:
        """What is special, in as many lines as it needs and the terminal has for it."""
        told = "  ".join(self._special(brief=False))
        if not told or width <= 0:
            return []
        lines = [line.plain for line in Content(told).wrap(width)]
        most = max(1, self.app.size.height // _ROWS_AT_MOST)
        return lines if len(lines) <= most else [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]

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
            texts.append(f"filter{self._filter(brief=brief)}")
        sought, how = facts.search
        if sought:
            texts.append(f"search “{_typed(sought, brief=brief)}”{how and f': {visible(how)}'}")
        return [*texts, *filter(None, [in_words(facts.query)])]

    def _filter(self, *, brief: bool) -> str:
        facts, clear = self._facts, key_label(self.screen, "clear-filter")
        if facts.error and facts.typing:
            return f": {visible(facts.error)}"
        if facts.error:
            return f" “{_typed(facts.query.text, brief=False)}”, {clear} clears: {visible(facts.error)}"
        hint = "" if brief else f" shown, {clear} clears"
        hint = f"; {facts.slip}" if facts.slip else hint
        told = "…" if facts.shown is None else f"{facts.shown:,}{hint}"
        return f" “{_typed(facts.query.text, brief=brief)}”: {visible(told)}"


def _typed(text: str, *, brief: bool) -> str:
    shown, most = visible(text), _BRIEF if brief else _AT_LENGTH
    return f"{shown[: most - 1]}…" if len(shown) > most else shown


def _cells(row: Iterable[Segment]) -> int:
    return sum(segment.cell_length for segment in row)
