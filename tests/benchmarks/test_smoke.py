"""Every benchmark in miniature: what it measures is there and is a number. How large it is says nothing here."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from functools import partial

import pytest

from tests.benchmarks import busy, console, delivery, durable, explain, pruning, rebuild, redis, screen, start
from tests.benchmarks.figures import Figure, as_json, percentile, table_row

MINIATURES: dict[str, Callable[[], list[Figure]]] = {
    "busy": partial(busy.reaction, "traffic", 2, calls=30, rate=20),
    "delivery": partial(delivery.delays, 2, rate=0),
    "durable": partial(durable.rounds, 1, 0.1, [1]),
    "explain": partial(explain.times, 1),
    "pruning": partial(pruning.beside, 20),
    "rebuild": partial(rebuild.past, active=2, ended=10, notifications=20, rounds=1),
    "screen": partial(screen.young, 0.3),
    "start": partial(start.rounds, 1),
}
if shutil.which("redis-server"):
    MINIATURES["redis"] = partial(redis.beside, 1, 0.3)


@pytest.mark.parametrize("name", MINIATURES)
def test_a_benchmark_finds_its_figures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SETTLED_AFTER_S", 0.1)
    monkeypatch.setattr(busy, "LEAD_S", 0.1)
    figures = MINIATURES[name]()
    assert figures
    assert all(math.isfinite(figure.measured) for figure in figures)
    assert len({figure.name for figure in figures}) == len(figures)
    json.dumps([as_json(figure) for figure in figures])


@pytest.mark.parametrize(
    ("measured", "at_least", "ok"),
    [(2.0, False, True), (2.1, False, False), (2.0, True, True), (1.9, True, False)],
)
def test_a_limit_is_kept_or_missed(measured: float, at_least: bool, ok: bool) -> None:
    figure = Figure("it", measured, "x", 2.0, at_least=at_least)
    assert figure.ok is ok
    assert table_row(figure) == (
        "it",
        f"{measured:.3g} x",
        f"{'≥' if at_least else '≤'} 2 x",
        "yes" if ok else "NO",
        "",
    )


def test_a_value_without_a_limit_is_neither_good_nor_bad() -> None:
    assert Figure("it", 1234.0, "B/s").ok is None
    assert table_row(Figure("it", 1234.0, "B/s")) == ("it", "1,234 B/s", "", "", "")


@pytest.mark.parametrize(("percent", "value"), [(50, 5), (95, 10), (99, 10), (10, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(10, 0, -1)], percent) == value
