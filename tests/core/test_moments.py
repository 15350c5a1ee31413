from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from callmon.core.moments import EARLIEST, LATEST, bounded, later

END = datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "meant"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=-8))), True),
        (EARLIEST, True),
        (LATEST, True),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(1, 1, 1, tzinfo=UTC), False),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (END, False),
    ],
)
def test_what_stands_for_no_time_cannot_be_meant(at: datetime, meant: bool) -> None:
    told = bounded(at)
    assert told == (at if meant else None)
    assert told is None or told.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "sum_"),
    [
        (LATEST, LATEST + timedelta(minutes=1)),
        (END - timedelta(minutes=1), END),
        (END - timedelta(seconds=1), END),
        (END, END),
    ],
)
def test_the_calendar_ends(at: datetime, sum_: datetime) -> None:
    assert later(at, timedelta(minutes=1)) == sum_
