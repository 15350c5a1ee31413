"""What is known of the selected call, below the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from callmon.core import describe, hangup_words
from callmon.core.calls import Call
from callmon.core.listening import Gap
from callmon.core.timelines import timeline
from callmon.tui import prose
from callmon.tui.clock_cell import ClockCell
from callmon.tui.hanging import HangingText

_NOTHING = Content("")


class DetailPane(Widget):
    """Running time and state on one line; below it the end reason, the timeline and, if there is room, the facts.

    Its parts have fixed places and are told so on every update: a change of text must not lay out the screen anew.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._call: Call | None = None
        self._now: datetime | None = None
        self._late = False
        """Whether what was to come of the latest hang-up is no longer to be expected."""
        self._lang = "en"
        self._gaps: Sequence[Gap] = ()
        self._time = ClockCell(id="detail-time")
        self._title = Static(id="detail-title", markup=False)
        self._story = Static(id="detail-story", markup=False)
        self._known = HangingText(id="detail-known")

    def compose(self) -> ComposeResult:
        """The head, the story and the facts, as cells of a grid."""
        yield from (self._time, self._title, self._story, self._known)

    def show(self, call: Call | None, now: datetime, lang: str, gaps: Sequence[Gap]) -> None:
        """Show a call, or nothing."""
        late = call is not None and hangup_words.lapsed(call, now)
        if call is not self._call or lang != self._lang or gaps is not self._gaps or late != self._late:
            self._call, self._lang, self._gaps, self._late, self._now = call, lang, gaps, late, now
            self._title.update(prose.headline(call, now) if call else _NOTHING, layout=False)
            self._tell()
        self._time.show(describe.lasted(call, now) if call else "")

    def tick(self, now: datetime) -> None:
        """A second has passed: the running time changes, and seldom anything else."""
        self.show(self._call, now, self._lang, self._gaps)

    def on_resize(self) -> None:
        """Another height shows more or fewer steps."""
        self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        self._story.update(self._text(self._call) if self._call else _NOTHING, layout=False)
        self._known.tell(prose.facts_lines(self._call) if self._call else (), layout=False)

    def _text(self, call: Call) -> Content:
        """Why it ended, how the hang-up stands, or what is in doubt; then the latest steps that there is room for."""
        width, height = (max(1, cells) for cells in self._story.content_size)
        why = prose.end_text(call, self._lang)
        if why is None and call.hangup is not None:
            why = Content(hangup_words.state(call, self._now))
        why = why or prose.doubt_text(call)
        head = len(why.wrap(width)) + 1 if why else 0
        steps = timeline(call, self._lang, self._gaps)
        told = prose.timeline_tail(steps, width, max(1, height - head))
        return Content("\n\n").join([why, told]) if why else told
