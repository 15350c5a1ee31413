"""The bookmarks that entries carry, and what is said when one of them does not follow."""

from __future__ import annotations

from collections.abc import Iterable

from callmon.ports import Bookmark, BookmarkMoved, Entry


def latest(entries: Iterable[Entry]) -> list[Bookmark]:
    """One bookmark for each name that these entries carry: the last value, after what the first of them follows."""
    found: dict[str, Bookmark] = {}
    for entry in entries:
        if (mark := entry.bookmark) is not None:
            first = found.get(mark.name, mark)
            found[mark.name] = Bookmark(mark.name, mark.value, first.after)
    return list(found.values())


def moved() -> BookmarkMoved:
    """What is to be said of entries that were refused for their bookmark."""
    return BookmarkMoved(
        "Another callmon has taken this source further into the journal, so these entries were not written: they may "
        "be there already. It is read on from where the journal has it."
    )
