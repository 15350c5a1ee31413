"""Other keys for actions: read as they are written in the settings, and what must not be.

A hang-up is never on a key that is pressed without a thought (Enter, Space, Delete, Backspace, whatever moves), and
the key that starts one never confirms it. What works while somebody types is on no key that types.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import combinations

from textual.binding import Binding
from textual.keys import key_to_character

from callmon.core.text import visible
from callmon.tui.hangups_dialog import HangUpsDialog
from callmon.tui.keys import LEAVE, ON_MODALS, Keymap, key_name, keys_in, named
from callmon.tui.prompt import Prompt
from callmon.tui.scopes import SCOPES, Scope
from callmon.tui.sent_keys import canonical, is_sent, nearest

_RESERVED = {"ctrl+c": "how-to-quit"}
"""Keys that hands press to get out, and the only action that may be on each."""
_THOUGHTLESS = frozenset(
    {"enter", "space", "delete", "backspace", "tab"}
    | {"up", "down", "left", "right", "pageup", "pagedown", "home", "end"}
)
"""With or without Shift, Ctrl or Alt."""
_THOUGHTLESS_ALONE = frozenset({*"hjklgG", "ctrl+j"})
_STARTS, _CONFIRMS = "hang-up", "confirm"
"""How the ids begin of what starts a hang-up and of what confirms one."""
_WHILE_TYPING = tuple(name for name, _ in named([LEAVE, *ON_MODALS, *Prompt.BINDINGS]))
"""What works while there is a line to type into."""
_EDITING = frozenset({"backspace", "delete", "left", "right", "home", "end"})
_WHILE_COUNTING = ("leave", *(name for name, _ in named(HangUpsDialog.BINDINGS)))
"""What works while the number of calls is typed."""
_COUNTING = frozenset({*string.digits, "backspace"})
_SHOWN_CHARS = 40


def read(written: Keymap) -> dict[str, str]:
    """The keys as Textual names them; ``?`` may be written for ``question_mark``, ``ctrl+m`` means Enter."""
    return {name: ",".join(canonical(key) for key in keys_in(keys)) for name, keys in written.items()}


def problems(written: Keymap) -> list[str]:
    """One sentence for each thing that must not be."""
    known = {name: binding for scope in SCOPES for name, binding in scope.bindings.items()}
    told = [*_unknown_ids(written, known), *_unusable_keys(written, known)]
    if not told:
        keymap = read(written)
        told = [*_thoughtless(keymap, known), *_same_to_start_and_confirm(keymap, known), *_needed_to_type(keymap)]
    if not told:
        told = [sentence for scope in SCOPES for sentence in _clashes(keymap, scope)]
    return list(dict.fromkeys(told))


def _unknown_ids(written: Keymap, known: dict[str, Binding]) -> Iterator[str]:
    for name in written:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Is it meant to be {near[0]}?" if near else "callmon config keys lists them."
            yield f"{_said(name)}: there is no such action. {hint}"


def _unusable_keys(written: Keymap, known: dict[str, Binding]) -> Iterator[str]:
    for name in written.keys() & known.keys():
        for key in keys_in(written[name]):
            meant = canonical(key)
            if _RESERVED.get(meant, name) != name:
                yield f"{_said(name)}: {key_name(meant)} is kept for {_RESERVED[meant]}. Choose another key."
            elif not is_sent(meant):
                yield f"{_said(name)}: “{_shown(key)}” {_no_key(meant)}"


def _no_key(meant: str) -> str:
    if near := nearest(meant):
        return f"is not a key that most terminals send; the nearest of those is {near}. Write that, or another."
    return "is not a key. Write a character, or a name such as f9, pageup, ctrl+x or comma; join several by commas."


def _thoughtless(keymap: Keymap, known: dict[str, Binding]) -> Iterator[str]:
    for name, binding in known.items():
        if name.startswith((_STARTS, _CONFIRMS)):
            for key in keys_in(keymap.get(name, binding.key)):
                if key in _THOUGHTLESS_ALONE or key.rpartition("+")[2] in _THOUGHTLESS:
                    yield (
                        f"{_said(name)}: {key_name(key)} is pressed without a thought, so it must not have to do with "
                        "a hang-up. Choose another key."
                    )


def _same_to_start_and_confirm(keymap: Keymap, known: dict[str, Binding]) -> Iterator[str]:
    keys = {name: set(keys_in(keymap.get(name, binding.key))) for name, binding in known.items()}
    for start, confirm in ((one, other) for one in keys for other in keys):
        if start.startswith(_STARTS) and confirm.startswith(_CONFIRMS):
            for key in sorted(keys[start] & keys[confirm]):
                yield (
                    f"{_said(start)}: {key_name(key)} would both start a hang-up and confirm it ({confirm}), so that a "
                    "key held down hangs up. Choose another key for one of them."
                )


def _needed_to_type(keymap: Keymap) -> Iterator[str]:
    for name, keys in keymap.items():
        for key in keys_in(keys):
            if name in _WHILE_TYPING and (key in _EDITING or (key_to_character(key) or "\0").isprintable()):
                what = "text in a line to type into"
            elif name in _WHILE_COUNTING and key in _COUNTING:
                what = "the number of calls in the dialog of several hang-ups"
            else:
                continue
            yield (
                f"{_said(name)}: {key_name(key)} is needed to type {what}, where this has to work, too. "
                "Choose a key that types nothing, such as ctrl+g or f10."
            )


def _clashes(keymap: Keymap, scope: Scope) -> Iterator[str]:
    keys = {name: keys_in(keymap.get(name, binding.key)) for name, binding in scope.bindings.items()}
    for one, other in combinations(keys, 2):
        if one in keymap or other in keymap:
            for key in sorted(set(keys[one]) & set(keys[other])):
                yield (
                    f"{_said(one if one in keymap else other)}: {key_name(key)} would mean {one} and {other} on "
                    f"{scope.name}. Choose another key for one of them."
                )


def _said(name: str) -> str:
    return f"[keys] {_shown(name)}"


def _shown(text: str) -> str:
    return visible(text)[:_SHOWN_CHARS]
