"""Which starts of callmon collect for a journal here, so that one that was killed is not taken for one that listens.

Each holds an advisory lock (flock) on a small file of its own. The system lets go of it when its holder dies, however
it dies, and the next one that looks removes the file. The file's time tells when its holder was last alive.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from callmon.core.records import FeedChanged
from callmon.feeds.rotation import Descriptor

_SUFFIX = ".lock"


def _as_it_is(record: FeedChanged) -> FeedChanged:
    return record


@dataclass(frozen=True, slots=True)
class Sign:
    """How one start of callmon signs what it writes."""

    run: str = ""
    """Its id, which the notifications that it takes carry; empty if it has none."""
    add: Callable[[FeedChanged], FeedChanged] = _as_it_is
    """Adds to a record who writes it."""

    def __call__(self, record: FeedChanged) -> FeedChanged:
        """The record with this run and what it knows of others."""
        return self.add(record)


unsigned = Sign()
"""Of a feed that cannot tell who else is alive."""


class Roll:
    """The files of all runs that have one place: they lie in one folder, and their names begin with one prefix."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder, self.prefix = folder, prefix
        self._dead: dict[str, datetime] = {}

    def path(self, run: str) -> Path:
        """The file of a run."""
        return self.folder / f"{self.prefix}{run}{_SUFFIX}"

    def alive(self, own: str = "") -> list[str]:
        """The runs that are alive; `own` is one of them if its file is there. Raises `OSError`."""
        with os.scandir(self.folder) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(self.prefix)]
        runs = [name.removeprefix(self.prefix).removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        return sorted(run for run in runs if run == own or self._lives(run))

    def dead(self, own: str = "") -> Mapping[str, datetime]:
        """The runs that were found dead since it was last asked, here and nowhere else, and when they last lived.

        Raises `OSError`.
        """
        self.alive(own)
        dead, self._dead = self._dead, {}
        return dead

    def _lives(self, run: str) -> bool:
        """Whether somebody holds that file; nobody's is removed."""
        path = self.path(run)
        try:
            opened = Descriptor(os.open(path, os.O_RDWR | os.O_CLOEXEC))
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            # Shared, so that two that look at once do not take each other for the holder.
            fcntl.flock(opened.number, fcntl.LOCK_SH | fcntl.LOCK_NB)
            last = datetime.fromtimestamp(os.fstat(opened.number).st_mtime, UTC)
        except BlockingIOError:
            return True
        else:
            with suppress(OSError):
                path.unlink()
                self._dead[run] = last
            return False
        finally:
            opened.close()


class Presence:
    """One run, from its making to `close`."""

    def __init__(self, roll: Roll, place: str) -> None:
        """Its file is among those of the roll. Raises `OSError`."""
        self.run = uuid.uuid4().hex[:12]
        """Its id."""
        self.sign = Sign(self.run, self._signed)
        """How it signs."""
        self.roll = roll
        self._place = place
        self._path = roll.path(self.run)
        # Under its own name it must be locked from the first moment, or another would take it for a dead one's.
        fresh = roll.folder / f".{roll.prefix}{self.run}.new"
        self._held = Descriptor(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(self._held.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fresh.rename(self._path)
        except BaseException:
            self._held.close()
            fresh.unlink(missing_ok=True)
            raise

    def live(self) -> None:
        """Note that it is alive now. Raises `OSError`."""
        os.utime(self._path)

    def close(self) -> None:
        """It does not collect any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._held.close()

    def _signed(self, record: FeedChanged) -> FeedChanged:
        """The record with this run and all that are alive in its place; without the place, if nobody can tell."""
        record = replace(record, run=self.run, marks=True)
        try:
            return replace(record, place=self._place, alive=" ".join(self.roll.alive(self.run)))
        except OSError:
            return record
