"""``NAME=FILE``, ``FILE`` or ``-``: what is followed, as it is written in settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callmon.core.text import is_bot_name
from callmon.settings.values import quoted, text_in

STDIN = "-"
_SEPARATOR = ":"
"""Between several in the environment, as in PATH."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A file to follow, or standard input."""

    path: Path | None
    """None for standard input."""
    bot: str = ""
    """The name that its entries carry."""

    def __str__(self) -> str:
        """As it is written."""
        where = STDIN if self.path is None else str(self.path)
        return f"{self.bot}={where}" if self.bot else where


def followed_in(value: object) -> tuple[Followed, ...]:
    """What a list, or a text with colons between, names. Raises `ValueError`."""
    if isinstance(value, str):
        parts: Sequence[object] = [part for part in value.split(_SEPARATOR) if part.strip()]
    elif isinstance(value, list | tuple):
        parts = value
    else:
        raise ValueError("it must be a list of files in quotes.")
    found = tuple(part if isinstance(part, Followed) else _one(text_in(part)) for part in parts)
    for number, one in enumerate(found):
        for other in found[:number]:
            _refuse_same(one, other)
    return found


def _refuse_same(one: Followed, other: Followed) -> None:
    """Raises `ValueError` if both are one file, whose every line would be taken twice."""
    if one.path == other.path:
        raise ValueError(f"{quoted(str(one))} is followed twice. Name it once.")
    if one.path and other.path and os.path.realpath(one.path) == os.path.realpath(other.path):
        raise ValueError(f"{quoted(str(one))} is the same file as {quoted(str(other))}. Name one of them.")


def _one(text: str) -> Followed:
    name, equals, rest = text.partition("=")
    bot, where = (name, rest.strip()) if equals and is_bot_name(name) else ("", text)
    if not where:
        raise ValueError(
            f"{quoted(text)} names no file. Write it like /var/log/bot.jsonl, sales=/var/log/bot.jsonl or -."
        )
    return Followed(None if where == STDIN else Path(where).expanduser().absolute(), bot)
