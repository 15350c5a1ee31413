from __future__ import annotations

from callmon.clocks import running_s
from tests.waiting import wait_until


def test_the_clock_goes_on() -> None:
    before = running_s()
    wait_until(lambda: running_s() > before)
