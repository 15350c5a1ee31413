"""Where to go in a recording, as it is typed: a time, a share of the whole, or so far on or back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from callmon.core.text import dated
from callmon.replay.player import Where

FORMS = "09:31:07, 34 %, +90 s, -2 m, or a date and time (UTC)"

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_STEP = re.compile(r"([+-])\s*(\d{1,5})\s*([smhd]?)")
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class NowhereToGo:
    """What was typed says nothing, or names a time of day that the recording does not have."""

    sentence: str


def target(text: str, where: Where) -> datetime | NowhereToGo:
    """The time that was meant; a clock time is that of the day on which it comes.

    Any other may lie outside the recording.
    """
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


def _at_clock(clock: time, where: Where) -> datetime | NowhereToGo:
    when = datetime.combine(where.start.astimezone(UTC).date(), clock.replace(tzinfo=None), tzinfo=UTC)
    when = when if when >= where.start.replace(microsecond=0) else when + timedelta(days=1)
    if when <= where.end:
        return when
    span = f"from {dated(where.start)} to {dated(where.end, where.start)} UTC"
    return NowhereToGo(f"It is never {clock:%H:%M:%S} in the recording, which goes {span}.")
