"""The command palette: every action of the screen under it, with the keys that do the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.keys import ON_MODALS, does, key_name, keys_of, named


class Palette(CommandPalette):
    """Textual's, with the keys that work on every screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*ON_MODALS]


def commands(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What the keys of the screen and of what has the focus there do now."""
    enabled = [active for active in screen.active_bindings.values() if active.enabled]
    nodes = {active.binding.id: active.node for active in enabled}
    for name, binding in named(active.binding for active in enabled):
        keys = " ".join(key_name(key) for key in keys_of(nodes[name], name))
        yield SystemCommand(
            binding.description, f"{does(binding)} ({keys})", partial(app.run_action, binding.action, nodes[name])
        )


def column_commands(home: ConsoleScreen) -> Iterator[SystemCommand]:
    """Every column of the board, to be shown or hidden."""
    shown = {column.key for column in home.board_view.columns}
    for key, column in home.board_view.known_columns.items():
        verb = "Hide" if key in shown else "Show"
        yield SystemCommand(f"Column: {column.title}", f"{verb} this column", partial(home.toggle_column, key))
