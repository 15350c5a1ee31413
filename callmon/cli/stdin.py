"""Standard input as a feed, and the keyboard from the terminal itself."""

from __future__ import annotations

import os
import sys

from callmon.cli.exits import ExitCode, Failure
from callmon.cli.pages import Flags

_KEYBOARD = "/dev/tty"


def take_stdin(flags: Flags) -> int | None:
    """If ``--follow -`` is meant: the descriptor of the pipe, and standard input is the terminal from now on.

    None if it is not meant, or standard input is the terminal anyway. To be called before anything is read. Raises
    `Failure` if there is no terminal.
    """
    if sys.stdin is None or sys.stdin.isatty() or not _is_meant(flags):
        return None
    try:
        keyboard = os.open(_KEYBOARD, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise no_console_for_a_pipe(f"there is no terminal to read keys from ({error.strerror})") from error
    pipe = os.dup(sys.stdin.fileno())
    os.dup2(keyboard, sys.stdin.fileno())
    os.close(keyboard)
    return pipe


def no_console_for_a_pipe(because: str) -> Failure:
    """Why a pipe cannot feed the console here."""
    return Failure(
        f"The console cannot be fed from standard input here, because {because}. callmon listen --follow - collects "
        "without a screen.",
        code=ExitCode.USAGE,
    )


def _is_meant(flags: Flags) -> bool:
    """Asked without the settings, which are read when the console is on the screen; their file cannot mean a pipe."""
    said = flags.get("follow") or os.environ.get("CALLMON_FOLLOW", "").split(":")
    return any(one.strip() == "-" or one.strip().endswith("=-") for one in said)
