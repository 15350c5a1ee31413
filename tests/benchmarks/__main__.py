"""``python -m tests.benchmarks [NAME …] [--quick] [--json | --markdown]``: every budget, measured.

NAME is a group, see GROUPS. All take about eight minutes on two cores, with ``--quick`` three and a half. What shares
the machine disturbs it: repeat what is near its limit. Exit code 1 if a limit is missed.

With ``--markdown`` it prints what stands in the README between ``<!-- benchmarks -->`` and ``<!-- /benchmarks -->``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import (
    busy,
    curve,
    delivery,
    durable,
    explain,
    peers,
    pruning,
    rebuild,
    redis,
    screen,
    signed,
    start,
)
from tests.benchmarks.figures import BenchmarkError, Figure, as_json, markdown, table_row
from tests.benchmarks.machine import measured_on

GROUPS: Mapping[str, Callable[..., list[Figure]]] = {
    "durable": durable.measure,
    "signed": signed.measure,
    "screen": screen.measure,
    "busy": busy.measure,
    "curve": curve.measure,
    "start": start.measure,
    "rebuild": rebuild.measure,
    "explain": explain.measure,
    "delivery": delivery.measure,
    "redis": redis.measure,
    "pruning": pruning.measure,
    "peers": peers.measure,
}
_HEAD = ("what", "measured", "budget", "ratio", "ok", "remark")
_WIDTHS = (62, 12, 11, 5, 4)


def main() -> int:
    """Run the groups that are named, or all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure callmon's budgets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(GROUPS), choices=[*GROUPS, []])
    parser.add_argument("--quick", action="store_true", help="shorter windows, fewer rounds: a first look")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a JSON array instead of a table")
    form.add_argument("--markdown", action="store_true", help="what stands in the README")
    arguments = parser.parse_args()
    figures: list[tuple[str, Figure]] = []
    failures: dict[str, str] = {}
    if not (arguments.json or arguments.markdown):
        print(_line(_HEAD))
    for name in arguments.names or GROUPS:
        try:
            found = GROUPS[name](quick=arguments.quick)
        except BenchmarkError as error:
            failures[name] = str(error)
            continue
        figures += [(name, figure) for figure in found]
        if not (arguments.json or arguments.markdown):
            print("\n".join(_line(table_row(figure)) for figure in found), flush=True)
    if arguments.json:
        print(json.dumps([as_json(*figure) for figure in figures], ensure_ascii=False, indent=2))
    if arguments.markdown:
        print(markdown([figure for _, figure in figures], measured_on()))
    for name, why in failures.items():
        print(f"{name} could not be measured: {why}", file=sys.stderr)
    return 1 if failures or any(figure.ok is False for _, figure in figures) else 0


def _line(cells: Sequence[str]) -> str:
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=False)), cells[-1]]).rstrip()


if __name__ == "__main__":
    sys.exit(main())
