"""A file of recorded entries as a recording that can be played."""

from __future__ import annotations

from typing import NamedTuple

from callmon.cli.exits import Failure
from callmon.cli.interchange import imported
from callmon.cli.recording_file import opened, why_unread
from callmon.cli.splitting import pieces
from callmon.core.text import visible
from callmon.ports import Entry, EntryKind


class Recorded(NamedTuple):
    """What a file holds, in its order, with the times at which it came."""

    entries: list[Entry]
    trouble: str = ""
    """Why it does not hold more, if it could not be read to its end."""


def recorded(name: str) -> Recorded:
    """What can be read of a file, at least one entry. Raises `Failure`.

    What has no time of its own came together with the one before.
    """
    entries: list[Entry] = []
    untimed, trouble = False, ""
    try:
        with opened(name) as file:
            for piece in pieces(file.stream):
                line = imported(piece)
                untimed = untimed or line is None
                if line is not None:
                    entries.append(line.entry)
                elif entries:
                    entries.append(Entry(EntryKind.NOTIFICATION, entries[-1].at, f"replay {name}", piece))
    except OSError as error:
        trouble = why_unread(name, error)
        if not entries:
            raise Failure(trouble) from error
    if not entries:
        told = "holds notifications, but not when they came" if untimed else "holds nothing"
        raise Failure(
            f"{visible(name)} {told}, so it cannot be played. What callmon export writes can; callmon import takes "
            "notifications without times."
        )
    return Recorded(entries, trouble)
