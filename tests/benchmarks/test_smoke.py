"""Every benchmark in miniature: what it measures is there and is a number. How large it is says nothing here."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable
from functools import partial

import pytest

from tests.benchmarks import (
    busy,
    console,
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
    typed,
)
from tests.benchmarks.figures import Figure, as_json, markdown, percentile, table_row
from tests.benchmarks.machine import measured_on

MINIATURES: dict[str, Callable[[], list[Figure]]] = {
    "busy": partial(busy.reaction, "traffic", 2, calls=30, rate=20),
    "curve": partial(curve.growth, (10, 20), 2),
    "delivery": partial(delivery.delays, 2, rate=0),
    "durable": partial(durable.rounds, 1, 0.1, [1]),
    "explain": partial(explain.times, 1),
    "pruning": partial(pruning.beside, 20),
    "peers": partial(peers.costs, "top", ("top", "-d", "0.1"), 0.3),
    "rebuild": partial(rebuild.past, active=2, ended=10, notifications=20, rounds=1),
    "screen": partial(screen.young, 0.3),
    "signed": partial(signed.rounds, 1, 0.1, 1),
    "start": partial(start.rounds, 1),
    "start-imports": partial(start.imports, 1),
    "typed": partial(typed.keys, 12, 1),
}
if shutil.which("redis-server"):
    MINIATURES["redis"] = partial(redis.beside, 1, 0.3)


@pytest.mark.parametrize("name", MINIATURES)
def test_a_benchmark_finds_its_figures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "SETTLED_AFTER_S", 0.1)
    monkeypatch.setattr(busy, "LEAD_S", 0.1)
    figures = MINIATURES[name]()
    assert figures
    assert all(figure.measured is not None and math.isfinite(figure.measured) for figure in figures)
    assert len({figure.name for figure in figures}) == len(figures)
    json.dumps([as_json(name, figure) for figure in figures], allow_nan=False)


@pytest.mark.parametrize(
    ("measured", "at_least", "ratio", "ok"),
    [(1.0, False, "0.50", True), (2.1, False, "1.05", False), (4.0, True, "0.50", True), (1.9, True, "1.05", False)],
)
def test_a_limit_is_kept_or_missed(measured: float, at_least: bool, ratio: str, ok: bool) -> None:
    figure = Figure("it", measured, "x", 2.0, at_least=at_least)
    assert figure.ok is ok
    assert table_row(figure) == (
        "it",
        f"{measured:.3g} x",
        f"{'≥' if at_least else '≤'} 2 x",
        ratio,
        "yes" if ok else "NO",
        "",
    )


def test_what_could_not_be_measured_has_no_verdict() -> None:
    (figure, _) = peers.costs("it", ("no-such-program",), 0.1)
    assert figure.ok is None
    assert table_row(figure) == ("it: to the terminal", "-", "", "", "", "not installed")
    assert Figure("it", None, "x", 1).ok is None


def test_a_figure_as_json_names_its_group_and_its_verdict() -> None:
    assert as_json("start", Figure("it", 2.0, "x", 1.5, beside="that")) == {
        "group": "start",
        "name": "it",
        "measured": 2.0,
        "unit": "x",
        "limit": 1.5,
        "at_least": False,
        "beside": "that",
        "ok": False,
        "ratio": 2.0 / 1.5,
    }


def test_what_was_measured_becomes_the_tables_of_the_readme() -> None:
    figures = [
        Figure("a|b", 1.0, "x", 2, beside="c"),
        Figure("d", 3.0, "x", 2),
        Figure("no budget", 1.0, "B/s", beside="e"),
    ]
    assert markdown(figures, "Here:").splitlines() == [
        "Here:",
        "",
        "| what | measured | budget | ratio | beside |",
        "| --- | --- | --- | --- | --- |",
        "| a/b | 1 x | ≤ 2 x | 0.50 | c |",
        "| d | 3 x | ≤ 2 x, missed | 1.50 |  |",
        "",
        "<details><summary>What was measured beside them</summary>",
        "",
        "| what | measured | beside |",
        "| --- | --- | --- |",
        "| no budget | 1 B/s | e |",
        "",
        "</details>",
    ]


def test_the_machine_and_the_date_are_told_in_one_line() -> None:
    told = measured_on()
    assert re.search(r"on \d{4}-\d\d-\d\d .* on \d+ cores \(.+\), Python 3\.", told)
    assert "\n" not in told


def test_a_value_without_a_limit_is_neither_good_nor_bad() -> None:
    assert Figure("it", 1234.0, "B/s").ok is None
    assert table_row(Figure("it", 1234.0, "B/s")) == ("it", "1,234 B/s", "", "", "", "")


@pytest.mark.parametrize(("percent", "value"), [(50, 5), (95, 10), (99, 10), (10, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(10, 0, -1)], percent) == value
