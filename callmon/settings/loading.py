"""From flags, environment and file to settings that hold, or to the sentences that say why they do not."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from callmon.settings.bots import named_as
from callmon.settings.environment import contradictions, settings_in
from callmon.settings.exposed import exposed_secrets
from callmon.settings.file import MACHINE_PATH, FileProblem, config_path, read_file
from callmon.settings.model import Settings
from callmon.settings.origins import BOTS, FLOORS, Layer, Origin, Source, merged, origins_in, with_floors
from callmon.settings.profiles import CHOSEN_BY, PROFILES, NoProfile, profile_named
from callmon.settings.sections.base import Section
from callmon.settings.showing import key
from callmon.settings.unknown import unknown_keys, unknown_variables
from callmon.settings.values import quoted

_Kind = TypeVar("_Kind", bound=Section)
_WRONG_TYPE = {
    "bool": "it is not true or false.",
    "int": "it must be a whole number.",
    "float": "it must be a number.",
    "list": "it must be a list.",
    "dict": "it must be a table.",
    "model": "it must be a table.",
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
    file = read_file(path)
    if isinstance(file, FileProblem):
        return Refused((file.sentence,))
    if (problem := exposed_secrets(file, path)) is not None:
        return Refused((problem,))
    warnings = (*unknown_keys(file, path), *unknown_variables(os.environ))
    environment = settings_in(os.environ, Settings.model_fields)
    layers = [Layer(Source.FLAG, flags), Layer(Source.ENVIRONMENT, environment), Layer(Source.FILE, file, f"in {path}")]
    chosen = next((layer for layer in layers if CHOSEN_BY in layer.given), None)
    if chosen is not None and isinstance(name := chosen.given[CHOSEN_BY], str):
        profile = profile_named(name.strip(), file)
        if isinstance(profile, NoProfile):
            return Refused((f"{chosen.origin(CHOSEN_BY).where}: {profile.sentence}",), warnings)
        layers.insert(2, Layer(Source.PROFILE, profile, f"in [{PROFILES}.{key(name.strip())}] of {path}"))
    layers[1], of_bots, about_bots = named_as(layers[2:], layers[1])
    warnings = (*warnings, *about_bots)
    problems = [*contradictions(os.environ, kind.model_fields), *(of_bots if BOTS in kind.model_fields else ())]
    if problems:
        return Refused(problems, warnings)
    machine = read_file(MACHINE_PATH)
    if isinstance(machine, FileProblem):
        return Refused((machine.sentence,), warnings)
    warnings = (*warnings, *_not_for_all(machine))
    return _judged(kind, with_floors(layers, Layer(Source.MACHINE, machine, f"in {MACHINE_PATH}")), warnings)


def _not_for_all(machine: Mapping[str, Any]) -> list[str]:
    """What stands in the machine's file to no effect."""
    return [
        f"{MACHINE_PATH}: {quoted(name)} is ignored; of that file only {', '.join(sorted(FLOORS))} holds."
        for name in machine.keys() - FLOORS
    ]


def _judged(kind: type[_Kind], layers: Sequence[Layer], warnings: Sequence[str]) -> Loaded[_Kind] | Refused:
    origins = origins_in(layers, kind.model_fields)
    try:
        settings = kind.model_validate(reduce(merged, (layer.given for layer in layers)))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems = [f"{_where(problem['loc'], origins, layers)}: {_sentence(problem)}" for problem in found]
        return Refused(tuple(dict.fromkeys(problems)), warnings)
    return Loaded(settings, dict.fromkeys(kind.model_fields, Origin(Source.DEFAULT)) | origins, warnings)


def _where(loc: Sequence[int | str], origins: Mapping[str, Origin], layers: Sequence[Layer]) -> str:
    """How people find what is wrong; what nobody set is told by its name."""
    path = [part for part in loc if isinstance(part, str) and part != "[key]"]
    if len(path) > 1 and path[0] != BOTS:
        return max((layer.place_of(path) for layer in layers), key=lambda found: found[0])[1]
    name = str(loc[0]) if loc[0] != BOTS else ".".join(map(str, loc[:3]))
    return origins[name].where if name in origins and name != BOTS else name.removesuffix(".[key]")


def _sentence(problem: Mapping[str, Any]) -> str:
    context = problem.get("ctx", {})
    refusal = context.get("error")
    if isinstance(refusal, ValueError):
        return str(refusal)
    if "ge" in context:
        return f"it must be {context['ge']} or more."
    if "le" in context:
        return f"it must be {context['le']} or less."
    if problem["type"] == "missing":
        return "it is missing."
    return _WRONG_TYPE.get(str(problem["type"]).partition("_")[0], "it must be text in quotes.")
