"""``callmon`` and ``python -m callmon``."""

from __future__ import annotations

import sys

from callmon.cli import garbage


def main() -> None:
    """Run the command line and leave with its exit code."""
    garbage.while_starting()
    from callmon.cli.main import run  # noqa: PLC0415  # what is imported is not garbage, so not looked through either

    sys.exit(run())


if __name__ == "__main__":
    main()
