"""``callmon`` and ``python -m callmon``."""

from __future__ import annotations

import gc
import sys

START_YOUNG = 200_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    collect_seldom()
    from callmon.cli.main import run  # noqa: PLC0415  # what is imported is not garbage, so not looked through either

    sys.exit(run())


def collect_seldom() -> None:
    """Look for cyclic garbage after more new objects than Python's 700, of which a start makes more than a hundred times.

    It finds nothing in them and takes a twentieth of the start. Who stays for long says what is to hold from then on
    (`callmon.cli.screen`).
    """
    gc.set_threshold(START_YOUNG)


if __name__ == "__main__":
    main()
