"""Which starts of callmon collect for a journal here, so that one that was killed is not taken for one that listens.

Each holds an advisory lock (flock) on a small file of its own. The system lets go of it when its holder dies, however
it dies, and the next one that looks removes the file.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from callmon.core.records import FeedChanged
from callmon.feeds.rotation import Descriptor

Sign = Callable[[FeedChanged], FeedChanged]
"""Adds to a record who writes it."""

_SUFFIX = ".lock"


def unsigned(record: FeedChanged) -> FeedChanged:
    """Of a feed that cannot tell who else is alive."""
    return record


class Presence:
    """One run, from its making to `close`."""

    def __init__(self, folder: Path, prefix: str, place: str) -> None:
        """Its file is in the folder, and its name begins with the prefix, as those of all that have this place.

        Raises `OSError`.
        """
        self.run = uuid.uuid4().hex[:12]
        """Its id."""
        self._folder, self._prefix, self._place = folder, prefix, place
        self._path = folder / f"{prefix}{self.run}{_SUFFIX}"
        # Under its own name it must be locked from the first moment, or another would take it for a dead one's.
        fresh = folder / f".{prefix}{self.run}.new"
        self._held = Descriptor(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(self._held.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fresh.rename(self._path)
        except BaseException:
            self._held.close()
            fresh.unlink(missing_ok=True)
            raise

    def sign(self, record: FeedChanged) -> FeedChanged:
        """The record with this run and all that are alive in its place; without, if nobody can tell."""
        try:
            return replace(record, run=self.run, place=self._place, alive=" ".join(self._alive()))
        except OSError:
            return record

    def close(self) -> None:
        """It does not collect any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._held.close()

    def _alive(self) -> list[str]:
        with os.scandir(self._folder) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(self._prefix)]
        runs = [name.removeprefix(self._prefix).removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        return sorted(run for run in runs if run == self.run or self._lives(run))

    def _lives(self, run: str) -> bool:
        """Whether somebody holds that file; nobody's is removed."""
        path = self._folder / f"{self._prefix}{run}{_SUFFIX}"
        try:
            opened = Descriptor(os.open(path, os.O_RDWR | os.O_CLOEXEC))
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            # Shared, so that two that look at once do not take each other for the holder.
            fcntl.flock(opened.number, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return False
        finally:
            opened.close()
