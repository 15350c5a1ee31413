"""``python -m tests.benchmarks [NAME …] [--quick] [--json]``: every budget, measured.

NAME is a group: durable, screen, busy, start, rebuild, explain, delivery, redis or pruning. All take about seven
minutes on two cores, with ``--quick`` less than three. What shares the machine disturbs it: repeat what is near its
limit. Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping

from tests.benchmarks import busy, delivery, durable, explain, pruning, rebuild, redis, screen, start
from tests.benchmarks.figures import BenchmarkError, Figure, as_json, table_row

GROUPS: Mapping[str, Callable[..., list[Figure]]] = {
    "durable": durable.measure,
    "screen": screen.measure,
    "busy": busy.measure,
    "start": start.measure,
    "rebuild": rebuild.measure,
    "explain": explain.measure,
    "delivery": delivery.measure,
    "redis": redis.measure,
    "pruning": pruning.measure,
}
_WIDTHS = (62, 12, 11, 4)


def main() -> int:
    """Run the groups that are named, or all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure callmon's budgets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(GROUPS), choices=[*GROUPS, []])
    parser.add_argument("--quick", action="store_true", help="shorter windows, fewer rounds: a first look")
    parser.add_argument("--json", action="store_true", help="a JSON array instead of a table")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    failures: dict[str, str] = {}
    if not arguments.json:
        print(_line("what", "measured", "budget", "ok", "remark"))
    for name in arguments.names or GROUPS:
        try:
            found = GROUPS[name](quick=arguments.quick)
        except BenchmarkError as error:
            failures[name] = str(error)
            continue
        figures += found
        if not arguments.json:
            print("\n".join(_line(*table_row(figure)) for figure in found), flush=True)
    if arguments.json:
        print(json.dumps([as_json(figure) for figure in figures], ensure_ascii=False, indent=2))
    for name, why in failures.items():
        print(f"{name} could not be measured: {why}", file=sys.stderr)
    return 1 if failures or any(figure.ok is False for figure in figures) else 0


def _line(*cells: str) -> str:
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=False)), cells[-1]]).rstrip()


if __name__ == "__main__":
    sys.exit(main())
