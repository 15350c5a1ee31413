"""From flags, environment and file to settings that hold, or to the sentences that say why they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from callmon.settings.bots import BOTS, Bots, bots_given
from callmon.settings.file import FileProblem, config_path, read_file
from callmon.settings.origins import Origin, Source, Sources
from callmon.settings.profiles import CHOSEN_BY, NoProfile, profile_named
from callmon.settings.sections.base import Section
from callmon.settings.unknown import unknown_keys

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
    file = read_file(path)
    if isinstance(file, FileProblem):
        return Refused((file.sentence,))
    warnings = tuple(unknown_keys(file, path))
    sources = Sources(flags, file, path, {})
    chosen = sources.given(CHOSEN_BY)
    if chosen is not None and isinstance(chosen[0], str):
        name = chosen[0].strip()
        profile = profile_named(name, file)
        if isinstance(profile, NoProfile):
            return Refused((f"{chosen[1].where}: {profile.sentence}",), warnings)
        sources = Sources(flags, file, path, profile, name)
    return _judged(kind, sources, warnings)


def _judged(kind: type[_Kind], sources: Sources, warnings: Sequence[str]) -> Loaded[_Kind] | Refused:
    given = {name: found for name in kind.model_fields if (found := sources.given(name)) is not None}
    bots = Bots(None)
    if BOTS in kind.model_fields:
        bots = bots_given(*given.pop(BOTS, (None, None)))
        warnings = (*warnings, *bots.warnings)
        if bots.value is not None:
            given[BOTS] = bots.value, Origin(Source.FILE, BOTS)
        if bots.problems:
            return Refused(bots.problems, warnings)
    try:
        settings = kind.model_validate({name: value for name, (value, _) in given.items()})
    except ValidationError as error:
        problems = [
            f"{_where(problem['loc'], given, bots.origins)}: {_sentence(problem)}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        return Refused(tuple(dict.fromkeys(problems)), warnings)
    default = Origin(Source.DEFAULT)
    origins = {name: given[name][1] if name in given else default for name in kind.model_fields}
    return Loaded(settings, {**origins, **bots.origins}, warnings)


def _where(loc: Sequence[int | str], given: Mapping[str, tuple[Any, Origin]], of_bots: Mapping[str, Origin]) -> str:
    """How people find what is wrong; what nobody set is told by its name."""
    name = str(loc[0])
    if name == BOTS:
        dotted = ".".join(map(str, loc[:3]))
        return of_bots[dotted].where if dotted in of_bots else dotted.removesuffix(".[key]")
    return given[name][1].where if name in given else name


def _sentence(problem: Mapping[str, Any]) -> str:
    refusal = problem.get("ctx", {}).get("error")
    if isinstance(refusal, ValueError):
        return str(refusal)
    return _WRONG_TYPE.get(str(problem["type"]).partition("_")[0], "it must be text in quotes.")
