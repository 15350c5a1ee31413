"""Moments on the command line: a time, or how long ago it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from callmon.clocks import utc_now

_AGO = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """``2h`` (so long ago), or a time as ISO 8601 has it; one without an offset is UTC. To be an option's callback."""
    if value is None:
        return None
    try:
        if ago := _AGO.fullmatch(value.strip()):
            return utc_now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        at = datetime.fromisoformat(value.strip())
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{value!r} is no time: say 2h, 30m, 7d, or 2026-03-02T09:30.") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
