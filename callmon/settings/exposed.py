"""Secrets in a settings file that others can read: they are secrets no more, so the file is not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr

from callmon.graph.files import exposed
from callmon.settings.model import Settings
from callmon.settings.origins import BOTS
from callmon.settings.profiles import profiles_in


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if _is_secret(field.annotation))
"""The settings that hold a secret."""


def exposed_secrets(file: Mapping[str, Any], path: Path) -> str | None:
    """Why the file is not used, as a sentence for people; None if it holds no secret, or is its owner's alone."""
    found = sorted({name for table in _tables(file) for name in SECRETS & table.keys()})
    if not found or not exposed(path):
        return None
    return (
        f"Others can read the settings file {path}, and it holds {', '.join(found)}, so it is not used. "
        f"Let it be yours alone: chmod 600 {path}"
    )


def _tables(file: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for table in (file, *(profile for _, profile in profiles_in(file))):
        yield table
        bots = table.get(BOTS)
        if isinstance(bots, dict):
            yield from (bot for bot in bots.values() if isinstance(bot, dict))
