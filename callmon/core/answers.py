"""How a request about a call ends, as far as it matters to whoever made it.

Source of the facts: Microsoft Graph "Delete call", "Get call" and "Error responses" pages.
"""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """How a request about a call ended."""

    ACCEPTED = "accepted"
    """204: Graph will end the call (or the bot's leg of it). Not yet the end."""
    FOUND = "found"
    """200 to a GET: the call exists."""
    GONE = "gone"
    """404: Graph knows no such call (any more)."""
    NOT_SIGNED_IN = "not-signed-in"
    """No token could be had, or Graph answered 401."""
    NOT_ALLOWED = "not-allowed"
    """403: this application may not touch this call."""
    CONFLICT = "conflict"
    """409: the call is in no state for this."""
    THROTTLED = "throttled"
    """429: too many requests."""
    UNAVAILABLE = "unavailable"
    """5xx: the service failed."""
    UNREACHABLE = "unreachable"
    """No answer: name, connection, TLS or time-out."""
    REFUSED_HERE = "refused-here"
    """callmon did not send anything (malformed id, read-only, the call ended meanwhile)."""
    UNEXPECTED = "unexpected"
    """An answer that none of the above describes."""
