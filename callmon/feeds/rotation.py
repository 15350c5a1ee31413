"""What a rotation leaves beside a log: the file under another name, or a copy of it, perhaps more than one name ago."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from callmon.feeds.file_place import Place, continues

_NUMBER_OR_DATE = re.compile(r"[.\-_]\d[\dTZ:._\-]*")
"""What logrotate, Python's and log4j's handlers put behind a log's name. With .gz behind that, it is left alone."""


class Descriptor:
    """An open file. It may be closed more than once."""

    def __init__(self, number: int) -> None:
        self.number = number

    def close(self) -> None:
        """Close it."""
        number, self.number = self.number, -1
        if number >= 0:
            os.close(number)


class Identity(NamedTuple):
    """What tells a file from every other one that is there at the same time, whatever they are called."""

    device: int
    inode: int


class Sibling(NamedTuple):
    """A regular file beside a log."""

    path: Path
    identity: Identity
    written: int
    """When it was written to last, in nanoseconds as its file system has them."""
    size: int


def identity(status: os.stat_result) -> Identity:
    """That of the file whose status it is."""
    return Identity(status.st_dev, status.st_ino)


def open_regular(path: Path) -> Descriptor:
    """Open a file for reading. Raises `OSError`; a `ValueError` if it is of a kind that cannot be followed."""
    opened = Descriptor(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))  # a FIFO would wait for a writer
    if not stat.S_ISREG(os.fstat(opened.number).st_mode):
        opened.close()
        raise ValueError(f"{path} is not a regular file")
    return opened


def is_continued_in(place: Place, path: Path) -> bool:
    """Whether the file at a path begins with what was taken up to a place; not if it cannot be read."""
    try:
        with closing(open_regular(path)) as opened:
            return continues(place, opened.number)
    except (OSError, ValueError):
        return False


def rotated(path: Path) -> list[Sibling]:
    """The files beside the one at `path` that are called as if they had been rotated away from it, as last written to.

    Raises `OSError` if the directory cannot be read.
    """
    path = _target(path)
    return sorted(_siblings(path, path.name), key=_written)


def rotated_away(path: Path, place: Place, ours: Collection[Identity] = ()) -> list[Sibling]:
    """The files to read before the one at `path`: that with the rest of what `place` is in, and those after it.

    None of them is one of `ours`, which are read or were. Empty if it cannot be found. Raises `OSError` if the
    directory cannot be read.
    """
    path = _target(path)
    siblings = sorted((each for each in _siblings(path) if each.identity not in ours), key=_written)
    found = [number for number, sibling in enumerate(siblings) if _holds(sibling, place, path)]
    if not found:
        return []
    first, *later = siblings[found[-1] :]
    return [first, *(sibling for sibling in later if _is_rotated_name(sibling.path.name, path))]


def names(path: Path) -> frozenset[tuple[str, int]]:
    """Which files the log's name, and those that begin as it does, stand for now: others once something is rotated."""
    path = _target(path)
    found = set()
    with suppress(OSError), os.scandir(path.parent) as entries:
        found = {(entry.name, entry.inode()) for entry in entries if entry.name.startswith(path.name)}
    return frozenset(found)


def _target(path: Path) -> Path:
    """Of a link, what it points to is rotated."""
    return Path(os.path.realpath(path))


def _written(sibling: Sibling) -> int:
    return sibling.written


def _siblings(path: Path, rotated_from: str = "") -> Iterator[Sibling]:
    """The other regular files in the directory; only those with a rotated name, if it is said from which."""
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name == path.name or (rotated_from and not _is_rotated_name(entry.name, path)):
                continue
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield Sibling(path.parent / entry.name, identity(status), status.st_mtime_ns, status.st_size)


def _holds(sibling: Sibling, place: Place, path: Path) -> bool:
    """Whether a file is the one that the place is in, or a copy of it."""
    is_named = place.offset and _is_rotated_name(sibling.path.name, path)
    return bool(sibling.identity.inode == place.inode or is_named) and is_continued_in(place, sibling.path)


def _is_rotated_name(name: str, path: Path) -> bool:
    rest = name.removeprefix(path.name)
    return rest != name and _NUMBER_OR_DATE.fullmatch(rest) is not None
