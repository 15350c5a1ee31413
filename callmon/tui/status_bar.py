"""The line that says what feeds the console, when it last heard anything, and how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from callmon.core.listening import Gap
from callmon.core.text import age, clock, visible
from callmon.ports import FeedStatus
from callmon.snapshot import Snapshot
from callmon.tui.columns import fit
from callmon.tui.feed_words import feed_words

_AGE_WIDTH = 13


@dataclass(frozen=True, slots=True)
class Badge:
    """A word at the right end of the line."""

    text: str
    color: str = ""
    """Its background, as Textual's `Color.parse` takes it; empty for that of the theme."""


_DEAF = Badge("DEAF")
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
_MIDDLE = 0.179
"""The luminance on which both have the same contrast, 4.58; on any other, one of them has more."""


class StatusBar(Widget):
    """One line. The age ticks at its left edge, where a repaint is cheapest."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--good", "status--bad", "status--badge"}

    def __init__(self, now: datetime, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._now = now
        self._snapshot = Snapshot()
        self._feeds: Sequence[FeedStatus] = ()
        self._badges: Sequence[Badge] = ()
        self._problem = "loading"
        self._progress = ""
        self._age = ""

    def show(
        self,
        snapshot: Snapshot,
        feeds: Sequence[FeedStatus],
        badges: Sequence[Badge],
        problem: str,
        now: datetime,
        *,
        progress: str = "",
    ) -> None:
        """Show new facts; `problem`, or else `progress`, takes the place of the feeds while there is one."""
        new = (tuple(feeds), tuple(badges), problem, progress)
        if snapshot is not self._snapshot or new != (self._feeds, self._badges, self._problem, self._progress):
            self._snapshot = snapshot  # which is never compared by its value: that would look at every call
            self._feeds, self._badges, self._problem, self._progress = new
            self.refresh()
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """A second has passed."""
        self._now = now
        if self._age_cell() != self._age:
            self.refresh(Region(0, 0, _AGE_WIDTH, 1))

    def render_line(self, _y: int) -> Strip:
        """The line, badges at its right end."""
        self._age = self._age_cell()
        base = self.rich_style
        badge = base + self.get_component_rich_style("status--badge", partial=True)
        badges = [_DEAF, *self._badges] if self._snapshot.deaf else self._badges
        right = [Segment(f" {each.text} ", badge + badge_style(each.color)) for each in badges]
        room = self.size.width - _AGE_WIDTH - sum(segment.cell_length for segment in right)
        feed, good = self._feed_text()
        state = base + self.get_component_rich_style("status--good" if good else "status--bad", partial=True)
        feed = f"{feed}  "
        counts = fit(self._counts(), max(0, room - cell_len(feed)))
        left = [Segment(self._age, base), Segment(fit(feed, min(cell_len(feed), room)), state), Segment(counts, base)]
        return Strip([*left, *right]).adjust_cell_length(self.size.width, base)

    def _age_cell(self) -> str:
        last = self._snapshot.last_notification
        text = f"{age(self._now - last)} ago" if last else "nothing yet"
        return fit(f" {text}", _AGE_WIDTH)

    def _feed_text(self) -> tuple[str, bool]:
        if self._problem:
            return f"! {visible(self._problem)}", False
        if self._progress:
            return self._progress, True
        return feed_words(self._feeds, self.size.width // 2)

    def _counts(self) -> str:
        board = self._snapshot.board
        text = f"{board.active:,} active"
        if doubtful := sum(self._snapshot.doubts):
            text += f"  {doubtful:,} in doubt"
        text += f"  {board.ended:,} ended  {self._snapshot.notifications:,} accepted"
        refused = sum(feed.refused for feed in self._feeds)
        skipped = sum(feed.skipped for feed in self._feeds)
        told = ((self._snapshot.unparsed, "unparsed"), (self._snapshot.repeated, "repeated"))
        for count, word in (*told, (refused, "refused"), (skipped, "skipped")):
            if count:
                text += f"  {count:,} {word}"
        if self._snapshot.gaps and not self._snapshot.deaf:
            text += f"  {_gap_text(self._snapshot.gaps[-1])}"
        return text


def badge_style(name: str) -> Style:
    """The colour as a background, below text that can be read on it."""
    if not name:
        return Style.null()
    background = Color.parse(name)
    ink = _WHITE if _luminance(background) < _MIDDLE else _BLACK
    return Style(color=ink.rich_color, bgcolor=background.rich_color)


def _luminance(color: Color) -> float:
    """Relative luminance, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _gap_text(gap: Gap) -> str:
    """The latest time in which nothing could be heard."""
    if gap.until is None:
        who = f"{visible(gap.feed)} " if gap.feed else ""
        return f"{who}not listening since {clock(gap.since)}"
    return f"gap {clock(gap.since)}–{clock(gap.until)}"  # noqa: RUF001  # a dash from one time to the other
