"""``callmon``: the console."""

from __future__ import annotations

from contextlib import ExitStack

from callmon.cli.exits import ExitCode
from callmon.cli.pages import Flags
from callmon.cli.screen import Warn, run_console
from callmon.tui.parts import Parts


def run(flags: Flags) -> ExitCode:
    """Open the console on the journal and the Graph that the settings name."""

    def make(stack: ExitStack, warn: Warn) -> Parts:
        from callmon.cli.console_parts import console_parts  # noqa: PLC0415  # the first paint waits for no adapter

        return console_parts(flags, stack, warn)

    return run_console(make)
