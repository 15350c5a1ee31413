"""What the screen looks like."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from callmon.core.choices import BELLS, THEMES
from callmon.core.text import visible
from callmon.core.widths import cell_width
from callmon.settings.sections.columns import ColumnsSection
from callmon.settings.values import Text, known_names, listed, quoted

LABEL_COLORS = ("red", "orange", "yellow", "green", "cyan", "blue", "magenta", "white", "gray")
_LABEL_COLUMNS = 24
_HEX = re.compile(r"#[0-9a-f]{6}")


def _label(text: str) -> str:
    shown = visible(text)
    if cell_width(shown) > _LABEL_COLUMNS:
        raise ValueError(f"it takes more than {_LABEL_COLUMNS} columns of a terminal, too long for the status line.")
    return shown


def _color(text: str) -> str:
    name = text.lower()
    if name not in LABEL_COLORS and not _HEX.fullmatch(name):
        raise ValueError(f"{quoted(text)} is not a colour. Write one of {', '.join(LABEL_COLORS)}, or #rrggbb.")
    return name


def _theme(text: str) -> str:
    if text.lower() not in THEMES:
        raise ValueError(f"{quoted(text)} is not a theme. Write one of {', '.join(THEMES)}.")
    return text.lower()


def _bells(names: tuple[str, ...]) -> tuple[str, ...]:
    return known_names(names, BELLS, "is nothing that the bell can ring for")


class ScreenSection(ColumnsSection):
    """What the screen looks like."""

    label: Annotated[Text, AfterValidator(_label)] | None = None
    """A word for the status line that says where this is, such as ``PRODUCTION``; the profile's name if not set."""
    label_color: Annotated[Text, AfterValidator(_color)] | None = None
    """The colour of that word: a name such as ``red``, or ``#rrggbb``."""
    keys: dict[str, Text] = Field(default_factory=dict)
    """Other keys for actions: the action's id = its keys, joined by commas. `callmon config keys` lists them."""
    theme: Annotated[Text, AfterValidator(_theme)] | None = None
    """The colours: dark, light, high-contrast, or terminal (its own sixteen). Chosen by the terminal if not set."""
    slow_link: bool = False
    """Paint less, for a slow line: durations every ten seconds, news every two, the terminal's own colours."""
    bell: Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_bells)] = ()
    """What the terminal's bell rings for: trouble (a call that is in it now), deaf (no feed receives any more)."""
