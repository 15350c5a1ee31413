"""Text for terminals that cannot write every character: one column stays one column."""

from __future__ import annotations

import unicodedata

_SIGNS = {
    "↓": "v",
    "↑": "^",
    "♪": "r",
    "…": "~",
    "●": "*",
    "‖": "=",
    "→": ">",
    "←": "<",
    "◌": "o",
    "×": "x",  # noqa: RUF001  # the sign, not the letter
    "○": "o",
    "◦": "o",
    "▲": "^",
    "▼": "v",
    "▸": ">",
    "≥": ">",
    "≤": "<",
    "–": "-",  # noqa: RUF001  # the dash
    "—": "-",
    "·": ".",
    "•": "*",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",  # noqa: RUF001  # the quote
    "’": "'",  # noqa: RUF001  # the quote
    "✓": "+",
    "✗": "x",
    "▌": "|",
    "▏": "|",
    "▎": "|",
    "▊": "|",
    "█": "#",
    "░": ".",
}
"""The signs that the console itself uses. Each is one column wide, and so is what stands for it."""

_BORDERS = range(0x2500, 0x25A0)
"""Box Drawing and Block Elements of Unicode."""


def _border(code: int) -> str:
    name = unicodedata.name(chr(code), "")
    if name.endswith("HORIZONTAL") or "DASH HORIZONTAL" in name:
        return "-"
    if name.endswith("VERTICAL") or "DASH VERTICAL" in name:
        return "|"
    if "BLOCK" in name or "SHADE" in name or "QUADRANT" in name:
        return "-" if "LOWER" in name or "UPPER" in name else "|" if "LEFT" in name or "RIGHT" in name else "#"
    return "+"


TABLE: dict[int, str] = {code: _border(code) for code in _BORDERS} | {ord(sign): text for sign, text in _SIGNS.items()}
"""For `str.translate`."""


def nearest(grapheme: str, width: int) -> str:
    """What stands in ASCII for what a person sees as one character, in just as many columns."""
    plain = unicodedata.normalize("NFKD", grapheme.translate(TABLE))
    letters = "".join(char for char in plain if char.isascii() and char.isprintable())
    return letters if len(letters) == width else "?" * width
