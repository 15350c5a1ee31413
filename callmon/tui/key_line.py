"""The bottom line: the keys that work here, from the bindings themselves."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.tui.keys import key_name, named


class KeyLine(Widget):
    """``x Hang up  Enter Detail …``, as many as fit; the first key of each binding."""

    COMPONENT_CLASSES = {"keys--key"}  # noqa: RUF012  # Textual reads it so

    def on_mount(self) -> None:
        """Keys come and go, as when it turns out that the console is read-only."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render_line(self, _y: int) -> Strip:
        """The line."""
        base = self.rich_style
        key_style = base + self.get_component_rich_style("keys--key", partial=True)
        segments: list[Segment] = [Segment(" ", base)]
        active = (each.binding for each in self.screen.active_bindings.values() if each.enabled)
        here = dict(named(binding for binding in active if binding.show))
        # Keys that were given other places come last among the active ones, but keep their place here.
        ordered = [name for name, _ in named(self.screen.BINDINGS) if name in here]
        for name in dict.fromkeys([*ordered, *here]):
            binding = here[name]
            segments += [Segment(key_name(binding.key), key_style), Segment(f" {binding.description}  ", base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)
