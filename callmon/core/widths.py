"""How much room a text takes in a terminal."""

from __future__ import annotations

import unicodedata


def cell_width(text: str) -> int:
    """How many columns the text takes: two for a wide character (Unicode TR 11), none for a combining one."""
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
