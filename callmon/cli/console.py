"""``callmon``: the console."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from callmon.cli.exits import ExitCode
from callmon.cli.look import look_of
from callmon.cli.output import tell
from callmon.cli.pages import Flags
from callmon.cli.screen import Warn, can_paint, run_console
from callmon.cli.stdin import no_console_for_a_pipe, take_stdin
from callmon.memory import load, memory_path

if TYPE_CHECKING:  # the first paint comes before there are any
    from callmon.tui.parts import Parts


def run(flags: Flags) -> ExitCode:
    """Open the console that the settings describe, or print lines where none can be painted."""
    stdin = take_stdin(flags)
    if not can_paint():
        if stdin is not None:
            raise no_console_for_a_pipe("output is not a terminal on which it could be painted")
        from callmon.cli.tail import tail  # noqa: PLC0415  # as below

        tell(
            "There is no terminal here on which the console could be painted, so this is callmon tail: one line for "
            "each change of a call. It does not listen itself; callmon listen does."
        )
        return tail(flags)

    def make(stack: ExitStack, warn: Warn) -> Parts:
        from callmon.cli.console_parts import console_parts  # noqa: PLC0415  # the first paint waits for no adapter

        return console_parts(flags, stack, warn, stdin)

    return run_console(make, look_of(flags, load(memory_path())))
