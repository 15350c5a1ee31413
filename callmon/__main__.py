"""``callmon`` and ``python -m callmon``."""

from __future__ import annotations

import sys

from callmon.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
