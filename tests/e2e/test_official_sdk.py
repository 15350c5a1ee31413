"""Microsoft's own SDK takes the simulated Graph for Graph: it reads, hangs up, and knows our error as its own."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from callmon.core.text import same_id
from callmon.simulator.player import Simulation

pytestmark = pytest.mark.e2e

_CLIENT = Path(__file__).parent / "sdk_client.py"
_LOADS_S = 100
"""The SDK is some ten thousand modules."""


@pytest.mark.skipif(find_spec("msgraph") is None, reason="needs msgraph-sdk: pip install callmon[e2e]")
def test_it_reads_a_call_hangs_it_up_and_then_is_told_that_there_is_none() -> None:
    simulation = Simulation(None, calls=0, seed=1, speed=50.0)
    root = simulation.start()
    try:
        call = simulation.start_call("meeting")
        done = subprocess.run(
            [sys.executable, _CLIENT, root, simulation.token, call],
            capture_output=True,
            text=True,
            check=False,
            timeout=_LOADS_S,
        )
    finally:
        simulation.stop()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (same_id(told["id"]), told["type"]) == (same_id(call), "Call")
    error = told["error"]
    assert (error["status"], error["code"], error["message"]) == (404, "8522", "Call not found.")
    assert error["request_id"]
