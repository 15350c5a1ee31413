"""The console: paints first, then loads its parts, follows the journal, and has every hang-up at its desk."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.actions import SkipAction
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from callmon.clocks import running_s, utc_now
from callmon.core.calls import Call
from callmon.freezes import Freezes
from callmon.snapshot import Update
from callmon.tui.about_call import AboutCall
from callmon.tui.asking_screen import AskingScreen
from callmon.tui.call_checks import CallChecks
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.dress import theme_commands
from callmon.tui.follower import Follower
from callmon.tui.hangup_desk import HangUpDesk
from callmon.tui.keys import ON_TOP, Keymap, key_label
from callmon.tui.loader import Loader
from callmon.tui.look import Look
from callmon.tui.messages import (
    Arranged,
    CheckReturned,
    FeedsBegun,
    HangUpCalledOff,
    HangUpConfirmed,
    HangUpMoved,
    JournalFound,
    JournalLost,
    Loaded,
    LoadFailed,
    NewsWaits,
    PromptClosed,
)
from callmon.tui.pages import Pages
from callmon.tui.progress import Progress
from callmon.tui.status_bar import Badge
from callmon.tui.terminal_app import TerminalApp
from callmon.tui.type_ahead import TypeAhead

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.tui.parts import Parts

_LOG = logging.getLogger(__name__)


class ConsoleApp(TerminalApp, inherit_bindings=False):
    """The return value is a sentence about why it could not start, or nothing."""

    TITLE = "callmon"
    CSS_PATH = "callmon.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*ON_TOP]
    NOTIFICATION_TIMEOUT = 4
    VERTICAL_BREAKPOINTS = [(0, "-low"), (19, "-medium"), (24, "-high")]  # noqa: RUF012  # Textual declares it so
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual declares it so

    def __init__(
        self,
        load: Callable[[], Parts],
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = running_s,
        abandon: Callable[[], None] | None = None,
        left: Callable[[], None] | None = None,
        when_read: Callable[[], None] | None = None,
        look: Look | None = None,
        home: Callable[[Callable[[], datetime], Callable[[], float]], ConsoleScreen] = ConsoleScreen,
    ) -> None:
        """`load` makes the parts in a thread after the first paint; it may raise `StartError`, or `StartLater`.

        For `abandon` see `TerminalApp`. `left` is called when it has ended, unless by a fault, and the terminal is as
        it was; threads may still wait for the journal or for Graph then. `home` makes the screen that is always there,
        on the clocks `now` and `monotonic`. `when_read` is called once, when all that the journal held has been shown.
        """
        super().__init__(look or Look(), abandon)
        self._loader = Loader(self, load)
        self._left = left
        self._when_read = when_read
        self._now = now
        self._monotonic = monotonic
        self._parts: Parts | None = None
        self._checks = CallChecks(self, now)
        self._freezes = Freezes(now, clock)
        self._follower = Follower(self, self._show_news, monotonic, self._look.paint_every_s)
        self._chosen_theme = ""
        """The theme that was picked, now or in an earlier session; never one that merely is on the screen."""
        self._problem = ""
        self._feeds_known = False
        """Whether they have answered, so that it is known how they stand."""
        self._progress = Progress(monotonic)
        self._type_ahead = TypeAhead()
        self.keymap: Keymap = {}
        self._seconds = 0
        self.home = home(now, monotonic)
        self.desk = HangUpDesk(self, self.home, now, monotonic)
        self._pages = Pages(self, self.home, now, monotonic, self._checks.checks)

    def get_default_screen(self) -> Screen[None]:
        """The board is the screen that is always there.

        It knows its size before it is styled: to learn it from its first resize would cost the first paint a restyling.
        """
        for cells, breakpoints in zip(self.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True):
            self.home.add_class(max(one for one in breakpoints if one[0] <= cells)[1], update=False)
        return self.home

    def on_ready(self) -> None:
        """The first frame is painted: load."""
        self.set_interval(1.0, self._tick)
        self._loader.load()

    def on_unmount(self) -> None:
        """No hang-up waits to be sent again, and the follower stops; the parts belong to whoever made them."""
        self._loader.end()
        self.desk.end()
        self._follower.stop()
        self._freezes.end()
        if self._left is not None and self.fault is None:
            self._left()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        _LOG.error("%s", message.sentence)
        self.exit(message.sentence, return_code=1)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        """Take the parts. Nothing is painted for them: the first news are there before a frame could be."""
        if not self.screen_stack:  # it is being left; whoever made the parts lets go of them
            return
        self._parts, self._problem = message.parts, ""
        self._freezes.begin(message.parts.journal, lambda: [feed.status for feed in message.parts.feeds])
        self._chosen_theme = self._chosen_theme or message.parts.memory.chosen_theme
        self.keymap = message.parts.keymap
        self.set_keymap(dict(self.keymap))
        self.desk.begin(message.parts)
        self._pages.begin(message.parts)
        self.home.begin(message.parts)
        self._progress.begin()
        self._follower.start(message.parts.journal, message.parts.updates, message.parts.custom)

    def _begin_feeds(self) -> None:
        if self._parts is not None:
            self._loader.begin_feeds(self._parts)

    @on(FeedsBegun)
    def _feeds_begun(self, message: FeedsBegun) -> None:
        assert self._parts is not None  # noqa: S101  # they are its feeds
        self._feeds_known = True
        failed = [feed.status.detail for feed in self._parts.feeds if feed.status.state == "failed"]
        self.home.feeds_begun(message.post_to, " ".join(failed), self._parts.awaited)
        self._show_status()

    @on(Arranged)
    def _arranged(self) -> None:
        if self._parts is not None:
            self._parts.remember(self.home.to_remember(self._chosen_theme))

    @on(JournalLost)
    def _journal_lost(self, message: JournalLost) -> None:
        _LOG.error("%s", message.sentence)
        self._problem = f"the journal cannot be read: {message.sentence} callmon tries again by itself."
        self._show_status()
        self._begin_feeds()

    @on(JournalFound)
    def _journal_found(self) -> None:
        self._problem = ""
        self._show_status()

    @on(NewsWaits)
    def _news_waits(self) -> None:
        self._follower.news()

    def _show_news(self, update: Update) -> None:
        now = self._now()
        if self._parts is not None:
            update = self._parts.watch.update(update, now)
            self._checks.consider(update)
        self.home.show(update, now)
        self._show_status()
        self.desk.follow()
        if not self._loader.feeds_asked:
            self.call_after_refresh(self._begin_feeds)
        if update.live and self._when_read is not None:
            self._when_read()
            self._when_read = None

    def _tick(self) -> None:
        if self.lost_terminal():
            return
        now = self._now()
        if self._parts is not None and (news := self._parts.watch.tick(now)) is not None:
            self._checks.consider(news)
            self.home.show(news, now)
        self._seconds += 1
        self.desk.tick()
        if self._seconds % self._look.tick_every_s == 0:
            self._follower.show_waiting()
            self.home.tick(now)
            self._show_status()
            self.desk.follow()
        if self._parts is not None:
            self._checks.tick(self._parts)

    def _show_status(self) -> None:
        parts = self._parts
        badges = [] if parts is None or not parts.label else [Badge(parts.label, parts.label_color)]
        badges += self.desk.badges
        feeds = [feed.status for feed in parts.feeds] if parts else []
        progress = self._progress.words(self.home.snapshot, self.home.read, live=self.home.live)
        problem = self._problem or ("" if self._feeds_known else "loading")
        self.home.status_bar.show(self.home.snapshot, feeds, badges, problem, self._now(), progress=progress)

    def _call(self, call_id: str) -> Call | None:
        return self.home.snapshot.board.calls.get(call_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In read-only mode there is no hang-up at all, in a replay no check either: no key, no hint, no command."""
        offered = self.desk.offers(action) and (action != "verify" or self._asks_graph)
        return offered and super().check_action(action, parameters)

    @property
    def _asks_graph(self) -> bool:
        return self._parts is not None and self._parts.asks_graph

    async def on_event(self, event: events.Event) -> None:
        """Whoever presses keys is there."""
        if isinstance(event, events.Key):
            self.desk.touch()
            if not event.is_forwarded and self._type_ahead.holds(event, self.focused):
                return
        await super().on_event(event)

    @on(PromptClosed)
    async def _prompt_closed(self) -> None:
        for key in self._type_ahead.release():
            await self.on_event(key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette offers what the keys offer here, with the keys."""
        from callmon.tui.palette import column_commands, commands

        yield from commands(self, screen)
        yield from theme_commands(self._look, self._choose_theme)
        yield from column_commands(self.home)

    def _choose_theme(self, name: str) -> None:
        self.theme = self._chosen_theme = name
        self.post_message(Arranged())

    def action_help_quit(self) -> None:
        """Say how to leave the console, from wherever that is asked; or copy what is selected there."""
        try:
            self.screen.action_copy_text()  # modal screens have this key in place of Textual's own
        except SkipAction:
            self.notify(f"{key_label(self, 'leave')} quits, from anywhere.", markup=False)

    def action_command_palette(self) -> None:
        """Offer every action by name. Who was typing has done so: a line to type into has hardly any."""
        from callmon.tui.palette import Palette

        if isinstance(self.screen, AskingScreen):
            self.screen.stop_typing()
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show all keys that there are."""
        from callmon.tui.help_screen import HelpScreen
        from callmon.tui.scopes import help_table

        silent_on = self.desk.silent_on if self._asks_graph else {*self.desk.silent_on, "verify"}
        self.push_screen(HelpScreen(help_table(self.home, self.keymap, silent_on)))

    def action_open_raw(self) -> None:
        """Show the notifications of the call as they came."""
        if (call := self._take_in_focus()) is not None:
            self._pages.raw(call)

    def action_summary(self) -> None:
        """Show why calls ended lately."""
        self._pages.summary()

    def action_feeds(self) -> None:
        """Show what is known of the feeds."""
        self._pages.feeds()

    def action_copy_id(self) -> None:
        """Copy the call id to the clipboard of the operator's terminal."""
        if (call := self._take_in_focus()) is not None:
            self._pages.copy_id(call)

    def action_copy_ticket(self) -> None:
        """Copy what Microsoft support and colleagues ask for."""
        if (call := self._take_in_focus()) is not None:
            self._pages.copy_ticket(call)

    def _take_in_focus(self) -> Call | None:
        """The call of the screen: the one in detail, or the selected one."""
        screen = self.screen
        return self._call(screen.call.id) if isinstance(screen, AboutCall) else self._take_selected()

    def _take_selected(self) -> Call | None:
        """The call under the cursor, to do something with it. Where there is none, that is said."""
        if (call := self.home.take()) is None:
            self.notify("There is no call here to do that with.", markup=False)
        return call

    def action_open_detail(self) -> None:
        """Show the selected call on the whole screen."""
        if (call := self._take_selected()) is not None:
            self._pages.detail(call)

    def action_hang_up(self) -> None:
        """Open the dialog on the call of the screen, or on the marked calls, or on the selected one."""
        self.desk.ask(self.screen.call if isinstance(self.screen, AboutCall) else None)

    def action_arm(self) -> None:
        """Arm hang-ups."""
        self.desk.arm()
        self._show_status()

    def action_disarm(self) -> None:
        """Disarm them."""
        self.desk.disarm()
        self._show_status()

    def action_how_to_arm(self) -> None:
        """Say how hang-ups are armed."""
        self.desk.how_to_arm()

    def action_verify(self) -> None:
        """Ask Graph whether it still has the call in focus."""
        call = self._take_in_focus()
        if self._parts is not None and call is not None:
            self._checks.verify(self._parts, call)

    @on(CheckReturned)
    def _checked(self, message: CheckReturned) -> None:
        self._checks.returned(message)

    @on(HangUpConfirmed)
    def _hang_up(self, message: HangUpConfirmed) -> None:
        self.desk.confirmed(message.call_ids)

    @on(HangUpCalledOff)
    def _call_off(self, message: HangUpCalledOff) -> None:
        self.desk.called_off(message.call_ids)

    @on(HangUpMoved)
    def _moved(self, message: HangUpMoved) -> None:
        self.desk.moved(message.call_id, message.progress)
