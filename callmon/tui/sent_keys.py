"""Which keys terminals send, by the names that Textual has for them.

Facts about terminals (the control sequences of xterm, as Textual reads them): Shift with a letter is the capital. Ctrl
comes with letters and a few signs, Alt with most letters, all three with keys that have a sequence of their own.
Super, Hyper, Meta, and Shift with Enter or Space come only from the few that speak the keyboard protocol of kitty.
"""

from __future__ import annotations

import string

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual.keys import _character_to_key, key_to_character

_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+", "hyper+", "meta+")
_TWINS = {
    "return": "enter",
    "ctrl+m": "enter",
    "ctrl+i": "tab",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""A terminal sends the same for both, and this is how Textual calls it."""
_SENT = frozenset(
    str(key.value) for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys
) - {"ctrl+@"}
"""Every key that has a name of its own in what terminals send. Ctrl+@ is Ctrl+Space on the keyboard."""
_WITH_ANY = frozenset(name for code, name in FUNCTIONAL_KEYS.items() if not code.endswith("u"))
"""Keys whose sequence has a place for Shift, Ctrl and Alt; one that ends with u is kitty's."""


def canonical(key: str) -> str:
    """The name that Textual has for a key, however it is written; what is none is left as it is."""
    modifiers = set()
    while prefix := next((each for each in _MODIFIERS if key.lower().startswith(each)), ""):
        modifiers.add(prefix)
        key = key[len(prefix) :]
    name = "".join(sorted(modifiers)) + (_named(key) if len(key) == 1 else key.lower())
    return _TWINS.get(name, name)


def is_sent(key: str) -> bool:
    """Whether most terminals can send it."""
    *modifiers, bare = key.split("+")
    if not modifiers:
        typed = key_to_character(bare) or ""
        return bare in _SENT | _PUNCTUATION or (typed.isprintable() and _named(typed) == bare != "")
    if "alt" in modifiers and len(bare) == 1:
        return _is_sent_with_alt(modifiers, bare)
    return key in _SENT or (bare in _WITH_ANY and {"alt", "ctrl", "shift"}.issuperset(modifiers))


def nearest(key: str) -> str:
    """Of what terminals send, what is most like this key; empty if nothing is."""
    *modifiers, bare = key.split("+")
    typed = key_to_character(bare) or ""
    if modifiers == ["shift"] and typed.strip():  # keyboards differ in what it makes of a sign
        return _named(typed.upper()) if typed.upper() != typed else ""
    bare = _named(typed) or bare
    known = [each for each in modifiers if each in {"alt", "ctrl"}] or ["alt"]
    capital = [*known, "shift", bare.lower()] if typed.isupper() else [*known, bare]
    tries = [capital, [known[0], bare.lower()], [bare]]
    return next((each for each in map("+".join, tries if modifiers else [[bare]]) if is_sent(each)), "")


def _is_sent_with_alt(modifiers: list[str], letter: str) -> bool:
    """Whether Alt, which is an Esc before it, leaves the letter its name: some have another meaning to Textual then."""
    sent = {"alt": letter, "alt+shift": letter.upper()}.get("+".join(modifiers), "")
    own = modifiers == ["alt"] or sent != letter
    return own and letter.isalpha() and letter == letter.lower() and f"\x1b{sent}" not in ANSI_SEQUENCES_KEYS


def _named(character: str) -> str:
    """What Textual calls the key of a character; empty for none."""
    return character and _character_to_key(character)


_PUNCTUATION = frozenset(map(_named, string.punctuation))
