"""Headers of a notification as the JSON that a row holds; which run took it stands among them, under a name of ours.

So rows have the same columns as before it was noted, and older programs on the same journal see one header more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import NamedTuple

from callmon.ports import Entry

_RUN, _LATE = "callmon-run", "callmon-late"
NONE = "{}"
_text = json.JSONEncoder().encode


class Kept(NamedTuple):
    """What stands in that place of a row."""

    headers: Mapping[str, str]
    run: str = ""
    late: bool = False


def to_json(entry: Entry) -> str:
    """Of an entry."""
    if not entry.headers and not entry.run:
        return NONE
    named = [(name, value) for name, value in entry.headers.items() if name not in (_RUN, _LATE)]
    if entry.run:
        named.append((_LATE if entry.late else _RUN, entry.run))
    # Not the whole at once: for everything but a text the encoder makes another one, which takes longer than all this.
    return "{" + ", ".join([f"{_text(name)}: {_text(value)}" for name, value in named]) + "}"


def from_json(text: str | bytes) -> Kept:
    """Of a row. Raises `TypeError` or `ValueError` for one of another form."""
    named = json.loads(text)
    run, late = named.pop(_RUN, ""), named.pop(_LATE, "")
    return Kept(named, sys.intern(run or late), late=bool(late))
