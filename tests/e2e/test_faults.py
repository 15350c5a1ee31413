"""The fault run in short: what was answered with 202 is in the journal once, whoever was killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import needs
from tests.faults.run import Plan, run

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("redis", [False, True])
def test_what_was_accepted_is_kept_once_and_in_order(tmp_path: Path, redis: bool) -> None:
    if redis:
        needs("redis-server")
    report = run(Plan(3, 8, 100, redis=redis, life_s=(0.2, 0.6), seed=3), tmp_path)
    assert (report.lost, report.doubled, report.out_of_order) == (0, 0, 0)
    assert report.accepted > 0
    assert report.collector_kills > 0
    assert (report.redis_kills > 0) == redis
