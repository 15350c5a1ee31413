"""What the first frame must know: read from flags, environment and file without the model that judges them later."""

from __future__ import annotations

import curses
import os
import sys
from collections.abc import Mapping
from typing import Any

from callmon.cli.pages import Flags
from callmon.cli.terminals import terminal_encoding
from callmon.core.choices import THEMES
from callmon.memory import NOTHING, Memory
from callmon.tui.look import Look

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_FEW_COLORS = 256


def look_of(flags: Flags, memory: Memory = NOTHING) -> Look:
    """How the console is to look. What cannot be read is left out here: the settings will say what is wrong with it."""
    given = _given(flags)
    slow, encoding = _is_set(given.get("slow_link")), terminal_encoding(os.environ)
    theme = str(given.get("theme", "")).strip().lower()
    if theme not in THEMES:
        theme = _usual_theme(memory, few_colors=slow or _few_colors())
    return Look(
        theme,
        color=not os.environ.get("NO_COLOR"),  # set to nothing it means nothing (https://no-color.org)
        ascii_signs=_is_set(given.get("ascii")) or encoding != "utf-8",
        encoding=encoding,
        slow_link=slow,
    )


def _usual_theme(memory: Memory, *, few_colors: bool) -> str:
    """The theme where nobody asks for one: what was picked once is for terminals that can show it."""
    if few_colors:
        return "terminal"
    return memory.chosen_theme if memory.chosen_theme in THEMES else "dark"


def _given(flags: Flags) -> Mapping[str, Any]:
    from callmon.settings.early import early  # noqa: PLC0415  # --help does not wait for the settings

    return early(flags, ("theme", "ascii", "slow_link"))


def _is_set(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in _YES)


def _few_colors() -> bool:
    """Whether the terminal has fewer colours than a theme of its own needs, by terminfo."""
    if os.environ.get("COLORTERM"):
        return False
    try:
        curses.setupterm(fd=sys.__stderr__.fileno() if sys.__stderr__ is not None else -1)
    except (curses.error, OSError, ValueError):
        return "256color" not in os.environ.get("TERM", "")
    return curses.tigetnum("colors") < _FEW_COLORS
