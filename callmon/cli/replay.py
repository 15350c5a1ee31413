"""``callmon replay``: a recording on the console's own screen."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from callmon.cli.exits import ExitCode
from callmon.cli.look import look_of
from callmon.cli.pages import Flags, Page
from callmon.cli.screen import Warn, run_console
from callmon.replay.player import SPEEDS, Player
from callmon.tui.parts import Parts

if TYPE_CHECKING:  # as below
    from callmon.cli.recordings import Recorded

_EXAMPLES = {
    "callmon export > monday.jsonl": "record",
    "callmon replay monday.jsonl": "play it back",
    "callmon replay --speed 8 monday.jsonl.gz": "faster, and packed with gzip",
    "ssh collector callmon export | callmon replay -": "from a pipe",
}


@click.command(
    "replay",
    cls=Page,
    examples=_EXAMPLES,
    opens_screen=True,
    hears_nobody="A replay shows one recording and listens to nobody",
)
@click.argument("file", metavar="FILE|-")
@click.option(
    "--speed",
    type=click.Choice([f"{speed:g}" for speed in SPEEDS]),
    default="1",
    show_default=True,
    metavar="X",
    help="How many times faster than life, 0.5 to 64 in doublings.",
)
@click.option("--at", "place", metavar="PLACE", help="Where to begin: a time (UTC), or a share such as 40%.")
@click.option("--paused", is_flag=True, help="Begin standing still.")
@click.pass_obj
def command(flags: Flags, *, file: str, speed: str, place: str | None, paused: bool) -> ExitCode:
    """Play a recording back on the same screen. Nothing can be hung up there, and nothing is written.

    p plays or stands, . and , step by one notification, ] and [ change the speed, z jumps over silences, and @ goes to
    a time, a share, or so far on or back.
    """
    player = Player()
    piped = _piped() if file == "-" else None

    def make(_stack: ExitStack, warn: Warn) -> Parts:
        from callmon.cli.replay_parts import Show, replay_parts  # noqa: PLC0415  # the first paint waits for no reader

        return replay_parts(flags, Show(file, piped, player, float(speed), place, not paused), warn)

    return run_console(make, look_of(flags), player)


def _piped() -> Recorded:
    """What comes from the pipe, to its end; then standard input is the terminal, for the keys. Raises `Failure`."""
    from callmon.cli.recordings import recorded  # noqa: PLC0415  # as above

    piped = recorded("-")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return piped  # the console says that there is no terminal
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    return piped
