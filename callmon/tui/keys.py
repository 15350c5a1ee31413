"""Keys as people call them, and the list of all keys for the help: made from the bindings, written nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, key_to_character

Keymap = Mapping[str, str]
"""Other keys than the built-in ones: keys joined by commas, as Textual names them, by the id of a binding."""

_NAMES = {
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "insert": "Ins",
    "delete": "Del",
    "backspace": "Backspace",
}
"""Words, no signs: an arrow that a terminal cannot write becomes ``v`` or ``^``, which is another key."""


@runtime_checkable
class Remapped(Protocol):
    """An app whose keys are the operator's."""

    keymap: Keymap


SUSPEND = Binding(
    "ctrl+z", "app.suspend_process", "Suspend", id="suspend", tooltip="Back to the shell; fg returns here", show=False
)
"""Of every screen that is not a dialog."""
HELP = Binding("question_mark,f1", "app.help", "Help", id="help", tooltip="This help")
"""As that."""
LEAVE = Binding("ctrl+q", "app.quit", "Leave", id="leave", tooltip="Quit from anywhere", show=False, priority=True)
"""Of the app, and with priority, so that it works on every screen."""
ON_MODALS = (
    Binding("ctrl+c", "app.help_quit", "How to quit", id="how-to-quit", tooltip="Say how to quit", show=False),
    Binding("ctrl+l", "app.redraw", "Redraw", id="redraw", tooltip="Paint the screen anew", show=False),
)
"""Of the app and of each modal screen: Textual keeps from those what only the app has.

Priority would bring them there as well, but past the dialogs, to which every key is one that was pressed meanwhile.
"""
ON_TOP = (
    Binding("ctrl+p", "command_palette", "Palette", id="palette", tooltip="Every action by name"),
    LEAVE,
    *ON_MODALS,
)
"""Of the app, so that they work on every screen that is not modal."""
SCROLLING = (
    Binding("up", "scroll(-1)", "Up", id="list-up", show=False),
    Binding("down", "scroll(1)", "Down", id="list-down", show=False),
    Binding("pageup", "scroll(-8)", "Page up", id="list-page-up", show=False),
    Binding("pagedown", "scroll(8)", "Page down", id="list-page-down", show=False),
)
"""Of the dialogs, whose focus is on a button."""


def key_name(key: str) -> str:
    """One key as it stands on the keyboard: by what it types, if it types something."""
    modifiers, plus, bare = key.rpartition("+")
    return f"{modifiers}{plus}".replace("ctrl+", "^") + (_NAMES.get(bare) or _typed(bare) or _spelled(bare))


def _typed(key: str) -> str:
    """The character of a key without modifiers; empty if it has none that can be seen."""
    character = key_to_character(REPLACED_KEYS.get(key, key)) or ""
    return character if character.isprintable() else ""


def _spelled(key: str) -> str:
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key


def named(bindings: Iterable[BindingType]) -> Iterator[tuple[str, Binding]]:
    """The bindings that have an id, each once."""
    seen: set[str] = set()
    for binding in bindings:
        if isinstance(binding, Binding) and binding.id and binding.id not in seen:
            seen.add(binding.id)
            yield binding.id, binding


def keys_in(keys: str) -> list[str]:
    """Keys that are joined by commas."""
    return [key.strip() for key in keys.split(",")]


def key_table(
    bindings: Iterable[BindingType], without: Collection[str] = (), keymap: Keymap | None = None
) -> list[tuple[str, str]]:
    """Keys and what they do, in the order of the bindings; keys of one binding are joined, some ids left out."""
    return [
        ("  ".join(key_name(key) for key in keys_in((keymap or {}).get(name, binding.key))), does(binding))
        for name, binding in named(bindings)
        if name not in without
    ]


def does(binding: Binding) -> str:
    """What a key does, in words."""
    return binding.tooltip or binding.description


def keys_of(node: DOMNode, binding_id: str, of: type[DOMNode] | None = None) -> list[str]:
    """The keys of a binding of this screen or widget, as its operator has them; none if it has no such binding.

    `of` is another kind of widget, which need not be there yet.
    """
    keymap = node.app.keymap if isinstance(node.app, Remapped) else {}
    for kind in (of or type(node)).__mro__:
        for name, binding in named(kind.__dict__.get("BINDINGS", ())):
            if name == binding_id:
                return keys_in(keymap.get(name, binding.key))
    return []


def key_label(node: DOMNode, binding_id: str, of: type[DOMNode] | None = None) -> str:
    """The first of these keys, for a sentence; empty if there is none."""
    return next((key_name(key) for key in keys_of(node, binding_id, of)), "")
