"""Keys as people call them, and the list of all keys for the help: made from the bindings, written nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from textual.binding import Binding, BindingType

_NAMES = {
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "slash": "/",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def key_name(key: str) -> str:
    """One key as it stands on the keyboard."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key


def key_table(bindings: Iterable[BindingType], without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Keys and what they do, in the order of the bindings; keys of one binding are joined, some ids left out."""
    table = []
    for binding in bindings:
        if isinstance(binding, Binding) and binding.id and binding.id not in without:
            keys = "  ".join(key_name(key) for key in binding.key.split(","))
            table.append((keys, binding.tooltip or binding.description))
    return table
