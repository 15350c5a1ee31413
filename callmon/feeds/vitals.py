"""What a program knows of its journal beyond what its own feeds bring: for whoever asks how it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from callmon.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the journal tells, seen now."""

    snapshot: Snapshot
    """With doubts, and whether the feed is deaf."""
    ended: Mapping[str, int] = field(default_factory=dict)
    """How many calls ended, by the category of their end reason (``gone`` if none was reported)."""
    hangups: Mapping[str, int] = field(default_factory=dict)
    """How many hang-ups were answered, by `callmon.core.hangup.Answer`."""
    checks: Mapping[str, int] = field(default_factory=dict)
    """How many checks were answered, in the same way."""
    trouble: str = ""
    """Why the journal cannot be followed now; all the rest is older then."""


class Witness(Protocol):
    """Somebody who follows the journal, from when he is first needed. Safe to use from several threads."""

    def begin(self) -> None:
        """Follow from now on; does nothing if he does already."""
        ...

    def look(self, patience_s: float) -> Vitals | None:
        """What is known; None while he does not follow, or has not read the past within so many seconds."""
        ...
