"""The screens that are opened from the board, and what is copied from it: imported when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import App
from textual.content import Content

from callmon.checks import Checks
from callmon.core.calls import Call
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.keys import key_label

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.tui.parts import Parts


class Pages:
    """Opens them on what the console knows now."""

    def __init__(
        self,
        app: App[str],
        home: ConsoleScreen,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        checks: Checks,
    ) -> None:
        self._app = app
        self._home = home
        self._now = now
        self._monotonic = monotonic
        self._checks = checks
        self._parts: Parts | None = None

    def begin(self, parts: Parts) -> None:
        """What the console works with is known."""
        self._parts = parts

    @property
    def _lang(self) -> str:
        return self._parts.lang if self._parts else "en"

    def detail(self, call: Call) -> None:
        """The call on the whole screen."""
        from callmon.tui.detail_screen import DetailScreen

        self._app.push_screen(DetailScreen(call, self._lang, self._now(), self._home.snapshot.gaps))

    def raw(self, call: Call) -> None:
        """The notifications of the call as they came."""
        from callmon.tui.raw_screen import RawScreen

        if self._parts is not None:
            self._app.push_screen(RawScreen(call, self._parts.journal))

    def summary(self) -> None:
        """Why calls ended lately."""
        from callmon.tui.summary_screen import SummaryScreen

        self._app.push_screen(
            SummaryScreen(lambda: (self._home.snapshot.board, self._now()), self._lang, self._monotonic)
        )

    def feeds(self) -> None:
        """What is known of the feeds."""
        from callmon.tui.feed_screen import FeedScreen

        if (parts := self._parts) is not None:
            self._app.push_screen(FeedScreen(lambda: self._about_feeds(parts)))

    def _about_feeds(self, parts: Parts) -> Content:
        from callmon.tui.feed_text import checks_text, feed_text

        now, checks, key = self._now(), self._checks, key_label(self._home, "verify")
        automatic = parts.auto_check
        told = checks_text(checks.made, checks.pauses, now, automatic=automatic, key=key) if parts.asks_graph else ""
        statuses = [feed.status for feed in parts.feeds]
        return feed_text(parts.watch.seen, statuses, told, now, parts.watch.deaf_after_s)

    def copy_id(self, call: Call) -> None:
        """The call id to the clipboard of the operator's terminal."""
        self._app.copy_to_clipboard(call.spelled)
        self._app.notify(f"Copied {call.spelled}, if the terminal allows it (OSC 52).", markup=False)

    def copy_ticket(self, call: Call) -> None:
        """What Microsoft support and colleagues ask for."""
        from callmon.core.ticket import ticket

        self._app.copy_to_clipboard(ticket(call, self._now(), self._lang, self._home.snapshot.gaps))
        self._app.notify(f"Copied the ticket text of #{call.index}, if the terminal allows it (OSC 52).", markup=False)
