"""Where a recording stands: playing or not, time, how many notifications, speed, and a bar."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.replay.player import Where

_BAR = 24
_PLAYING, _STANDING, _OVER, _LOADING = "▶ playing", "‖ paused", "■ at the end", "… loading the recording"


class ReplayLine(Widget):
    """``▶ playing  2026-03-02 09:31:07 UTC  41 of 345  4x  34% ━━━━────``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"replay--on"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self._text = ""
        self._state = ""
        self._share: float | None = None
        """How far it is; None if that is not known."""

    def show(self, where: Where) -> None:
        """Show how the player stands; before it is loaded, nothing is known of the recording."""
        if not where.total:
            self._show(_LOADING, "", None)
            return
        state = _PLAYING if where.playing else _OVER if where.index == where.total else _STANDING
        text = (
            f"{where.now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC  {where.index:,} of {where.total:,}  {where.speed:g}x  "
            f"{'silences skipped  ' if where.skipping else ''}{where.share:4.0%} "
        )
        self._show(state, text, where.share)

    def _show(self, state: str, text: str, share: float | None) -> None:
        if (state, text, share) != (self._state, self._text, self._share):
            self._state, self._text, self._share = state, text, share
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The line."""
        base = self.rich_style
        on = base + self.get_component_rich_style("replay--on", partial=True)
        told = f" {self._state}  "
        room = min(_BAR, self.size.width - len(told) - len(self._text) - 1)
        bar = "" if self._share is None else _bar(self._share, room)
        return Strip([Segment(told, on), Segment(self._text + bar, base)]).adjust_cell_length(self.size.width, base)


def _bar(share: float, width: int) -> str:
    full = round(share * width)
    return "━" * full + "─" * (width - full)
