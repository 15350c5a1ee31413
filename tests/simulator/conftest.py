from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from callmon.feeds.server import ServerThread
from callmon.simulator.player import Simulation
from tests.simulator.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Show:
    """A running simulation with a client for its Graph and the feed it reports to."""

    simulation: Simulation
    graph: httpx.Client
    feed: Recorder

    def start(self, kind: str) -> str:
        answer = self.graph.post("/simulator/calls", json={"kind": kind})
        assert answer.status_code == 201
        return str(answer.json()["id"])

    def url(self, call_id: str) -> str:
        return f"/v1.0/communications/calls/{call_id}"

    def live(self) -> dict[str, str]:
        return {call["id"]: call["state"] for call in self.graph.get("/simulator/calls").json()["value"]}


StartShow = Callable[..., Show]


@pytest.fixture
def start_show() -> Iterator[StartShow]:
    """Starts simulations (no calls of their own unless told so) and stops them at the end, leaving no thread."""
    before = set(threading.enumerate())
    with ExitStack() as stack:

        def start(*, feed: Recorder | None = None, calls: int = 0, seed: int = 1, speed: float = 1.0) -> Show:
            feed = feed or Recorder()
            server = ServerThread(feed, "127.0.0.1", 0)
            _, port = server.start()
            stack.callback(server.stop)
            simulation = Simulation(f"http://127.0.0.1:{port}/api/calls", calls=calls, seed=seed, speed=speed)
            root = simulation.start()
            stack.callback(simulation.stop)
            headers = {"Authorization": f"Bearer {simulation.token}"}
            graph = stack.enter_context(httpx.Client(base_url=root, headers=headers, trust_env=False))
            return Show(simulation, graph, feed)

        yield start
    assert set(threading.enumerate()) <= before
