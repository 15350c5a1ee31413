"""An HTTP answer of Graph, read: the error in its body, and what Microsoft support asks for.

Source: Microsoft Graph "Error responses" and "Throttling guidance". An answer may also come from something between
callmon and Graph, so every part may be missing or of another form.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypedDict

_MAX_TEXT = 2_000
"""Characters kept of a message."""
_MAX_WORD = 200
"""Characters kept of a code, an id or a date."""
_MAX_DIAGNOSTIC = 500
"""Characters kept of ``x-ms-ags-diagnostic``; it takes some 150."""
_MAX_WAIT_S = 86_400.0
"""The longest wait that is believed; nobody waits for a day, and no clock takes every number."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, as far as callmon keeps it. Holds no secret of ours."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Possibly cut short: see `whole`."""
    sent_id: str
    """The ``client-request-id`` of the request."""
    whole: bool = True
    """False if the body was too long or broke off."""


class Particulars(TypedDict):
    """The fields of an outcome that say what came back, whatever it means."""

    retry_after_s: float | None
    status: int
    code: str | None
    message: str | None
    request_id: str | None
    client_request_id: str
    date: str | None
    scenario_id: str | None
    diagnostic: str | None


@dataclass(frozen=True, slots=True)
class GraphError:
    """``error`` of a body in Graph's shape; everything may be missing from it."""

    code: str | None
    message: str | None
    request_id: str | None
    date: str | None


def particulars(reply: Reply, error: GraphError | None, now: datetime) -> Particulars:
    """What came back, field by field. `now` (aware) is used if ``Retry-After`` is a date."""
    date = reply.headers.get("date")
    return Particulars(
        retry_after_s=retry_after(reply.headers.get("retry-after"), date, now),
        status=reply.status,
        code=error.code if error else None,
        message=error.message if error else None,
        request_id=word(reply.headers.get("request-id")) or (error.request_id if error else None),
        client_request_id=reply.sent_id,
        date=word(date) or (error.date if error else None),
        scenario_id=word(reply.headers.get("scenario-id")),
        diagnostic=reply.headers.get("x-ms-ags-diagnostic", "")[:_MAX_DIAGNOSTIC] or None,
    )


def retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for; None if there is none or it says nothing usable.

    RFC 9110 has whole seconds and an HTTP date; Graph also sends fractions. A date counts from the answer's own
    ``Date``, so that a wrong clock here does no harm, and from `now` (aware) without one.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        seconds = float(text)
        return min(seconds, _MAX_WAIT_S) if math.isfinite(seconds) else None
    until = _http_date(text)
    if until is None:
        return None
    return min(max(0.0, (until - (_http_date(date or "") or now)).total_seconds()), _MAX_WAIT_S)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def graph_error(body: bytes) -> GraphError | None:
    """The error in a body of Graph's shape; None for every other body."""
    error = (json_object(body) or {}).get("error")
    if not isinstance(error, dict):
        return None
    inner = error.get("innerError", error.get("innererror"))
    inner = inner if isinstance(inner, dict) else {}
    return GraphError(
        code=word(error.get("code")),
        message=_message(error.get("message")),
        request_id=word(inner.get("request-id")) or word(inner.get("requestId")),
        date=word(inner.get("date")),
    )


def _message(value: object) -> str | None:
    """A message, taken out of the JSON object that ``UnknownError`` wraps it in."""
    if not isinstance(value, str):
        return None
    wrapped = (json_object(value.encode("utf-8", "replace")) or {}).get("message")
    return (wrapped if isinstance(wrapped, str) and wrapped else value)[:_MAX_TEXT] or None


def word(value: object) -> str | None:
    """A code, an id or a date as text of bounded length; None for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value[:_MAX_WORD] or None if isinstance(value, str) else None


def json_object(body: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None for anything else."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
