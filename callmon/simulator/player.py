"""The simulation as a whole: a fake Graph with calls that go on, and a feed that hears of them."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread

from callmon.feeds.server import ServerCannotStart, ServerThread, address_of
from callmon.simulator.delivery import Delivery, open_client
from callmon.simulator.faults import Faults
from callmon.simulator.graph import FakeGraph
from callmon.simulator.live import LiveCalls
from callmon.simulator.repertoire import Repertoire
from callmon.simulator.stage import Cue, Stage, begin

_STOP_S = 5.0


class Simulation:
    """Calls that begin, go on and end in real time, and the Graph on which they can be hung up.

    What it says of them is the same for the same seed, to the byte; when it says it is up to the clock.
    """

    token = "simulated"  # noqa: S105  # opens nothing; any bearer token does
    """A bearer token that the fake Graph accepts."""

    def __init__(
        self,
        feed_url: str | None,
        *,
        calls: int = 12,
        seed: int = 1,
        speed: float = 1.0,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
    ) -> None:
        """Set up, not yet running.

        `feed_url` is where the notifications are POSTed to; with None there are none, and the calls can only be asked
        for. `calls` is how many go on at a time, 0 for those alone that ``POST /simulator/calls`` starts. `speed` 2 is
        twice as fast as life. `host` and `port` are the fake Graph's; port 0 lets the system choose.
        `faults` make hang-ups go wrong; with None all goes well until ``POST /simulator/faults`` says otherwise.
        """
        self._feed_url = feed_url
        self._calls = calls
        self._seed = seed
        self._speed = speed
        self._live = LiveCalls()
        graph = FakeGraph(self._live, self.start_call, faults or Faults(seed=seed))
        self._server = ServerThread(graph, host, port, name="simulated-graph")
        self._requested = Repertoire(seed, "requested")
        self._requested_lock = Lock()
        self._requests: asyncio.Queue[Cue] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._show: asyncio.Task[None] | None = None
        self._thread: Thread | None = None

    def start(self) -> str:
        """Begin; returns the fake Graph's root URL, ``http://127.0.0.1:PORT``. To be called once.

        Raises `ServerCannotStart`.
        """
        ready: Future[None] = Future()
        self._thread = Thread(target=self._run, args=(ready,), name="simulated-calls", daemon=True)
        self._thread.start()
        ready.result()
        try:
            host, port = self._server.start()
        except ServerCannotStart:
            self.stop()
            raise
        return f"http://{address_of(host, port)}"

    def stop(self) -> None:
        """End all at once, within a few seconds; calls under way get no end. A second call does nothing."""
        self._server.stop()
        if self._thread is None or self._loop is None or self._show is None:
            return
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._show.cancel)
        self._thread.join(_STOP_S)
        self._thread = None

    def start_call(self, kind: str) -> str:
        """Start one more call, of this kind (a key of `callmon.simulator.repertoire.KINDS`); returns its id.

        Only between `start` and `stop`. Safe to call from any thread.
        """
        if self._loop is None:
            raise RuntimeError("The simulation has not been started.")
        with self._requested_lock:
            script = self._requested.call(kind)
        cue = begin(self._live, script, self._loop)
        self._loop.call_soon_threadsafe(self._requests.put_nowait, cue)
        return script.call_id

    def _run(self, ready: Future[None]) -> None:
        with suppress(asyncio.CancelledError):  # `stop` says so
            asyncio.run(self._play(ready))

    async def _play(self, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._show = asyncio.current_task()
        ready.set_result(None)
        if self._feed_url is None:
            await self._stage(None)
        else:
            async with open_client() as client:
                await self._stage(Delivery(client, self._feed_url))

    async def _stage(self, delivery: Delivery | None) -> None:
        stage = Stage(self._live, delivery, seed=self._seed, speed=self._speed)
        await stage.run(self._calls, self._requests)
