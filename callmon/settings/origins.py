"""Where a setting came from: the sources in their order, and what each has to say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

PREFIX = "CALLMON_"
FLOORS = frozenset({"read_only"})
"""Settings that hold once the file says ``true``, whatever anybody else says."""


class Source(StrEnum):
    """What may set something; the first of these that does is the one that holds."""

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
class Sources:
    """Everything that may set something."""

    flags: Mapping[str, Any]
    file: Mapping[str, Any]
    path: Path
    """Of the file."""
    profile: Mapping[str, Any]
    profile_name: str = ""

    def given(self, name: str) -> tuple[Any, Origin] | None:
        """What the first source that knows the setting has for it, and which that is.

        A table in the profile adds to the same table in the file, entry by entry.
        """
        if floor := self._floor(name):
            return floor
        variable = variable_of(name)
        if name in self.flags:
            return self.flags[name], Origin(Source.FLAG, f"--{name.replace('_', '-')}")
        if os.environ.get(variable):
            return os.environ[variable], Origin(Source.ENVIRONMENT, variable)
        if name in self.profile:
            value, below = self.profile[name], self.file.get(name)
            both = {**below, **value} if isinstance(value, dict) and isinstance(below, dict) else value
            return both, Origin(Source.PROFILE, f"{name} in [profiles.{self.profile_name}] of {self.path}")
        if name in self.file:
            return self.file[name], Origin(Source.FILE, f"{name} in {self.path}")
        return None

    def _floor(self, name: str) -> tuple[Any, Origin] | None:
        """What the file forbids: neither a profile nor the environment nor a flag allows it again."""
        if name in FLOORS and self.file.get(name) is True:
            return True, Origin(Source.FILE, f"{name} in {self.path}")
        if name in FLOORS and self.profile.get(name) is True:
            return True, Origin(Source.PROFILE, f"{name} in [profiles.{self.profile_name}] of {self.path}")
        return None


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()
