"""A place in a file that can be found again: after a restart, and after the file got another name."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from hashlib import blake2b

_HEAD_BYTES = 1024
_TAIL_BYTES = 256
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was taken."""

    device: int
    inode: int
    offset: int
    """Everything before it was taken."""
    print: str
    """A digest of the file's head and of what stands right before the offset: a file that is overwritten in place, or
    that got the number (inode) of one that is gone, has another one."""

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), separators=(",", ":"))


def place_from(text: str) -> Place | None:
    """The place that was kept; None if the text is none."""
    try:
        place = Place(**json.loads(text))
    except (TypeError, ValueError):
        return None
    numbers = (place.device, place.inode, place.offset)
    return place if all(type(number) is int for number in numbers) and place.offset >= 0 else None


def place_at(descriptor: int, offset: int) -> Place:
    """The place at an offset in an open file. Raises `OSError`."""
    status = os.fstat(descriptor)
    return Place(status.st_dev, status.st_ino, offset, _print(descriptor, offset))


def continues(place: Place, descriptor: int) -> bool:
    """Whether an open file begins with what was taken up to the place, whatever its name is. Raises `OSError`."""
    return os.fstat(descriptor).st_size >= place.offset and _print(descriptor, place.offset) == place.print


def _print(descriptor: int, offset: int) -> str:
    digest = blake2b(digest_size=_DIGEST_BYTES)
    digest.update(os.pread(descriptor, min(_HEAD_BYTES, offset), 0))
    start = max(0, offset - _TAIL_BYTES)
    digest.update(os.pread(descriptor, offset - start, start))
    return digest.hexdigest()
