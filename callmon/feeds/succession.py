"""Which files are to be read, and in which order, when a log is begun, was rotated or emptied."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, closing, suppress
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

from callmon.feeds.beside import Beside
from callmon.feeds.file_place import Place, continues
from callmon.feeds.opened import Opened
from callmon.feeds.rotation import Descriptor, Identity, Sibling, identity, names, open_regular, rotated_away

_MOST_TRIES = 10
"""So often another look is taken because a rotation went on meanwhile."""


class Found(NamedTuple):
    """An open file, and where to begin in it. Whoever gets it closes it."""

    descriptor: Descriptor
    offset: int = 0


class Succession(NamedTuple):
    """Files to be read one after the other."""

    files: list[Found]
    lost: bool = False
    """Whether what should come before them could not be found."""

    def close(self) -> None:
        """Let go of the files."""
        for found in self.files:
            found.descriptor.close()


def begun(path: Path, place: Place | None) -> Succession:
    """What there is after a place, or at all: last the file that has the name.

    Raises `OSError`, and `ValueError` if that is no regular file.
    """

    def find(stack: ExitStack) -> Succession:
        newest = _opened(path, stack)
        files = [Found(newest)] if place is None else _after(path, place, newest, stack)
        return Succession(files, lost=place is not None and place.offset > 0 and files == [Found(newest)])

    return _undisturbed(path, find)


def rotated_between(path: Path, last: Opened, beside: Beside, ours: Collection[Identity]) -> Succession:
    """What comes after a file that got another name: last the one that has its name now. Raises as `begun`."""

    def find(stack: ExitStack) -> Succession:
        newest = _opened(path, stack)
        others = {*ours, identity(os.fstat(newest.number))}
        return Succession([*_open(beside.newcomers(last, others), 0, stack), Found(newest)])

    return _undisturbed(path, find)


def copied(path: Path, emptied: Opened, beside: Beside, ours: Collection[Identity]) -> Succession:
    """Copies with the rest of what was in a file before it was emptied. Raises `OSError`."""

    def find(stack: ExitStack) -> Succession:
        newcomers = beside.copies(emptied, ours)
        if emptied.place.offset:
            found = rotated_away(path, emptied.place, ours)
            copies = found[:1] + [sibling for sibling in found[1:] if sibling in newcomers]
        else:
            copies = _from_beginning(emptied, newcomers)
        files = _open(copies, emptied.place.offset, stack)
        return Succession(files, lost=not files)

    return _undisturbed(path, find)


def missed(path: Path, emptied: Opened, beside: Beside, ours: Collection[Identity]) -> Succession:
    """Copies of what was in a file between two looks that found it empty. Raises `OSError`."""
    return _undisturbed(path, lambda stack: Succession(_open(beside.missed(emptied, ours), 0, stack)))


def _after(path: Path, place: Place, newest: Descriptor, stack: ExitStack) -> list[Found]:
    status = os.fstat(newest.number)
    is_same = status.st_ino == place.inode and continues(place, newest.number)
    older = [] if is_same else rotated_away(path, place, {identity(status)})
    # A file that was restored or edited has another number than what was taken of it.
    is_renamed = bool(older) and older[0].identity.inode == place.inode
    is_copy = place.offset > 0 and not is_renamed and continues(place, newest.number)
    if is_same or is_copy:
        return [Found(newest, place.offset)]
    return [*_open(older, place.offset, stack), Found(newest)]


def _from_beginning(emptied: Opened, newcomers: Sequence[Sibling]) -> list[Sibling]:
    """Only the beginning of its first line was read: a copy begins with that too."""
    begun = emptied.lines.unfinished
    if len(begun) < emptied.lines.read:  # it was so long that it was not kept
        return []
    return list(dropwhile(lambda sibling: not _begins_with(sibling.path, begun), newcomers))


def _begins_with(path: Path, data: bytes) -> bool:
    try:
        with closing(open_regular(path)) as opened:
            return os.pread(opened.number, len(data), 0) == data
    except (OSError, ValueError):
        return False


def _open(siblings: Sequence[Sibling], offset: int, stack: ExitStack) -> list[Found]:
    """Open them, the first to be read from an offset on."""
    found = []
    for number, sibling in enumerate(siblings):
        with suppress(OSError, ValueError):  # compressed or removed meanwhile
            found.append(Found(_opened(sibling.path, stack), 0 if number else offset))
    return found


def _opened(path: Path, stack: ExitStack) -> Descriptor:
    return stack.enter_context(closing(open_regular(path)))


def _undisturbed(path: Path, find: Callable[[ExitStack], Succession], tries: int = _MOST_TRIES) -> Succession:
    """What is found while nothing gets another name: else a file might be found under both, or under neither.

    What `find` opens it puts on the stack, which lets go of it unless it is returned.
    """
    with ExitStack() as stack:
        before = names(path)
        found = find(stack)
        if tries <= 1 or names(path) == before:
            stack.pop_all()
            return found
    return _undisturbed(path, find, tries - 1)
