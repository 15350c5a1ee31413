"""Where a setting came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """What may set something; the first of these that does is the one that holds."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Which of the sources gave a setting its value."""

    source: Source
    where: str = ""
    """How people find it: ``--journal``, ``CALLMON_JOURNAL``, ``journal in /etc/callmon.toml``; empty for a default."""
