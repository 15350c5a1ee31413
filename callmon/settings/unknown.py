"""Keys of the settings file and variables that are no settings, and what they may be meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from callmon.core.text import visible
from callmon.graph.naming import PREFIX
from callmon.settings.environment import BELOW, ours
from callmon.settings.file import CONFIG_VARIABLE
from callmon.settings.model import Settings
from callmon.settings.origins import BOTS, odd_tables
from callmon.settings.profiles import CHOSEN_BY, PROFILES, profiles_in
from callmon.settings.sections.columns import CustomColumnTable
from callmon.settings.sections.sign_in import SignInSection
from callmon.settings.showing import key
from callmon.settings.values import quoted

_NEARLY = 0.8
"""How like a setting's name another one is, from 0 to 1, that somebody may have meant it to be."""


def unknown_keys(file: Mapping[str, Any], path: Path) -> Iterator[str]:
    """One sentence for each key that is no setting, in the file and in its profiles."""
    names = Settings.model_fields.keys()
    yield from _unknown(file, names | {PROFILES}, str(path))
    yield from _unknown_below(file, f"{path}, [")
    if PROFILES in file and not isinstance(file[PROFILES], dict):
        yield f"{path}: {PROFILES} is no table, so it is ignored. Write tables [{PROFILES}.NAME]."
    for odd in map(key, odd_tables(file.get(PROFILES))):
        yield f"{path}, [{PROFILES}]: {odd} is no table, so it is ignored. Write a table [{PROFILES}.{odd}]."
    for name, table in profiles_in(file):
        yield from _unknown(table, names - {CHOSEN_BY}, f"{path}, [{PROFILES}.{key(name)}]")
        yield from _unknown_below(table, f"{path}, [{PROFILES}.{key(name)}.")


_BELOW = {BOTS: SignInSection.model_fields.keys(), "custom_columns": CustomColumnTable.model_fields.keys()}
"""The settings that are tables of tables, and what can stand in one of them."""


def _unknown_below(table: Mapping[str, Any], where: str) -> Iterator[str]:
    for setting, known in _BELOW.items():
        inside = table.get(setting)
        for name, one in inside.items() if isinstance(inside, dict) else ():
            if isinstance(one, dict):
                yield from _unknown(one, known, f"{where}{setting}.{key(name)}]")


def unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each variable that is nearly called as a setting is.

    Others are not ours to judge: Kubernetes gives each pod some that begin with the name of a service (`CALLMON_PORT`).
    """
    known = Settings.model_fields.keys()
    for variable, name in ours(environ):
        if BELOW in name or name in known or variable.upper() == CONFIG_VARIABLE:
            continue
        if near := get_close_matches(name, known, n=1, cutoff=_NEARLY):
            meant = f"Is it meant to be {PREFIX}{near[0].upper()}?"
            yield f"{visible(variable)}: there is no such setting, so it is ignored. {meant}"


def _unknown(table: Mapping[str, Any], names: AbstractSet[str], where: str) -> Iterator[str]:
    for name in table:
        if name not in names:
            near = get_close_matches(name.lower(), names, n=1)
            hint = f" Is it meant to be {near[0]}?" if near else ""
            yield f"{where}: there is no setting {quoted(name)}, so it is ignored.{hint}"
