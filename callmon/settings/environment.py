"""The settings in the environment: ``CALLMON_SETTING``, and ``CALLMON_BOTS__NAME__SETTING`` in a table of tables."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from callmon.core.text import visible
from callmon.graph.naming import PREFIX

BELOW = "__"
"""Between the parts of the name of a setting in a table of tables."""


def ours(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables that are called as settings are, and what stands behind the prefix, in small letters."""
    for variable in environ:
        if variable[: len(PREFIX)].upper() == PREFIX:
            yield variable, variable[len(PREFIX) :].lower()


def settings_in(environ: Mapping[str, str], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """What the variables say about these settings, as text. Capitals mean nothing; an empty variable says nothing."""
    found: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {}
    for variable, name in ours(environ):
        value = environ[variable]
        if not value:
            continue
        setting, below, rest = name.partition(BELOW)
        if not below and setting in fields:
            found[setting] = value
        elif below and setting in fields and get_origin(fields[setting].annotation) is dict:
            _put(tables.setdefault(setting, {}), rest, value)
    return {**tables, **found}


def contradictions(environ: Mapping[str, str], settings: Container[str]) -> Iterator[str]:
    """One sentence for each variable of these settings that is there in two spellings, and not with the same value."""
    seen: dict[str, str] = {}
    for variable, name in ours(environ):
        if environ[variable] and name.partition(BELOW)[0] in settings:
            first = seen.setdefault(name, variable)
            if environ[first] != environ[variable]:
                yield f"{visible(first)} and {visible(variable)} are one setting and do not say the same. Keep one."


def _put(table: dict[str, Any], path: str, value: str) -> None:
    """At ``NAME__SETTING``; what names no setting stands beside the tables, for the model to complain of."""
    name, below, setting = path.partition(BELOW)
    if below and isinstance(inside := table.setdefault(name, {}), dict):
        inside[setting] = value
    elif not below:
        table[name] = value
