"""The real console on a journal in memory, with hands on the keys and on every clock."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from threading import Event
from typing import Any

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.widget import Widget

from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.text import same_id
from callmon.hangup import HangUp
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, OnWait, Target, unseen
from callmon.simulator.repertoire import Repertoire
from callmon.simulator.script import CallScript
from callmon.tui.app import ConsoleApp
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.hangups_dialog import HangUpsDialog
from callmon.tui.keys import Keymap
from callmon.tui.look import Look
from callmon.tui.parts import Parts
from callmon.tui.quiet import QUIET_S
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.tui.waiting import painted
from tests.waiting import wait_until

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""What the clock says when a story begins."""

THROTTLED = HangUpOutcome(Answer.THROTTLED, "Graph is throttling this bot.", retry_helps=True, status=429)
ACCEPTED = HangUpOutcome(
    Answer.ACCEPTED, "Graph accepted the hang-up.", status=204, request_id="0c3a3b5e-95a7-4d2c-8a0b-3c1f8f5c1d11"
)


def call_id(number: int) -> str:
    """An id of the form that Graph uses, one for each number."""
    return f"{number:02x}1f5c00-8c1b-47f1-be9d-{number:012x}"


def notification(
    call: str, state: str | None, change: str = "updated", *, path: str = "", data: Any = None, **more: Any
) -> bytes:
    """The body of one notification about a call, or about what is below it."""
    resource = data if data is not None else {"@odata.type": "#microsoft.graph.call", **more}
    if state is not None:
        resource["state"] = state
    item = {"changeType": change, "resourceUrl": f"/communications/calls/{call}{path}", "resourceData": resource}
    return json.dumps({"value": [item]}).encode()


def caller(name: str) -> dict[str, Any]:
    """The fields of an incoming peer call from somebody."""
    user = {"identity": {"user": {"id": "550fae72-d251-43ec-868c-373732c2704f", "displayName": name}}}
    bot = {"identity": {"application": {"id": "2891555a-92ff-42e6-80fa-6e1300c6b5c6", "displayName": "Front desk"}}}
    return {"direction": "incoming", "source": user, "targets": [bot]}


@dataclass
class FakeControl:
    """A Graph that answers what it is told to, when it is told to, and remembers what it was asked."""

    outcome: HangUpOutcome = ACCEPTED
    outcomes: dict[str, HangUpOutcome] = field(default_factory=dict)
    """Other outcomes than that, by call id."""
    found: CheckOutcome = field(
        default_factory=lambda: CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", body=b"{}")
    )
    asked: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    """Calls whose hang-up was called off before it came back."""
    unable: dict[str, str] = field(default_factory=dict)
    """Bots whose calls cannot be hung up, and why."""
    waits_for: tuple[HangUpOutcome, float] | None = None
    """What comes back before the request is sent again, and after how many seconds it is."""
    open: Event = field(default_factory=Event)
    """While it is not set, requests do not come back."""

    def __post_init__(self) -> None:
        self.open.set()

    def why_not(self, target: Target) -> str:
        return "Several bots reported this call." if target.rivals else self.unable.get(target.bot, "")

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        self.asked.append(target.call_id)
        if self.waits_for is not None:
            on_wait(*self.waits_for, 1)
        off = called_off or Event()
        wait_until(lambda: self.open.is_set() or off.is_set(), DEADLINE_S)
        if off.is_set():
            self.cancelled.append(target.call_id)
        return self.outcomes.get(target.call_id, self.outcome)

    def check(self, target: Target) -> CheckOutcome:
        self.checked.append(target.call_id)
        return self.found


@dataclass
class FakeFeed:
    """A feed that is as it is told to be."""

    status: FeedStatus = field(default_factory=lambda: FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING))
    stopped: bool = False

    def start(self) -> FeedStatus:
        return self.status

    def stop(self) -> None:
        self.stopped = True


class Stage:
    """One console, and everything around it."""

    def __init__(
        self,
        *,
        size: tuple[int, int] = (132, 40),
        read_only: bool = False,
        signed_in: bool = True,
        lang: str = "en",
        label: str = "",
        label_color: str = "",
        keymap: Keymap | None = None,
        look: Look | None = None,
        arm_for_s: float | None = None,
        journal: MemoryJournal | None = None,
        operator: str = "ada@console-1",
    ) -> None:
        self.size = size
        self.now = NOW
        self.moment = 1000.0
        self.journal = journal or MemoryJournal("memory:stage")
        self.control = FakeControl()
        self.feed = FakeFeed()
        hangup = HangUp(self.journal, self.control, operator, lambda: self.now)
        self.parts = Parts(
            self.journal,
            [self.feed],
            hangup if signed_in else None,
            no_hangup_because="" if signed_in else "No credentials are set, so nothing can be hung up.",
            read_only=read_only,
            lang=lang,
            arm_for_s=arm_for_s,
            label=label,
            label_color=label_color,
            keymap=keymap or {},
            begin=self._begin,
        )
        self.told_shown: list[int] = []
        self.shown_when_read: list[int] = []
        self._may_load = Event()
        self._may_load.set()
        self.app = ConsoleApp(
            self._load,
            now=lambda: self.now,
            monotonic=lambda: self.moment,
            clock=lambda: 0.0,
            look=look,
            when_read=lambda: self.shown_when_read.append(self.app.home.snapshot.board.seen),
        )
        self.scripts: list[CallScript] = []
        self._pilot: Pilot[str] | None = None

    def _load(self) -> Parts:
        assert self._may_load.wait(DEADLINE_S)
        return self.parts

    def _begin(self) -> str:
        self.told_shown.append(self.app.home.snapshot.board.seen)
        return "http://127.0.0.1:8765/api/calls"

    # What happens outside

    def tell(self, body: bytes, at: datetime | None = None, bot: str = "") -> None:
        """A notification is accepted."""
        self.journal.append(Entry(EntryKind.NOTIFICATION, at or self.now, "http 127.0.0.1:8765", body, bot=bot))

    def report(self, number: int, state: str | None, change: str = "updated", **more: Any) -> None:
        """A notification about the call of that number is accepted."""
        self.tell(notification(call_id(number), state, change, **more))

    def arrive(self, number: int, name: str = "Ana Ruiz") -> None:
        """A peer call comes in and is answered."""
        self.report(number, "incoming", "created", **caller(name))
        self.report(number, "establishing")
        self.report(number, "established")

    def end(self, number: int, code: int = 200, subcode: int = 4521, message: str | None = None) -> None:
        """A call ends."""
        self.report(
            number, "terminated", "deleted", resultInfo={"code": code, "subcode": subcode, "message": message or ""}
        )

    def perform(self, *calls: tuple[str, float], seed: int = 7) -> None:
        """Calls of the simulator's kinds, each begun so many seconds ago: all that Graph has said of them by now."""
        repertoire = Repertoire(seed)
        scripts = [repertoire.call(kind) for kind, _ in calls]
        told = [
            (self.now + timedelta(seconds=offset - ago), number, step.body)
            for number, ((_, ago), script) in enumerate(zip(calls, scripts, strict=True))
            for offset, step in zip(accumulate(step.delay_s for step in script.steps), script.steps, strict=True)
            if offset <= ago
        ]
        for at, _, body in sorted(told, key=lambda item: item[:2]):
            self.tell(body, at)
        self.scripts += scripts

    def pass_time(self, seconds: float) -> None:
        """All clocks go on; what a second brings is brought."""
        self.now += timedelta(seconds=seconds)
        self.moment += seconds
        self.app._tick()

    # What the operator does and sees

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[Stage]:
        """The console runs, and has shown what the journal held."""
        async with self.loading():
            await self.loaded()
            yield self

    @asynccontextmanager
    async def loading(self) -> AsyncIterator[Stage]:
        """The console is on the screen and does not know yet what it works with."""
        self._may_load.clear()
        async with self.app.run_test(size=self.size, notifications=True) as pilot:
            self._pilot = pilot
            try:
                yield self
            finally:
                self._may_load.set()

    async def loaded(self) -> None:
        """It gets to know that, and has shown what the journal held."""
        self._may_load.set()
        await self.until(lambda: self.app.home._live and self.app._feeds_known)
        await self.settled()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        assert self._pilot is not None
        await self._pilot.press(*keys)

    async def click(self, widget: Widget) -> None:
        """Click on the middle of a widget."""
        assert self._pilot is not None
        await self._pilot.click(widget)

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        assert self._pilot is not None
        await self._pilot.resize_terminal(width, height)

    async def hover(self, widget: Widget) -> None:
        """Put the pointer on a widget."""
        assert self._pilot is not None
        await self._pilot.hover(widget)

    def type_ahead(self, *keys: str) -> None:
        """Press keys in one breath, as a slow line delivers them: nothing happens between them."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app.post_message(events.Key(name, key_to_character(name)))

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is so."""
        assert self._pilot is not None
        end = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < end, f"not so within {DEADLINE_S:g} s; the screen:\n{self.text}"
            await self._pilot.pause()
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until everything in the journal is on the screen."""
        last = len(self.journal.entries())
        await self.until(lambda: (self.app.home.snapshot.position or "0") == str(last))
        await self.repainted()

    async def repainted(self) -> None:
        """Wait until nothing is left to be painted."""
        assert self._pilot is not None
        await self._pilot.pause()
        await self.until(lambda: painted(self.app.screen))

    async def open_many_dialog(self) -> HangUpsDialog:
        """Press the hang-up key on several marked calls, and wait until the dialog takes keys."""
        await self.press("x")
        await self.until(lambda: isinstance(self.app.screen, HangUpsDialog))
        dialog = self.app.screen
        assert isinstance(dialog, HangUpsDialog)
        await self.until(lambda: dialog._gesture.begun)
        self.be_quiet()
        return dialog

    def be_quiet(self) -> None:
        """Press nothing for long enough."""
        self.moment += 1.01 * QUIET_S

    async def confirm(self, count: int) -> None:
        """Type the number of calls into the dialog, and mean it."""
        await self.press(*str(count))
        self.be_quiet()
        await self.press("y")

    async def open_dialog(self, key: str = "x") -> HangUpDialog:
        """Press the hang-up key and wait until the dialog has been on the screen long enough to take keys."""
        await self.press(key)
        await self.until(lambda: isinstance(self.app.screen, HangUpDialog))
        dialog = self.app.screen
        assert isinstance(dialog, HangUpDialog)
        await self.until(lambda: dialog.quiet.begun)
        self.moment += 1.01 * QUIET_S
        return dialog

    async def hang_up_throttled(self) -> HangUpDialog:
        """Hang the selected call up while Graph throttles: the request waits to be sent again in 8 s."""
        self.control.open.clear()
        self.control.waits_for = (THROTTLED, 8.0)
        dialog = await self.open_dialog()
        await self.press("y")
        await self.until(lambda: "It is sent again in 8 s" in self.text)
        return dialog

    def call(self, number: int) -> Call:
        """The call of that number, as the board has it."""
        return self.app.home.snapshot.board.calls[same_id(call_id(number))]

    @property
    def selected(self) -> str | None:
        """The id under the cursor."""
        return self.app.home.board_view.selected

    @property
    def text(self) -> str:
        """Everything on the screen, as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def notices(self) -> list[str]:
        """The notices on the screen."""
        return [str(notice.message) for notice in self.app._notifications]
