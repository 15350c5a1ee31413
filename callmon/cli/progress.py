"""How far something is, as a bar on stderr, where somebody sees it and it takes long enough to wonder."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import click

from callmon.cli.terminals import are_terminals

_SHOWN_AFTER_S = 0.5


class Progress(AbstractContextManager["Progress"]):
    """A context manager. Nothing is printed unless stderr is a terminal."""

    def __init__(self, label: str, size: int | None) -> None:
        """`size` is what the positions go up to; None if that is not known."""
        self._label = label
        self._size = size
        self._begun = time.monotonic()
        self._bar: Any = None
        self._position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, traceback)

    def reached(self, position: int) -> None:
        """So far it is."""
        if self._bar is None:
            if time.monotonic() - self._begun < _SHOWN_AFTER_S or not are_terminals(sys.stderr):
                return
            unknown: Iterator[int] | None = (nothing for nothing in range(0)) if self._size is None else None
            self._bar = click.progressbar(unknown, length=self._size, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(position - self._position)
        self._position = position
