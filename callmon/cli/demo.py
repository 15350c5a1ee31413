"""``callmon demo``: the console on a simulated Graph."""

from __future__ import annotations

from contextlib import ExitStack

import click

from callmon.cli.exits import ExitCode
from callmon.cli.look import look_of
from callmon.cli.numbers import CALLS, SPEED
from callmon.cli.pages import Flags, Page
from callmon.cli.screen import Warn, run_console
from callmon.tui.parts import Parts

_EXAMPLES = {
    "callmon demo": "a dozen calls",
    "callmon demo --calls 200 --speed 5": "a busy day",
    "callmon demo --faults": "a bad day",
}
_LEAVE_WITHIN_S = 5.0
"""Its journal is local, and is to be thrown away also where that takes a while."""


@click.command(
    "demo",
    cls=Page,
    examples=_EXAMPLES,
    opens_screen=True,
    hears_nobody="The demo has a journal and an address of its own",
)
@click.option("--calls", type=CALLS, default=12, show_default=True, metavar="N", help="How many calls go on.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="The same seed, the same calls.")
@click.option("--speed", type=SPEED, default=1.0, show_default=True, metavar="X", help="2 is twice as fast as life.")
@click.option("--faults", is_flag=True, help="Let about every third hang-up meet trouble, as told above.")
@click.pass_obj
def command(flags: Flags, *, calls: int, seed: int, speed: float, faults: bool) -> ExitCode:
    """Open the console on a simulated Graph; there is nothing to configure.

    Its calls go over real HTTP on this machine into a journal that is thrown away at the end.

    With --faults Graph throttles, fails, breaks the connection, answers late, refuses, denies a call that is there,
    or accepts a hang-up whose end never comes.
    """

    def make(stack: ExitStack, warn: Warn) -> Parts:
        from callmon.cli.demo_parts import Show, demo_parts  # noqa: PLC0415  # the first paint waits for no adapter

        return demo_parts(flags, Show(calls, seed, speed, faults), stack, warn)

    return run_console(make, look_of(flags), leave_within_s=_LEAVE_WITHIN_S)
