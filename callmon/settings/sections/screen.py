"""What the screen looks like."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from callmon.core.text import visible
from callmon.settings.sections.base import Section
from callmon.settings.values import Text, quoted

LABEL_COLORS = ("red", "orange", "yellow", "green", "cyan", "blue", "magenta", "white", "gray")
_LABEL_CHARS = 24
_HEX = re.compile(r"#[0-9a-f]{6}")


def _label(text: str) -> str:
    if len(text) > _LABEL_CHARS:
        raise ValueError(f"it is longer than {_LABEL_CHARS} characters, too long for the status line.")
    return visible(text)


def _color(text: str) -> str:
    name = text.lower()
    if name not in LABEL_COLORS and not _HEX.fullmatch(name):
        raise ValueError(f"{quoted(text)} is not a colour. Write one of {', '.join(LABEL_COLORS)}, or #rrggbb.")
    return name


class ScreenSection(Section):
    """What the screen looks like."""

    label: Annotated[Text, AfterValidator(_label)] | None = None
    """A word for the status line that says where this is, such as ``PRODUCTION``; the profile's name if not set."""
    label_color: Annotated[Text, AfterValidator(_color)] | None = None
    """The colour of that word: a name such as ``red``, or ``#rrggbb``."""
    keys: dict[str, Text] = Field(default_factory=dict)
    """Other keys for actions: the action's id = its keys, joined by commas. `callmon config keys` lists them."""
