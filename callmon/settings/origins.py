"""The sources of settings in their order, what each has to say, and where people find it there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from callmon.graph.naming import SettingNames
from callmon.settings.environment import BELOW
from callmon.settings.sections.sign_in import SignInSection
from callmon.settings.showing import key

BOTS = "bots"
FLOORS = frozenset({"read_only"})
"""Settings that hold once a file says ``true``, whatever anybody else says."""
_YES_OR_NO = TypeAdapter(bool)


class Source(StrEnum):
    """What may set something; the first of these that does is the one that holds."""

    MACHINE = "machine"
    """The file of whoever looks after the machine; only floors are taken from it."""
    FLAG = "flag"
    ENVIRONMENT = "environment"
    PROFILE = "profile"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which of the sources gave a setting its value."""

    source: Source
    where: str = ""
    """How people find it: ``--journal``, ``CALLMON_JOURNAL``, ``journal in /etc/callmon.toml``; empty for a default."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Everything that one source has to say, by the names of the settings."""

    source: Source
    given: Mapping[str, Any]
    place: str = ""
    """Of a table in the file: where that is."""

    def origin(self, name: str, bot: str = "") -> Origin:
        """Where this source has the setting, or that of a bot."""
        if self.source is Source.FLAG:
            return Origin(self.source, f"--{name.replace('_', '-')}")
        if self.source is Source.ENVIRONMENT:
            return Origin(self.source, SettingNames(bot)[name])
        return Origin(self.source, f"{name} in [{BOTS}.{key(bot)}] {self.place}" if bot else f"{name} {self.place}")

    def place_of(self, path: Sequence[str]) -> tuple[int, str]:
        """How much of the path to a setting in a table this source has, and how people find it there."""
        depth = 0
        table: object = self.given
        while depth < len(path) and isinstance(table, Mapping) and path[depth] in table:
            depth, table = depth + 1, table[path[depth]]
        *tables, name = path
        if self.source is Source.ENVIRONMENT:
            return depth, SettingNames()[BELOW.join(path)]
        return depth, f"{key(name)} in [{'.'.join(map(key, tables))}] {self.place}".rstrip()

    def bots(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The bots that it names, with the settings of each."""
        tables = self.given.get(BOTS)
        if isinstance(tables, dict):
            yield from ((name, table) for name, table in tables.items() if isinstance(table, dict))


def odd_tables(tables: object) -> Iterator[str]:
    """The names in a table of tables under which no table is; nothing of what is no table itself."""
    if isinstance(tables, dict):
        yield from (name for name, table in tables.items() if not isinstance(table, dict))


def merged(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both in one; what the upper one says holds, also within a table that both have."""
    found = dict(lower)
    for name, value in upper.items():
        below = found.get(name)
        found[name] = merged(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return found


def with_floors(layers: Sequence[Layer], machine: Layer) -> Sequence[Layer]:
    """The layers below what the files forbid: neither a profile nor the environment nor a flag allows it again."""
    below = [machine, *(layer for layer in reversed(layers) if layer.source in {Source.PROFILE, Source.FILE})]
    floors = [
        replace(
            each, given={name: each.given[name] for name in FLOORS if name in each.given and _forbids(each.given[name])}
        )
        for each in below
    ]
    return [*floors, *layers]


def _forbids(value: object) -> bool:
    """Whether it means ``true``, however it is written. What is neither yes nor no is kept, to be complained of."""
    try:
        return _YES_OR_NO.validate_python(value)
    except ValidationError:
        return True


def origins_in(layers: Iterable[Layer], names: Container[str]) -> dict[str, Origin]:
    """Where each of these settings that was given comes from; those of bots by ``bots.NAME.SETTING``."""
    found: dict[str, Origin] = {}
    for layer in layers:
        own = {name: layer.origin(name) for name in layer.given if name in names}
        of_bots = {
            f"{BOTS}.{bot}.{name}": layer.origin(name, bot)
            for bot, table in layer.bots()
            for name in table
            if name in SignInSection.model_fields
        }
        found = {**own, **of_bots, **found}
    return found
