"""``python -m tests.faults [--seconds 600] [--connections 64] [--journal redis]``: is what was accepted kept?

Senders POST numbered notifications to ``callmon listen``, each number once, while it (and with ``--journal redis`` the
redis-server too) is killed with SIGKILL and started again. At the end every number that was answered with 202 must be
in the journal exactly once, those of a connection in order. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.faults.run import Plan, Report, run


def main() -> int:
    """Run as a program; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Is what was accepted kept?")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float, default=400, help="notifications a second that are tried")
    parser.add_argument("--journal", choices=["sqlite", "redis"], default="sqlite")
    parser.add_argument("--appendfsync", choices=["always", "everysec", "no"], default="always", help="of Redis")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    plan = Plan(
        given.seconds,
        given.connections,
        given.rate,
        redis=given.journal == "redis",
        appendfsync=given.appendfsync,
        seed=given.seed,
    )
    with tempfile.TemporaryDirectory(prefix="callmon-faults-") as home:
        report = run(plan, Path(home), lambda line: print(line, file=sys.stderr, flush=True))
    show(report)
    return 0 if report.good else 1


def show(report: Report) -> None:
    """One line a figure."""
    for item in fields(report):
        value = getattr(report, item.name)
        text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
        print(f"{item.name.replace('_', ' '):<20} {text}")
    print(f"{'load held':<20} {report.accepted / report.seconds:,.0f} accepted/s, the time without a listener included")


if __name__ == "__main__":
    sys.exit(main())
