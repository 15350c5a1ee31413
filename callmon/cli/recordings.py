"""A file of recorded entries as a recording that can be played."""

from __future__ import annotations

from callmon.cli.exits import Failure
from callmon.cli.interchange import imported
from callmon.cli.recording_file import opened, why_unread
from callmon.cli.splitting import pieces
from callmon.core.text import visible
from callmon.ports import Entry, EntryKind


def recorded(name: str) -> list[Entry]:
    """What the file holds, in its order, with the times at which it came. Raises `Failure`.

    What has no time of its own came together with the one before.
    """
    entries: list[Entry] = []
    untimed = False
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
        raise Failure(why_unread(name, error)) from error
    if not entries:
        told = "holds notifications, but not when they came" if untimed else "holds nothing"
        raise Failure(
            f"{visible(name)} {told}, so it cannot be played. What callmon export writes can; callmon import takes "
            "notifications without times."
        )
    return entries
