"""``callmon`` and ``python -m callmon``."""

from __future__ import annotations

import gc
import sys

_STARTING = 200_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    collect_seldom()
    from callmon.cli.main import run  # noqa: PLC0415  # what is imported is not garbage, so not looked through either

    sys.exit(run())


def collect_seldom() -> None:
    """Look for cyclic garbage after more new objects than Python's 700: a start makes far more, and all of them stay.

    To look through them took a twentieth of the start. The console looks more often once it has read its journal
    (`callmon.cli.screen`).
    """
    gc.set_threshold(_STARTING)


if __name__ == "__main__":
    main()
