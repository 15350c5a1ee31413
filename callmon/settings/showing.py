"""Settings for people and programs to read: plain values, secrets masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, SecretStr

from callmon.core.passwords import MASK, without_password

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def plain(value: object) -> Any:
    """The value as JSON has it: numbers, text, lists, objects. A secret is a mask, also the password in an address."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence | frozenset) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return without_password(str(value))


def toml(value: object) -> str:
    """A plain value as TOML has it. Nothing in it is obeyed by a terminal."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(name)} = {toml(each)}" for name, each in value.items() if each is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    text = json.dumps(value, ensure_ascii=False)  # TOML takes JSON's text, numbers, true and false
    return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in text)


def key(name: str) -> str:
    """A key as TOML has it."""
    return name if _BARE_KEY.fullmatch(name) else toml(name)
