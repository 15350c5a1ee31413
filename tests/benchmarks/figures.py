"""What a benchmark finds, and how it is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass


class BenchmarkError(Exception):
    """A benchmark could not be carried out. The text says what did not happen."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and what is allowed."""

    name: str
    measured: float | None
    """None if it could not be measured here; `beside` says why."""
    unit: str
    """``x`` for a ratio of two things that were measured in the same run."""
    limit: float | None = None
    """None for a value that is there to be known."""
    at_least: bool = False
    """Whether the limit is a lower bound."""
    beside: str = ""
    """What it was measured against, or what helps to read it."""

    @property
    def ok(self) -> bool | None:
        """Whether the limit holds; None without one, or if nothing was measured."""
        if self.limit is None or self.measured is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def ratio(self) -> float | None:
        """How much of what is allowed is used: 1 is all of it, more is too much; None without a verdict."""
        if not self.limit or not self.measured:
            return None
        return self.limit / self.measured if self.at_least else self.measured / self.limit


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def as_json(group: str, figure: Figure) -> dict[str, object]:
    """The figure as a JSON object.

    `group` and `name` tell it apart and stay what they are; `measured` (null if it could not be), `unit`, `limit` (null
    for a value that is there to be known), `at_least`, `beside`, `ok` and `ratio` (null without a verdict). Members are
    added, never taken away.
    """
    return {"group": group, **asdict(figure), "ok": figure.ok, "ratio": figure.ratio}


def markdown(figures: Sequence[Figure], where: str) -> str:
    """Two tables in Markdown, without a newline at the end: what has a budget, below a line that says where it was
    measured, and, folded away, the rest.
    """
    head = ("what", "measured", "budget", "ratio", "beside")
    judged = [
        (what, found, f"{budget}, missed" * (ok == "NO") or budget, ratio, beside)
        for what, found, budget, ratio, ok, beside in _rows(figures, budget=True)
    ]
    rest = [(what, found, beside) for what, found, _, _, _, beside in _rows(figures, budget=False)]
    folded = ["<details><summary>What was measured beside them</summary>", "", *_table(head[:2] + head[4:], rest)]
    return "\n".join([where, "", *_table(head, judged), "", *folded, "", "</details>"])


def _rows(figures: Sequence[Figure], *, budget: bool) -> list[tuple[str, str, str, str, str, str]]:
    return [table_row(figure) for figure in figures if (figure.limit is not None) is budget]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [*map(_markdown_row, [head, ["---"] * len(head), *rows])]


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def table_row(figure: Figure) -> tuple[str, str, str, str, str, str]:
    """Name, measured, budget, ratio of the two, ok and remark, as the table shows them."""
    sign = "≥" if figure.at_least else "≤"
    budget = "" if figure.limit is None else f"{sign} {_number(figure.limit)} {figure.unit}"
    verdict = {True: "yes", False: "NO", None: ""}[figure.ok]
    measured = "-" if figure.measured is None else f"{_number(figure.measured)} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return figure.name, measured, budget, ratio, verdict, figure.beside


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
