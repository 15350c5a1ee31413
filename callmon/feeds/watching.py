"""Waiting for a file to change: the system tells; where it does not (network file systems), a slow look does."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

LOOK_ANYWAY_S = 1.0
"""A look at least so often, whether anything was told or not."""
_POLL_S = 0.25
"""A look so often where the system tells nothing."""
_SOON_S = 0.1
"""A look so often while something is to be done at a certain time."""
_GATHER_MS = 100
_STEP_MS = 50


class Watch:
    """Waits for changes in the directory of one file, which need not exist yet. Belongs to one thread."""

    def __init__(self, path: Path, stop: Event) -> None:
        """`stop` ends every wait."""
        self._path = path
        self._stop = stop
        self._changes: Generator[Any, None, None] | None = None
        self._watched: object = None

    def wait(self, *, soon: bool = False) -> None:
        """Return when the file may have changed, at the latest after `LOOK_ANYWAY_S`; at once if the watch is new.

        With `soon` return after a short while, whether anything was told or not: what is told would put off the rest.
        """
        directories = self._directories()
        if directories != self._watched:
            self._watch(directories)
        elif soon:
            self._stop.wait(_SOON_S)
        elif self._changes is None:
            self._stop.wait(_POLL_S)
        else:
            self._next()

    def close(self) -> None:
        """Watch no more."""
        if self._changes is not None:
            self._changes.close()
            self._changes = None

    def _directories(self) -> dict[str, tuple[int, int]]:
        """The directories that hold the file and what it links to, as far as they exist, each with its number."""
        found = {}
        for directory in {self._path.parent, Path(os.path.realpath(self._path)).parent}:
            with suppress(OSError):
                status = directory.stat()
                found[str(directory)] = (status.st_dev, status.st_ino)
        return found

    def _watch(self, directories: dict[str, tuple[int, int]]) -> None:
        from watchfiles import watch  # noqa: PLC0415  # needed only by those who follow a file

        self.close()
        self._watched = directories
        if not directories:
            return
        self._changes = watch(
            *directories,
            watch_filter=None,
            debounce=_GATHER_MS,
            step=_STEP_MS,
            stop_event=self._stop,
            rust_timeout=int(LOOK_ANYWAY_S * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
            ignore_permission_denied=True,
        )

    def _next(self) -> None:
        assert self._changes is not None  # noqa: S101  # the caller looked
        try:
            next(self._changes)
        except StopIteration:
            self._changes = None  # told to stop
        except (OSError, RuntimeError):  # no more watches to be had, or the directory went away just now
            self._changes = None
            self._stop.wait(_POLL_S)
