"""The bottom line: the keys that work here, from the bindings themselves."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import ActiveBinding, Binding
from textual.strip import Strip
from textual.widget import Widget

from callmon.tui.keys import key_name, named

_BACK = ("back", "raw-back", "summary-back", "feed-back")
_FIRST = (*_BACK, "hang-up", "arm", "quit", "help", "detail", "filter")
"""What stays longest, by the ids of the bindings; then what stands further left."""
_LEAD = 1
"""Columns before the first key."""
_BLANK = 2
"""Columns after each key, which the last one does not need."""


class KeyLine(Widget):
    """``x Hang up  Enter Detail …  q Quit``: whole keys, the first of each binding; the least needed ones go first.

    A click on one does what the key does.
    """

    COMPONENT_CLASSES = {"keys--key"}  # noqa: RUF012  # Textual reads it so

    def on_mount(self) -> None:
        """Keys come and go, as when it turns out that the console is read-only, or when a dialog lies on the screen."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render_line(self, _y: int) -> Strip:
        """The line."""
        base = self.rich_style
        key_style = base + self.get_component_rich_style("keys--key", partial=True)
        segments: list[Segment] = [Segment(" " * _LEAD, base)]
        for _, (key, does) in self._shown():
            segments += [Segment(key, key_style), Segment(does, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        end = _LEAD
        for active, texts in self._shown():
            start, end = end, end + sum(cell_len(text) for text in texts)
            if start <= event.x < end:
                await self.app.run_action(active.binding.action, active.node)

    def _shown(self) -> list[tuple[ActiveBinding, tuple[str, str]]]:
        """What has room, with its key and what it does."""
        here = self._here()
        texts = {name: _texts(active.binding) for name, active in here.items()}
        kept = _that_fit(texts, self.size.width - _LEAD)
        return [(here[name], texts[name]) for name in here if name in kept]

    def _here(self) -> dict[str, ActiveBinding]:
        here: dict[str, ActiveBinding] = {}
        if self.app.screen is not self.screen:  # what lies on it has the keys
            return here
        for active in self.screen.active_bindings.values():
            if active.enabled and active.binding.show and active.binding.id:
                here.setdefault(active.binding.id, active)
        # Keys that were given other places come last among the active ones, but keep their place here.
        ordered = [name for name, _ in named(self.screen.BINDINGS) if name in here]
        return {name: here[name] for name in dict.fromkeys([*ordered, *here])}


def _texts(binding: Binding) -> tuple[str, str]:
    return key_name(binding.key), f" {binding.description}  "


def _that_fit(texts: Mapping[str, tuple[str, str]], width: int) -> set[str]:
    """Which keys have room; one that does not have it makes room for none that is needed less."""
    order = {name: place for place, name in enumerate(_FIRST)}
    needed = sorted(texts, key=lambda name: order.get(name, len(_FIRST)))
    kept: set[str] = set()
    for name in needed:
        width -= sum(cell_len(text) for text in texts[name])
        if width < -_BLANK:
            break
        kept.add(name)
    return kept
