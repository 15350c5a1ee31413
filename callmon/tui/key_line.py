"""The bottom line: the keys that work here, from the bindings themselves."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from callmon.tui.keys import key_name


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
        shown: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.id and binding.id not in shown:
                shown.add(binding.id)
                segments += [Segment(key_name(binding.key), key_style), Segment(f" {binding.description}  ", base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)
