"""What happened to a call, step by step, and how the steps of calls that are over are kept in little room."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from callmon.core.states import Anomaly

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHARED = 4096
"""So many different steps are shared between calls; most calls are told in a few dozen."""


class ResultInfo(NamedTuple):
    """``resultInfo``. Code and subcode are numbers, or text where Graph sent text."""

    code: int | str | None = None
    subcode: int | str | None = None
    message: str | None = None

    def __str__(self) -> str:
        """``200/5001``; a missing part is left out."""
        return "/".join(str(part) for part in (self.code, self.subcode) if part is not None)


class StepKind(StrEnum):
    """What a step of the timeline is about."""

    STATE = "state"
    MEDIA = "media"
    ROSTER = "roster"
    OPERATION = "operation"
    TONE = "tone"
    SHARING = "sharing"
    TRANSFER = "transfer"
    END = "end"
    """A reason of the call's end that came after it."""
    HANGUP = "hangup"
    CHECK = "check"
    OTHER = "other"


class Step(NamedTuple):
    """One thing that happened to a call."""

    at: datetime
    kind: StepKind
    text: str
    """In a few words; text from the feed in it is raw."""
    state: str | None = None
    """Which state, for kind STATE: the one reported; for kind TRANSFER: ``terminating`` if the call was ending.

    For OPERATION and SHARING: which one, by its path or id.
    """
    change: str = ""
    """``created``, ``updated``, ``deleted``, as Graph said; empty for what callmon did."""
    result: ResultInfo | None = None
    anomaly: Anomaly | None = None
    times: int = 1
    """For kind STATE: how often it was reported in a row, with nothing new."""


class PackedSteps(NamedTuple):
    """The steps of a call in a fifth of their room: made by `pack`, read by `unpack`."""

    times: bytes
    """Microseconds since 1970 UTC, eight bytes each."""
    undated: tuple[Step, ...]
    """The steps without their times, so that calls share them."""


def pack(steps: Sequence[Step]) -> PackedSteps:
    """The steps, packed."""
    times = [(step.at - _EPOCH) // _MICROSECOND for step in steps]
    return PackedSteps(struct.pack(f"{len(times)}q", *times), _ways.shared(tuple([_undated(*s[1:]) for s in steps])))


def unpack(packed: PackedSteps) -> tuple[Step, ...]:
    """The steps that were packed; their times are in UTC."""
    times = struct.unpack(f"{len(packed.undated)}q", packed.times)
    dated = zip(times, packed.undated, strict=True)
    return tuple([Step(_EPOCH + timedelta(0, 0, at), *step[1:]) for at, step in dated])


class _Ways:
    """The ways that calls took, so that calls which took the same one share it.

    Steps that are equal are the same object here, so a way is known by theirs: to compare steps costs far more.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Step, ...]] = {}

    def shared(self, undated: tuple[Step, ...]) -> tuple[Step, ...]:
        """The way itself, or one that consists of the same objects."""
        if len(self._known) >= _SHARED:
            self._known.clear()
        return self._known.setdefault(struct.pack(f"{len(undated)}n", *map(id, undated)), undated)


_ways = _Ways()


@lru_cache(maxsize=_SHARED)
def _undated(*rest: Any) -> Step:
    """A step with these fields after its time."""
    return Step(_EPOCH, *rest)
