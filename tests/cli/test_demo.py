from __future__ import annotations

from contextlib import ExitStack

import httpx
import pytest

from callmon.cli.demo_parts import Show, demo_parts
from callmon.graph.control import GraphControl
from callmon.hangup import HangUp
from callmon.simulator.faults import MIX, as_json


@pytest.mark.parametrize("faults", [True, False])
def test_hang_ups_of_the_demo_meet_trouble_only_if_that_is_wanted(faults: bool) -> None:
    with ExitStack() as stack:
        parts = demo_parts({}, Show(calls=0, seed=1, speed=1.0, faults=faults), stack, lambda _: None)
        assert isinstance(parts.hangup, HangUp)
        control = parts.hangup._control
        assert isinstance(control, GraphControl)
        rules = httpx.get(f"{control._root}/simulator/faults", trust_env=False).json()
    assert rules == as_json(MIX if faults else ())


@pytest.mark.parametrize(("calls", "awaited"), [(0, False), (1, True)])
def test_the_demo_says_that_calls_begin_unless_none_do(calls: int, awaited: bool) -> None:
    with ExitStack() as stack:
        parts = demo_parts({}, Show(calls=calls, seed=1, speed=1.0, faults=False), stack, lambda _: None)
    assert bool(parts.awaited) is awaited
