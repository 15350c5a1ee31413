"""``[bots.NAME]`` in the settings file, and ``CALLMON_BOTS__NAME__SETTING`` in the environment, which comes first.

A variable can hold neither dots nor dashes, so ``CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET`` belongs to the bot
``front-desk`` if the file has a table for it. A bot that only the environment knows has its name in lower case.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from callmon.graph.naming import in_environment
from callmon.settings.origins import PREFIX, Origin, Source
from callmon.settings.sections.sign_in import SignInSection

BOTS = "bots"
_BEFORE = f"{PREFIX}BOTS__"


@dataclass(frozen=True, slots=True)
class Bots:
    """What file and environment say of the bots."""

    value: Any
    """As it is to be judged."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """By ``bots.NAME.SETTING``."""
    problems: Sequence[str] = ()
    """What cannot be understood, one sentence each."""
    warnings: Sequence[str] = ()


def bots_given(tables: Any, origin: Origin | None) -> Bots:
    """The bots of the file (or profile) with what the environment adds. `origin` is that of the tables."""
    if tables is not None and not (isinstance(tables, dict) and all(isinstance(t, dict) for t in tables.values())):
        return Bots(tables)
    merged: dict[str, dict[str, Any]] = {name: dict(table) for name, table in (tables or {}).items()}
    where = origin.where if origin is not None else ""
    source = origin.source if origin is not None else Source.FILE
    origins = {
        f"{BOTS}.{name}.{setting}": Origin(source, where.replace(BOTS, f"{setting} in [{BOTS}.{name}]", 1))
        for name, table in merged.items()
        for setting in table
    }
    problems, warnings = [], []
    known = tuple(merged)
    for variable, label, setting in _variables():
        meant = [name for name in known if in_environment(name) == label]
        if len(meant) > 1:
            problems.append(f"{variable}: it could mean the bot {' or '.join(meant)}. Set it in the file instead.")
        elif setting not in SignInSection.model_fields:
            near = get_close_matches(setting, SignInSection.model_fields, n=1)
            hint = f" Is it meant to end with {near[0].upper()}?" if near else ""
            warnings.append(f"{variable}: a bot has no such setting, so it is ignored.{hint}")
        else:
            name = meant[0] if meant else label.lower()
            merged.setdefault(name, {})[setting] = os.environ[variable]
            origins[f"{BOTS}.{name}.{setting}"] = Origin(Source.ENVIRONMENT, variable)
    return Bots(merged or None, origins, problems, warnings)


def setting_of_bot(name: str) -> tuple[str, str] | None:
    """Bot and setting in ``bots.NAME.SETTING``; None for every other name. Names of bots have dots, too."""
    bots, _, rest = name.partition(".")
    bot, _, setting = rest.rpartition(".")
    return (bot, setting) if bots == BOTS and bot else None


def _variables() -> Iterator[tuple[str, str, str]]:
    """Each variable about a bot, with the bot's name as it is in variables, and the setting."""
    for variable in sorted(os.environ):
        label, between, setting = variable.removeprefix(_BEFORE).partition("__")
        if variable.startswith(_BEFORE) and label and between and os.environ[variable]:
            yield variable, label.upper(), setting.lower()
