"""Times that others tell: which of them can be meant, and how one is added to that no calendar has room after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Beyond lie what programs write for "no time", such as ``DateTime.MinValue`` and ``DateTime.MaxValue`` of .NET."""

_END = datetime.max.replace(tzinfo=UTC)


def bounded(at: datetime) -> datetime | None:
    """The same moment in UTC; None for one that cannot be meant, or has no zone."""
    return at.astimezone(UTC) if at.tzinfo is not None and EARLIEST <= at <= LATEST else None


def later(at: datetime, span: timedelta) -> datetime:
    """So much after a time, or the end of the calendar: a journal may hold any time, and must be read all the same."""
    try:
        return at + span
    except OverflowError:
        return _END
