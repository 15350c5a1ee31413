"""The audit trail: who hung up what, chained so that a change to any entry shows.

Each entry of the trail is sealed when it is written: its seal is a digest over the seal before it and everything that
it says. An entry that is changed, taken out, put in or moved breaks the chain at that place.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

SEALED = frozenset({"hangup-asked", "hangup-answered"})
"""The kinds of entries that make the trail."""


def seal(previous: str, kind: str, at: datetime, *, origin: str, bot: str, body: bytes) -> str:
    """The seal of an entry: SHA-256, in hexadecimal, over the seal before it (empty for the first) and its parts.

    Each part is preceded by its length, so that no two different entries give the same input.
    """
    digest = hashlib.sha256()
    for part in (previous, kind, at.isoformat(timespec="microseconds"), origin, bot):
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%s" % (len(raw), raw))
    digest.update(b"%d:%s" % (len(body), body))
    return digest.hexdigest()
