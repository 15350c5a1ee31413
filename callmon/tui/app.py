"""The console: paints first, then loads its parts, follows the journal, and owns every hang-up from yes to outcome."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any, ClassVar

from textual import on
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.timer import Timer

from callmon.core.calls import Call
from callmon.core.hangup import Answer, HangUpOutcome
from callmon.core.text import visible
from callmon.hangup import CONFIRM_WITHIN_S, utc_now
from callmon.monitor import follow
from callmon.ports import JournalError
from callmon.tui.board_view import BoardView
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.help_screen import HelpScreen
from callmon.tui.inbox import Inbox
from callmon.tui.keys import key_table
from callmon.tui.messages import (
    HangUpConfirmed,
    HangUpReturned,
    JournalLost,
    Loaded,
    LoadFailed,
    NewsWaits,
)
from callmon.tui.parts import Parts, StartError
from callmon.tui.status_bar import StatusBar

PAINT_EVERY_S = 0.25
"""News is painted at once, and then at most so often."""


class ConsoleApp(App[str]):
    """The return value is a sentence about why it could not start, or nothing."""

    TITLE = "callmon"
    CSS_PATH = "callmon.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual declares it so

    def __init__(
        self,
        load: Callable[[], Parts],
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`load` makes the parts; it runs in a thread after the first paint and may raise `StartError`."""
        super().__init__()
        self.animation_level = "none"
        self._load = load
        self._now = now
        self._monotonic = monotonic
        self._parts: Parts | None = None
        self._inbox = Inbox()
        self._stop = Event()
        self._painted_at = float("-inf")
        self._paint_timer: Timer | None = None
        self._under_way: set[str] = set()
        self._accepted: dict[str, float] = {}
        self._problem = "loading"
        self.home = ConsoleScreen(now())

    def get_default_screen(self) -> Screen[None]:
        """The board is the screen that is always there."""
        return self.home

    def on_mount(self) -> None:
        """Paint, then load."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._on_signal(number)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self.run_worker, self._load_parts, thread=True, group="load", exit_on_error=True)

    def on_unmount(self) -> None:
        """Nothing outlives the screen: the follower stops, and so do the feeds."""
        self._stop.set()
        if self._parts is not None:
            for feed in self._parts.feeds:
                feed.stop()
            self._parts.journal.close()

    def _on_signal(self, number: signal.Signals) -> None:
        try:
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        except (NotImplementedError, RuntimeError, ValueError):
            return

    def _load_parts(self) -> None:
        try:
            self.post_message(Loaded(self._load()))
        except StartError as error:
            self.post_message(LoadFailed(str(error)))

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        self.exit(message.sentence, return_code=1)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        self._parts, self._problem = message.parts, ""
        failed = [feed.status.detail for feed in message.parts.feeds if feed.status.state == "failed"]
        self.home.begin(message.parts.lang, message.parts.post_to, " ".join(failed))
        self.refresh_bindings()
        self._show_status()
        self.run_worker(self._follow, thread=True, group="follow", exit_on_error=True)

    def _follow(self) -> None:
        assert self._parts is not None  # noqa: S101  # started by `_loaded` only
        try:
            for update in follow(self._parts.journal, stop=self._stop):
                if self._inbox.put(update):
                    self.post_message(NewsWaits())
        except JournalError as error:
            if not self._stop.is_set():
                self.post_message(JournalLost(str(error)))

    @on(JournalLost)
    def _journal_lost(self, message: JournalLost) -> None:
        self._problem = f"the journal cannot be read: {message.sentence}"
        self._show_status()

    @on(NewsWaits)
    def _news_waits(self) -> None:
        wait = self._painted_at + PAINT_EVERY_S - self._monotonic()
        if wait <= 0:
            self._show_news()
        elif self._paint_timer is None:
            self._paint_timer = self.set_timer(wait, self._show_news)

    @property
    def _is_closing(self) -> bool:
        """Timers may fire once more while the widgets are being taken away."""
        return not self.home.children

    def _show_news(self) -> None:
        if self._paint_timer is not None:
            self._paint_timer.stop()
            self._paint_timer = None
        update = None if self._is_closing else self._inbox.take()
        if update is None:
            return
        self._painted_at = self._monotonic()
        self.home.show(update, self._now())
        self._show_status()
        self._show_on_top()

    def _tick(self) -> None:
        if self._is_closing:
            return
        self.home.tick(self._now())
        self._show_status()
        self._show_on_top()
        self._confirm_overdue()

    def _show_status(self) -> None:
        parts = self._parts
        badges = [] if parts is None else [parts.label] if parts.label else []
        if parts is not None and parts.read_only:
            badges.append("READ-ONLY")
        feeds = [feed.status for feed in parts.feeds] if parts else []
        self.home.query_one("#status", StatusBar).show(self.home.snapshot, feeds, badges, self._problem, self._now())

    def _show_on_top(self) -> None:
        """A dialog or a detail that is open keeps watching its call."""
        for screen in self.screen_stack:
            if isinstance(screen, HangUpDialog | DetailScreen) and screen.children:
                call = self._call(screen.call.id)
                if call is not None:
                    screen.show(call, self._now())

    def _call(self, call_id: str) -> Call | None:
        return self.home.snapshot.board.calls.get(call_id)

    @property
    def _lang(self) -> str:
        return self._parts.lang if self._parts else "en"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In read-only mode there is no hang-up at all: no key, no hint, no command."""
        if action == "hang_up" and self._parts is not None and self._parts.read_only:
            return False
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002  # Textual passes it
        """The palette offers what the keys offer."""
        commands = [
            SystemCommand("Help", "All keys", self.action_help),
            SystemCommand("Theme", "Change the colours", self.action_change_theme),
            SystemCommand("Quit", "Leave callmon", self.exit),
        ]
        if self.check_action("hang_up", ()):
            commands.insert(0, SystemCommand("Hang up…", "Hang up the selected call", self.action_hang_up))
        return commands

    def action_help(self) -> None:
        """Show all keys that there are."""
        hidden = {"hang-up", "confirm-hangup"} if not self.check_action("hang_up", ()) else set()
        bindings = [*ConsoleScreen.BINDINGS, *BoardView.BINDINGS, *HangUpDialog.BINDINGS]
        self.push_screen(HelpScreen(key_table(bindings, without=hidden)))

    def action_open_detail(self) -> None:
        """Show the selected call on the whole screen."""
        if (call := self.home.selected) is not None:
            self.push_screen(DetailScreen(call, self._lang, self._now()))

    def action_hang_up(self) -> None:
        """Open the dialog on the call of the screen: the selected one, or the one in detail. Nothing is sent here."""
        call = self.screen.call if isinstance(self.screen, DetailScreen) else self.home.selected
        if self._parts is None or call is None or self._parts.read_only:
            return
        if call.ended:
            self.notify("This call has already ended; there is nothing to hang up.", markup=False)
        elif self._parts.hangup is None:
            self.notify(self._parts.no_hangup_because, severity="warning", markup=False)
        else:
            self.push_screen(HangUpDialog(call, self._lang, self._now(), self._monotonic))

    @on(HangUpConfirmed)
    def _hang_up(self, message: HangUpConfirmed) -> None:
        call = self._call(message.call_id)
        if call is None or self._parts is None or self._parts.hangup is None or call.id in self._under_way:
            return
        self._under_way.add(call.id)
        self.run_worker(lambda: self._request(call), thread=True, group="hangup", exit_on_error=True)

    def _request(self, call: Call) -> None:
        """In a thread. The answer goes to the app, which outlives every dialog."""
        assert self._parts is not None and self._parts.hangup is not None  # noqa: S101, PT018  # `_hang_up` saw to it
        outcome = self._parts.hangup.hang_up(call.spelled, latest=lambda: self._call(call.id))
        self.post_message(HangUpReturned(call.id, outcome))

    @on(HangUpReturned)
    def _returned(self, message: HangUpReturned) -> None:
        self._under_way.discard(message.call_id)
        if message.outcome.answer is Answer.ACCEPTED:
            self._accepted[message.call_id] = self._monotonic()
        if not self._tell_dialog(message.call_id, message.outcome):
            self._tell_operator(message.call_id, message.outcome)

    def _tell_dialog(self, call_id: str, outcome: HangUpOutcome) -> bool:
        for screen in self.screen_stack:
            if isinstance(screen, HangUpDialog) and screen.call.id == call_id and screen.sent_at is not None:
                screen.returned(outcome)
                return True
        return False

    def _tell_operator(self, call_id: str, outcome: HangUpOutcome) -> None:
        call = self._call(call_id)
        name = f"Call #{call.index}" if call else "A call"
        good = outcome.answer in {Answer.ACCEPTED, Answer.GONE}
        self.notify(f"{name}: {visible(outcome.sentence)}", severity="information" if good else "error", markup=False)

    def _confirm_overdue(self) -> None:
        """Graph accepted a hang-up a while ago: where no end has been reported, ask whether the call still exists."""
        overdue = [call_id for call_id, at in self._accepted.items() if self._monotonic() - at >= CONFIRM_WITHIN_S]
        for call_id in overdue:
            del self._accepted[call_id]
            call = self._call(call_id)
            if call is not None and not call.ended and self._parts is not None and self._parts.hangup is not None:
                check = partial(self._parts.hangup.check, call.spelled)
                self.run_worker(check, thread=True, group="hangup", exit_on_error=True)
