"""Numbers on the command line."""

from __future__ import annotations

import math
from typing import Any

import click


class Real(click.FloatRange):
    """A finite number within bounds: NaN would pass every comparison."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number as a float."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


CALLS = click.IntRange(0, 5000)
"""How many simulated calls go on at a time."""
SPEED = Real(0, 1000, min_open=True)
"""How much faster than life a simulation runs."""
