"""A file of recorded notifications as a recording that can be played."""

from __future__ import annotations

from callmon.cli.exits import Failure
from callmon.cli.interchange import imported
from callmon.cli.recording_file import opened
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
                entry = imported(piece)
                untimed = untimed or entry is None
                if entry is not None or entries:
                    entries.append(entry or Entry(EntryKind.NOTIFICATION, entries[-1].at, f"replay {name}", piece))
    except OSError as error:
        raise Failure(
            f"{visible(name)} cannot be read ({error.strerror or error}). Check the path and who may read it."
        ) from error
    if not entries:
        told = "holds notifications, but not when they came" if untimed else "holds nothing"
        raise Failure(
            f"{visible(name)} {told}, so it cannot be played. What callmon export writes can; callmon import takes "
            "notifications without times."
        )
    return entries
