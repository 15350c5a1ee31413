"""What every command may want to know."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from callmon.settings.sections.base import Section
from callmon.settings.values import Text, quoted, text_in

LOG_LEVELS = ("debug", "info", "warning", "error")
_LANGUAGES = {"en": "en", "zh": "zh-CN", "zh-cn": "zh-CN", "zh_cn": "zh-CN"}


def _lang(value: object) -> str:
    text = text_in(value)
    if text.lower() not in _LANGUAGES:
        raise ValueError(f"{quoted(text)} is not a language that callmon speaks. Write en or zh-CN.")
    return _LANGUAGES[text.lower()]


def _file(value: object) -> Path:
    text = text_in(value)
    if not text:
        raise ValueError("it is empty. Name a file, or leave it out.")
    return Path(text).expanduser()


def _level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"{quoted(text)} is not a level. Write one of {', '.join(LOG_LEVELS)}.")
    return text.lower()


def locale_language() -> str:
    """The language that the locale asks for: the first of LC_ALL, LC_MESSAGES and LANG that is set decides (POSIX)."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-CN" if named.lower().startswith("zh") else "en"


class Preferences(Section):
    """What every command may want to know."""

    lang: Annotated[str, PlainValidator(_lang, json_schema_input_type=str)] = Field(default_factory=locale_language)
    """The language of end reasons: ``en`` or ``zh-CN``. The locale's if not set."""
    ascii: bool = False
    """Signs, borders and arrows in ASCII; so it is anyway where the locale's encoding has no others."""
    read_only: bool = False
    """No hang-up at all. If the file says so, neither a flag nor the environment can lift it."""
    log_file: Annotated[Path, PlainValidator(_file, json_schema_input_type=str)] | None = None
    """Where to write what callmon does and what goes wrong; nowhere if not set."""
    log_level: Annotated[Text, AfterValidator(_level)] = "info"
    """From which level on: ``debug``, ``info``, ``warning`` or ``error``."""
    profile: Text | None = None
    """Which table of ``[profiles.NAME]`` in the settings file holds."""
