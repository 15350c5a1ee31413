"""An application that lives with its terminal: how it looks there, and what becomes of it when that goes away."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence

from textual import on
from textual.app import App, SuspendNotSupported
from textual.filter import LineFilter
from textual.notifications import Notify

from callmon.tui.dress import dress, line_filters
from callmon.tui.look import Look
from callmon.tui.terminal_life import has_terminal, on_signal, stop_job


class TerminalApp(App[str], inherit_bindings=False):
    """The part of the console that knows nothing of calls."""

    def __init__(self, look: Look, abandon: Callable[[], None] | None = None) -> None:
        """`abandon` ends the process at once, keeping what must be kept: it is called when the terminal is gone.

        An orderly end is not possible then, because Textual's input thread reads an endless nothing from a dead
        terminal.
        """
        super().__init__()
        self.animation_level = "none"
        self._look = look
        dress(self, look)
        self._abandon = abandon or self.exit
        self._had_terminal = has_terminal()
        self.fault: Exception | None = None
        """What ended it, if that was not the operator."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes through on its way to the terminal."""
        return line_filters(self._look, self.theme, super().get_line_filters())

    def refresh_css(self, animate: bool = True) -> None:
        """Read the stylesheet again, for another theme. Before there is a screen it has not been used yet."""
        if self.screen_stack:
            super().refresh_css(animate)

    def on_mount(self) -> None:
        """SIGTERM ends the console as the quit key does, SIGHUP too while there is a terminal; after ^Z all is new."""
        self.app_resume_signal.subscribe(self, lambda _app: self.action_redraw(), immediate=True)
        on_signal(signal.SIGTERM, self.exit)
        on_signal(signal.SIGHUP, self._hung_up)

    def _hung_up(self) -> None:
        """SIGHUP: nearly always the terminal is gone. Where it is not, somebody gets it back as it was."""
        if has_terminal():
            self.exit()
        else:
            self._abandon()

    def action_suspend_process(self) -> None:
        """Back to the shell, with everything that belongs to this job."""
        try:
            with self.suspend():
                stopped = stop_job()
        except SuspendNotSupported:
            stopped = False
        if not stopped:
            self.notify("There is no shell to go back to.", markup=False)

    def lost_terminal(self) -> bool:
        """Look whether the terminal is gone, and end if so: no SIGHUP may have told of it."""
        lost = self._had_terminal and not has_terminal()
        if lost:
            self._abandon()
        return lost

    def action_redraw(self) -> None:
        """Send the terminal every cell anew: something else has written on it."""
        self.refresh(layout=True)

    def _handle_exception(self, error: Exception) -> None:
        """End by a fault. Textual would print it with every local variable, and secrets are among those."""
        self.fault = self.fault or error
        super()._handle_exception(error)
        self._exit_renderables.clear()

    @on(Notify)
    def _make_room(self) -> None:
        """Before a notice comes: beside it only the latest one stays."""
        for earlier in list(self._notifications)[:-1]:
            del self._notifications[earlier]
