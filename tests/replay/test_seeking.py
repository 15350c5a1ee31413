from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from callmon.replay.player import Where
from callmon.replay.seeking import NowhereToGo, target

START = datetime(2026, 3, 2, 23, 30, 5, 700_000, tzinfo=UTC)
WHERE = Where(
    START + timedelta(minutes=10), 1, 9, START, START + timedelta(hours=1), playing=True, speed=1, skipping=False
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0%", START),
        ("50 %", START + timedelta(minutes=30)),
        ("12.5%", START + timedelta(minutes=7.5)),
        ("100%", WHERE.end),
        ("999%", WHERE.end),
        ("+90", WHERE.now + timedelta(seconds=90)),
        ("+90 s", WHERE.now + timedelta(seconds=90)),
        ("- 2m", WHERE.now - timedelta(minutes=2)),
        ("+1H", WHERE.now + timedelta(hours=1)),
        ("-99999d", WHERE.now - timedelta(days=99999)),
        ("23:30:05", datetime(2026, 3, 2, 23, 30, 5, tzinfo=UTC)),
        (" 23:45 ", datetime(2026, 3, 2, 23, 45, tzinfo=UTC)),
        ("00:10:00", datetime(2026, 3, 3, 0, 10, tzinfo=UTC)),
        ("2026-03-02T23:45:10", datetime(2026, 3, 2, 23, 45, 10, tzinfo=UTC)),
        ("2026-03-02 23:45:10+01:00", datetime(2026, 3, 2, 23, 45, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-03-03", datetime(2026, 3, 3, tzinfo=UTC)),
    ],
)
def test_where_people_mean_to_go(typed: str, expected: datetime) -> None:
    assert target(typed, WHERE) == expected


@pytest.mark.parametrize("typed", ["23:30:04", "00:30:06", "12:00"])
def test_a_time_of_day_that_does_not_come_is_told_with_what_does(typed: str) -> None:
    outcome = target(typed, WHERE)
    assert isinstance(outcome, NowhereToGo)
    assert f"It is never {typed}" in outcome.sentence
    assert outcome.sentence.endswith("which goes from 2026-03-02 23:30:05 to 2026-03-03 00:30:05 UTC.")


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "%", "-", "+x", "1e9", "0001-01-01T00:00+14:00", "9" * 5000])
def test_what_says_nothing_is_told_with_what_would(typed: str) -> None:
    outcome = target(typed, WHERE)
    assert isinstance(outcome, NowhereToGo)
    assert "34 %" in outcome.sentence
