"""The real console on a real listener and a simulated Graph, over HTTP both ways; only its patience is ours."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
from textual.pilot import Pilot

from callmon.cli.feeds import post_to
from callmon.core.attempts import Attempt, Told, joined
from callmon.core.audit import SEALED
from callmon.core.calls import Call
from callmon.core.records import HangUpAnswered, HangUpAsked, decode
from callmon.core.text import same_id
from callmon.feeds.http import HttpFeed
from callmon.graph.auth import StaticToken
from callmon.graph.control import GraphControl
from callmon.graph.retry import RetryPolicy
from callmon.hangup import HangUp
from callmon.journal.sqlite import SqliteJournal
from callmon.simulator.faults import Rule, as_json
from callmon.simulator.player import Simulation
from callmon.tui.app import ConsoleApp
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.parts import Parts
from callmon.tui.quiet import QUIET_S
from tests.tui.waiting import until

READ_TIMEOUT_S = 1.0


@dataclass
class RealConsole:
    """A console with everything that belongs to it."""

    app: ConsoleApp
    pilot: Pilot[str]
    journal: SqliteJournal
    simulation: Simulation
    root: str
    ahead_s: float = 0.0
    """How far the clock of patience is ahead."""

    async def until(self, holds: Callable[[], object]) -> None:
        await until(self.pilot, holds)

    async def shows(self, words: str) -> None:
        """Wait until these words are on the screen."""
        await self.until(lambda: words in self.text)

    async def call(self, *rules: Rule) -> Call:
        """A new call that Graph holds, under these faults, once the console has it and the cursor is on it."""
        async with httpx.AsyncClient(trust_env=False) as client:
            posted = await client.post(f"{self.root}/simulator/faults", json=as_json(rules))
        assert posted.status_code == 200
        call_id = same_id(self.simulation.start_call("meeting"))
        await self.until(lambda: call_id in self.app.home.snapshot.board.calls)
        await self.until(lambda: call_id in self.app.home.board_view.view)
        self.app.home.board_view.go_to(call_id)
        return self.app.home.snapshot.board.calls[call_id]

    async def hang_up(self) -> HangUpDialog:
        """Open the dialog and mean it."""
        await self.pilot.press("x")
        await self.until(lambda: isinstance(self.app.screen, HangUpDialog))
        dialog = self.app.screen
        assert isinstance(dialog, HangUpDialog)
        await self.until(lambda: dialog.quiet.begun)
        self.ahead_s += 1.01 * QUIET_S
        await self.pilot.press("y")
        await self.until(lambda: dialog.sent_at is not None)
        return dialog

    def now(self, call: Call) -> Call:
        """The call as the board has it now."""
        return self.app.home.snapshot.board.calls[call.id]

    @property
    def text(self) -> str:
        """Everything on the screen, as text."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    def attempts(self, call: Call) -> list[Attempt]:
        """What the audit trail tells about the call."""
        found = []
        for stored in self.journal.read(limit=100_000):
            entry = stored.entry
            record = decode(entry.kind, entry.body) if entry.kind in SEALED else None
            if isinstance(record, HangUpAsked | HangUpAnswered) and same_id(record.call_id) == call.id:
                found.append(Told(entry.at, entry.bot, record))
        return joined(found)


@asynccontextmanager
async def real_console(directory: Path, *, size: tuple[int, int] = (120, 40)) -> AsyncIterator[RealConsole]:
    """Play it. Graph's waits are not waited, and of a hang-up two attempts are made."""
    with ExitStack() as stack:
        journal = stack.enter_context(closing(SqliteJournal.open(directory / "journal.db")))
        feed = HttpFeed(journal, "127.0.0.1", 0)
        stack.callback(feed.stop)
        simulation = Simulation(post_to(feed.start()), calls=0, speed=5)
        stack.callback(simulation.stop)
        root = simulation.start()
        control = GraphControl(
            root,
            StaticToken(simulation.token),
            read_timeout_s=READ_TIMEOUT_S,
            policy=RetryPolicy(attempts=2),
            rest=lambda _event, _seconds: None,
        )
        stack.callback(control.close)
        parts = Parts(journal, [feed], HangUp(journal, control, "ada@console-1"))
        console: RealConsole

        def clock() -> float:
            return time.monotonic() + console.ahead_s

        app = ConsoleApp(lambda: parts, monotonic=lambda: clock() if ready else time.monotonic())
        ready = False
        async with app.run_test(size=size, notifications=True) as pilot:
            console = RealConsole(app, pilot, journal, simulation, root)
            ready = True
            await console.until(lambda: app.home._live)
            yield console
