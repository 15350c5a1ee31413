"""The console on a terminal: it paints first, and the parts are made while it is on the screen."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from callmon.cli import garbage
from callmon.cli.browser_pipe import when_broken
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.leaving import LEAVE_WITHIN_S, Leaving
from callmon.cli.output import tell
from callmon.cli.terminals import are_terminals, is_dumb
from callmon.ports import JournalAway, JournalError
from callmon.tui.app import ConsoleApp
from callmon.tui.look import Look
from callmon.tui.starting import StartError, StartLater

if TYPE_CHECKING:  # the parts come after the first paint, and only a replay has a player
    from callmon.replay.player import Player
    from callmon.tui.parts import Parts

_DRIVER = "TEXTUAL_DRIVER"
"""The variable that is set where the console does not paint on its terminal."""
_ABANDON_WITHIN_S = 0.7

Warn = Callable[[str], None]
Make = Callable[[ExitStack, Warn], "Parts"]
"""Makes the parts. What must be let go at the end is put on the stack; warnings wait until the screen is free.

May raise `Failure` and `callmon.ports.JournalError`.
"""


def in_browser() -> bool:
    """Whether the screen is that of a browser, at the other end of a pipe."""
    return bool(os.environ.get(_DRIVER))


def can_paint() -> bool:
    """Whether there is a terminal on which a screen can be painted, or a browser."""
    if in_browser():
        return True
    return are_terminals(sys.stdin, sys.stdout, sys.stderr) and not is_dumb(os.environ)


def run_console(
    make: Make, look: Look, replay: Player | None = None, *, leave_within_s: float = LEAVE_WITHIN_S
) -> ExitCode:
    """Run the console until it is left, on the clock of a recording if there is one.

    Raises `Failure` where nothing can be painted, and whatever fault ended it when the terminal is free again.
    """
    if not can_paint():
        raise Failure(
            "The console needs a terminal for input, output and errors, because it is painted on standard error, and "
            "one that can do more than print lines (TERM is not “dumb”). For pipes, scripts and screen readers there "
            "are callmon tail, list, show, hangup and listen.",
            code=ExitCode.USAGE,
        )
    stack = ExitStack()
    loading = _Loading(make, stack)

    def say() -> None:
        for sentence in (*loading.warnings, app.return_value):
            if sentence:
                tell(sentence)

    def code() -> ExitCode:
        failed = loading.code if app.return_value else ExitCode.FAILED
        return failed if app.return_code else ExitCode.DONE

    with Leaving(say, leave_within_s) as leaving, stack:
        app = _app(loading, look, lambda: _leave_at_once(stack), lambda: leaving.begin(code()), replay)
        if in_browser() and sys.__stdin__ is not None:
            when_broken(sys.__stdin__.fileno(), lambda: _leave_at_once(stack))
        logging.getLogger().addHandler(logging.NullHandler())  # without one, what is logged comes on the screen
        try:
            app.run()
        finally:
            leaving.say()
        if app.fault is not None:
            raise app.fault
        return code()


def _app(
    load: _Loading, look: Look, abandon: Callable[[], None], left: Callable[[], None], replay: Player | None
) -> ConsoleApp:
    make = partial(ConsoleApp, load, look=look, abandon=abandon, left=left)
    if replay is None:
        return make(when_read=garbage.keep_all)
    from callmon.tui.replay_screen import ReplayScreen  # noqa: PLC0415  # nothing else needs it

    return make(now=replay.now, home=partial(ReplayScreen, player=replay))


def _leave_at_once(stack: ExitStack) -> None:
    """The terminal, or the browser's server, is gone: let go of everything that can be let go of in time, and end.

    What was accepted is durable already; a listener that does not stop in time loses nothing.
    """
    closing = Thread(target=stack.close, daemon=True)
    closing.start()
    closing.join(_ABANDON_WITHIN_S)
    os._exit(ExitCode.FAILED)


class _Loading:
    """Makes the parts for the screen, and remembers how a failure is to end the program."""

    def __init__(self, make: Make, stack: ExitStack) -> None:
        self._make = make
        self._stack = stack
        self.code = ExitCode.FAILED
        self.warnings: list[str] = []

    def __call__(self) -> Parts:
        self.warnings.clear()
        with self._translated():
            parts = self._make(self._stack, self.warnings.append)
        return replace(parts, begin=partial(self._begin, parts.begin))

    def _begin(self, begin: Callable[[], str]) -> str:
        garbage.while_running()
        with self._translated():
            return begin()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Failure as failure:
            self.code = ExitCode(failure.exit_code)
            raise StartError(failure.message) from failure
        except JournalAway as error:
            raise StartLater(str(error)) from error
        except JournalError as error:
            raise StartError(str(error)) from error
