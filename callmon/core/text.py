"""Facts as words: text from outside made harmless, ids, durations, ages and times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_GUID = re.compile(r"[0-9a-f]{32}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_BOT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def visible(text: str) -> str:
    r"""The text on one line, with everything that a terminal might obey written out: ``\x1b``, ``\u202e``, ``\n``.

    Control characters, bidirectional and other invisible format marks, lone surrogates and unassigned code points
    are escaped as Python would write them; other spaces than the plain one become plain.
    """
    if text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace() and char not in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    return char.encode("unicode_escape").decode("ascii")


def is_id(text: str) -> bool:
    """Whether the text has the form of a call id, so that it may become a part of a URL.

    Graph's ids are GUIDs; other short names of letters, digits, ``-``, ``_``, ``~`` and dots inside are let through.
    """
    return _ID.fullmatch(text) is not None


def is_bot_name(text: str) -> bool:
    """Whether the text can be a bot's name: it stands in addresses, settings and files."""
    return _BOT_NAME.fullmatch(text) is not None


def same_id(text: str) -> str:
    """The id in the one form that may be compared: Graph writes one GUID with or without dashes, in either case."""
    bare = text.replace("-", "").lower()
    return bare if _GUID.fullmatch(bare) else text.lower()


def short_id(text: str) -> str:
    """Enough of an id to tell calls apart: the first two groups. The first alone is shared by many calls."""
    bare = text.replace("-", "")
    if _GUID.fullmatch(bare.lower()):
        return f"{bare[:8]}-{bare[8:12]}"
    return text if len(text) <= 13 else f"{text[:12]}…"  # noqa: PLR2004  # as wide as the two groups


def duration(span: timedelta) -> str:
    """A running time with seconds: ``0:42``, ``12:05``, ``3:12:05``, ``2d 03:12``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _HOUR:
        return f"{seconds // 60}:{seconds % 60:02}"
    if seconds < _DAY:
        return f"{seconds // _HOUR}:{seconds % _HOUR // 60:02}:{seconds % 60:02}"
    return f"{seconds // _DAY}d {seconds % _DAY // _HOUR:02}:{seconds % _HOUR // 60:02}"


def age(span: timedelta) -> str:
    """A span in one unit, at most four characters: ``4s``, ``12m``, ``3h``, ``9d``."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def since(span: timedelta) -> str:
    """How long something has lasted, in at most seven characters: seconds in the first minute, minutes later."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // 60}m"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h {seconds % _HOUR // 60:02}m"
    return f"{seconds // _DAY}d {seconds % _DAY // _HOUR:02}h"


def counted(count: int, what: str) -> str:
    """``1 call``, ``1,204 calls``; `what` is the singular of a word that takes an s."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def iso(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and a Z (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(at: datetime) -> str:
    """The time of day in UTC."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


def dated(at: datetime, beside: datetime | None = None) -> str:
    """Date and time of day in UTC; the time alone if it stands beside a moment of the same day."""
    if beside is not None and at.astimezone(UTC).date() == beside.astimezone(UTC).date():
        return clock(at)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
