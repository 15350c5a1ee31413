"""Where to go in a recording, as it is typed: a time, a share of the whole, or so far on or back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from callmon.replay.player import Where

FORMS = "09:31:07, 34 %, +90 s, -2 m, or a date and time (UTC)"

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_STEP = re.compile(r"([+-])\s*(\d{1,5})\s*([smhd]?)")
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class NowhereToGo:
    """What was typed says nothing."""

    sentence: str


def target(text: str, where: Where) -> datetime | NowhereToGo:
    """The time that was meant; it may lie outside the recording. A clock time is that of the day on which it comes."""
    typed = text.strip().lower()
    if share := _SHARE.fullmatch(typed):
        return where.start + (where.end - where.start) * min(float(share[1]) / _WHOLE, 1.0)
    if step := _STEP.fullmatch(typed):
        seconds = int(step[2]) * _UNITS[step[3]]
        return where.now + timedelta(seconds=seconds if step[1] == "+" else -seconds)
    try:
        return _at_clock(time.fromisoformat(typed), where)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text.strip())
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return NowhereToGo(f"That is no place in the recording. Write it like {FORMS}.")


def _at_clock(clock: time, where: Where) -> datetime:
    when = datetime.combine(where.start.astimezone(UTC).date(), clock.replace(tzinfo=None), tzinfo=UTC)
    return when if when >= where.start.replace(microsecond=0) else when + timedelta(days=1)
