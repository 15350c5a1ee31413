"""Where the rest of a log stands after it was rotated: under another name beside it, perhaps more than one name ago."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

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


def open_regular(path: Path) -> Descriptor:
    """Open a file for reading. Raises `OSError`; a `ValueError` if it is of a kind that cannot be followed."""
    opened = Descriptor(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))  # a FIFO would wait for a writer
    if not stat.S_ISREG(os.fstat(opened.number).st_mode):
        opened.close()
        raise ValueError(f"{path} is not a regular file")
    return opened


def rotated_away(path: Path, place: Place) -> list[Path]:
    """The files to read before the one at `path`: that with the rest of what `place` is in, and those after it.

    Empty if it cannot be found. Raises `OSError` if the directory cannot be read.
    """
    path = Path(os.path.realpath(path))  # of a link, what it points to is rotated
    siblings = sorted(_siblings(path), key=lambda sibling: sibling[1])
    found = [number for number, (sibling, _, inode) in enumerate(siblings) if _holds(sibling, place, inode, path)]
    if not found:
        return []
    first, *later = [sibling for sibling, _, _ in siblings[found[-1] :]]
    return [first, *(sibling for sibling in later if _is_rotated_name(sibling, path))]


def _siblings(path: Path) -> Iterator[tuple[Path, int, int]]:
    """The other regular files in the directory, with the time they were last written to, and their inodes."""
    with os.scandir(path.parent) as entries:
        for entry in entries:
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and entry.name != path.name:
                    yield path.parent / entry.name, status.st_mtime_ns, status.st_ino


def _holds(sibling: Path, place: Place, inode: int, path: Path) -> bool:
    """Whether a file is the one that the place is in, or a copy of it."""
    if inode != place.inode and not (place.offset and _is_rotated_name(sibling, path)):
        return False
    try:
        with closing(open_regular(sibling)) as opened:
            return continues(place, opened.number)
    except (OSError, ValueError):
        return False


def _is_rotated_name(sibling: Path, path: Path) -> bool:
    rest = sibling.name.removeprefix(path.name)
    return rest != sibling.name and _NUMBER_OR_DATE.fullmatch(rest) is not None
