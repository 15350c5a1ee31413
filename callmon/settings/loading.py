"""From flags, environment and file to settings that hold, or to the sentences that say why they do not."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from callmon.settings.file import FileProblem, config_path, read_file
from callmon.settings.model import Settings
from callmon.settings.origins import Origin, Source
from callmon.settings.sections.base import Section
from callmon.settings.values import quoted

PREFIX = "CALLMON_"

_Kind = TypeVar("_Kind", bound=Section)
_WRONG_TYPE = {
    "bool": "it is not true or false.",
    "int": "it must be a whole number.",
    "float": "it must be a number.",
    "list": "it must be a list.",
    "dict": "it must be a table.",
}


@dataclass(frozen=True, slots=True)
class Loaded(Generic[_Kind]):
    """Settings that hold, where each came from, and what was odd about the file."""

    settings: _Kind
    origins: Mapping[str, Origin]
    """By the name of the setting; each of the settings is in it."""
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the settings cannot be used: one sentence a problem, none of them with a secret in it."""

    problems: Sequence[str]
    warnings: Sequence[str] = ()


def load(kind: type[_Kind], flags: Mapping[str, Any]) -> Loaded[_Kind] | Refused:
    """Read settings of this kind. `flags` are those given on the command line, by the names of the fields."""
    path = config_path()
    table = read_file(path)
    if isinstance(table, FileProblem):
        return Refused((table.sentence,))
    warnings = tuple(_unknown(key, path) for key in table if key.lower() not in Settings.model_fields)
    given = {name: found for name in kind.model_fields if (found := _given(name, flags, table, path)) is not None}
    try:
        settings = kind.model_validate({name: value for name, (value, _) in given.items()})
    except ValidationError as error:
        problems = [
            f"{given[str(problem['loc'][0])][1].where}: {_sentence(problem)}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        return Refused(tuple(dict.fromkeys(problems)), warnings)
    default = Origin(Source.DEFAULT)
    origins = {name: given[name][1] if name in given else default for name in kind.model_fields}
    return Loaded(settings, origins, warnings)


def _given(name: str, flags: Mapping[str, Any], table: Mapping[str, Any], path: Path) -> tuple[Any, Origin] | None:
    """The value of the first source that has one, and which that is."""
    if name in flags:
        return flags[name], Origin(Source.FLAG, f"--{name.replace('_', '-')}")
    variable = PREFIX + name.upper()
    if os.environ.get(variable):
        return os.environ[variable], Origin(Source.ENVIRONMENT, variable)
    if name in table:
        return table[name], Origin(Source.FILE, f"{name} in {path}")
    return None


def _unknown(key: str, path: Path) -> str:
    near = get_close_matches(key.lower(), Settings.model_fields, n=1)
    hint = f" Is it meant to be {near[0]}?" if near else ""
    return f"{path}: there is no setting {quoted(key)}, so it is ignored.{hint}"


def _sentence(problem: Mapping[str, Any]) -> str:
    refusal = problem.get("ctx", {}).get("error")
    if isinstance(refusal, ValueError):
        return str(refusal)
    return _WRONG_TYPE.get(str(problem["type"]).partition("_")[0], "it must be text in quotes.")
