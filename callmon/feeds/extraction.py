"""A line of a log → the notification in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callmon.core.moments import bounded

_MILLISECONDS_FROM = 100_000_000_000
"""A number from here on counts milliseconds since 1970: as seconds it would be in the year 5138."""


class Taken(NamedTuple):
    """What a line carries."""

    body: bytes
    at: datetime | None = None
    """When it was written, if the line says so: aware, UTC."""


Extract = Callable[[bytes], Taken | None]
"""Takes the notification out of a line; None if the line carries none. Never raises."""


def extractor(field: str = "", time_field: str = "") -> Extract:
    """What takes the body from a field of JSON lines (a dotted path), and the time from another; "" is for none.

    Without a field for the body, the line itself is the body.
    """
    if not field and not time_field:
        return Taken

    def extract(line: bytes) -> Taken | None:
        try:
            value = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except (ValueError, RecursionError):
            return None if field else Taken(line)
        at = moment(_at(value, time_field)) if time_field else None
        if not field:
            return Taken(line, at)
        body = _bytes_of(_at(value, field))
        return None if body is None else Taken(body, at)

    return extract


def moment(value: object) -> datetime | None:
    """A time as logs write it: ISO 8601 (without a zone it is UTC), or seconds or milliseconds since 1970.

    None also for one that cannot be meant, such as ``DateTime.MaxValue`` of .NET: it stands for no time.
    """
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return bounded(at if at.tzinfo else at.replace(tzinfo=UTC))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return bounded(datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _at(value: Any, path: str) -> Any:
    """What stands at a dotted path; a key that holds dots itself is found as well. None if there is nothing."""
    if not isinstance(value, dict):
        return None
    if path in value:
        return value[path]
    first, dot, rest = path.partition(".")
    return _at(value.get(first), rest) if dot else None


def _bytes_of(value: object) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, (dict, list)):
        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:  # half a surrogate pair, which only an escape can say
            return json.dumps(value, separators=(",", ":")).encode()
        except RecursionError:
            return None
    return None
