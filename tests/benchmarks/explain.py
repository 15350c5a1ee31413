"""What it takes to explain an end reason, once the catalogue has been read.

Every pair of the catalogue, a pair that nobody knows, and messages that differ each time, as Graph's do: they carry
ids, so an answer that was kept for a whole message would never be asked for again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from callmon.core.reasons import catalogue, explain
from tests.benchmarks.figures import Figure

_BUDGET_US = 50


def measure(*, quick: bool = False) -> list[Figure]:
    """Microseconds a call."""
    return times(2 if quick else 10)


def times(rounds: int) -> list[Figure]:
    """So many rounds over all pairs; the first that a process asks for is apart."""
    first = _explain_us([(500, 999_999)], "first")
    pairs = sorted({(row.code, row.subcode) for row in catalogue()})
    cold = _explain_us(pairs, "cold")
    warm = [_explain_us(pairs, f"round {number}") for number in range(rounds)]
    return [
        Figure(
            "explain, each pair for the first time", cold, "µs", _BUDGET_US, beside=f"the very first {first:.0f} µs"
        ),
        Figure("explain, again", median(warm), "µs", _BUDGET_US, beside=f"{len(pairs)} pairs"),
    ]


def _explain_us(pairs: Sequence[tuple[int | None, int | None]], word: str) -> float:
    began = time.thread_time()
    for number, (code, subcode) in enumerate(pairs):
        explain(code, subcode, f"Call {word} {number} ended. DiagCode: {code}#{subcode}.@", established=True)
    return (time.thread_time() - began) / len(pairs) * 1e6
