"""The bottom line: the keys that work here, from the bindings themselves."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.strip import Strip
from textual.widget import Widget

from callmon.tui.keys import key_name, named

_BACK = ("back", "raw-back", "summary-back", "feed-back")
_FIRST = (*_BACK, "hang-up", "arm", "quit", "help", "detail", "filter")
"""What stays longest, by the ids of the bindings; then what stands further left."""
_BLANK = 2
"""Columns after each key, which the last one does not need."""


class KeyLine(Widget):
    """``x Hang up  Enter Detail …  q Quit``: whole keys, the first of each binding; the least needed ones go first."""

    COMPONENT_CLASSES = {"keys--key"}  # noqa: RUF012  # Textual reads it so

    def on_mount(self) -> None:
        """Keys come and go, as when it turns out that the console is read-only."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render_line(self, _y: int) -> Strip:
        """The line."""
        base = self.rich_style
        key_style = base + self.get_component_rich_style("keys--key", partial=True)
        segments: list[Segment] = [Segment(" ", base)]
        texts = {name: _texts(binding) for name, binding in self._here().items()}
        kept = _that_fit(texts, self.size.width - 1)
        for name, (key, does) in texts.items():
            if name in kept:
                segments += [Segment(key, key_style), Segment(does, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _here(self) -> dict[str, Binding]:
        active = (each.binding for each in self.screen.active_bindings.values() if each.enabled)
        here = dict(named(binding for binding in active if binding.show))
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
