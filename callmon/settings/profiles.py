"""``[profiles.NAME]`` in the settings file: settings that hold where that profile was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

PROFILES = "profiles"
CHOSEN_BY = "profile"


@dataclass(frozen=True, slots=True)
class NoProfile:
    """Why there is no such profile."""

    sentence: str


def profile_named(name: str, file: Mapping[str, Any]) -> Mapping[str, Any] | NoProfile:
    """The settings of the profile. What is chosen must be there: the wrong surroundings are worse than none."""
    from callmon.settings.values import quoted  # noqa: PLC0415  # pydantic's; `early` does not wait for it

    known = dict(profiles_in(file))
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"Is it meant to be {near[0]}?" if near else f"Write a table [{PROFILES}.NAME] there, or choose none."
    return NoProfile(f"there is no profile {quoted(name)} in the settings file. {hint}")


def profiles_in(file: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every profile of the file by its name."""
    tables = file.get(PROFILES)
    if isinstance(tables, dict):
        yield from ((name, table) for name, table in tables.items() if isinstance(table, dict))
