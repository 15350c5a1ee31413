"""The audit trail: who hung up what, chained so that a change to any entry shows.

Each entry of the trail is sealed when it is written: its seal is a digest over the seal before it and everything that
it says. An entry that is changed, taken out, put in or moved breaks the chain at that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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


class Link(NamedTuple):
    """One entry of the trail as it stands in a journal."""

    kind: str
    at: datetime
    origin: str
    bot: str
    body: bytes
    seal: str
    """Empty for an entry from before entries were sealed."""

    def fits(self, previous: str) -> bool:
        """Whether its seal is the one that follows from the seal before it."""
        return self.seal == seal(previous, self.kind, self.at, origin=self.origin, bot=self.bot, body=self.body)


class Tampering(StrEnum):
    """What must have been done to a trail, as far as the chain tells."""

    CHANGED = "changed"
    """The entry, or what stands before it: the chain cannot tell a changed entry from one taken out before it."""
    PUT_IN = "put-in"
    """The entry: without it, the next one fits."""
    UNSEALED = "unsealed"
    """The entry has no seal, but stands after entries that have one."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    number: int
    """Of the entry in the trail, from 1, those without a seal counted too."""
    link: Link
    what: Tampering


@dataclass(frozen=True, slots=True)
class Kept:
    """What a journal keeps of its trail beside it, written together with each entry."""

    unsealed: int
    """How many entries without a seal it had when seals came in; none was added since."""
    sealed: int | None
    """How many sealed entries were ever written; None if the journal is from before they were counted."""
    head: str
    """The seal of the last of them; empty if there is none."""


class Lack(StrEnum):
    """How a trail whose chain holds differs from what its journal keeps of it."""

    UNSEALED = "unsealed"
    """It has more or fewer entries without a seal."""
    CUT = "cut-off"
    """The last sealed entry, or more of them, is gone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What walking the chain found."""

    sealed: int
    """Entries that fit, from the first sealed one on."""
    unsealed: int
    """Entries before these, from a time without seals: nothing can be said of them."""
    last: str
    """The seal of the last entry that fits; empty if there is none. Whoever notes it down can find a cut later."""
    broken: Break | None = None
    noted: int | None = None
    """The number of the entry that has the expected seal; None if none was expected or none has it."""
    lack: Lack | None = None
    """How the trail differs from what its journal keeps of it; looked for where the chain holds."""


def verify(links: Sequence[Link], expected: str = "", kept: Kept | None = None) -> Verdict:
    """Walk the chain from its beginning to its end or first break. `expected` is a seal that was noted earlier.

    `kept` is what the journal kept at a moment before the links were read; entries may have come since.

    Seals are digests without a key: who can write the journal can also seal a false trail anew from some entry on, and
    rewrite what the journal keeps. Such a trail no longer has the seals that were noted down before.
    """
    unsealed = next((place for place, link in enumerate(links) if link.seal), len(links))
    last, noted = "", None
    for place in range(unsealed, len(links)):
        link = links[place]
        if not link.fits(last):
            broken = Break(place + 1, link, _tampering(links, place, last))
            return Verdict(place - unsealed, unsealed, last, broken, noted)
        last = link.seal
        if last == expected:
            noted = place + 1
    return Verdict(len(links) - unsealed, unsealed, last, noted=noted, lack=_lack(links, unsealed, kept))


def _lack(links: Sequence[Link], unsealed: int, kept: Kept | None) -> Lack | None:
    if kept is None:
        return None
    seals = [link.seal for link in links[unsealed:]]
    if kept.sealed is None:
        cut = bool(kept.head) and kept.head not in seals
    else:
        cut = ["", *seals][kept.sealed : kept.sealed + 1] != [kept.head]
    if cut and unsealed <= kept.unsealed:
        return Lack.CUT
    return Lack.UNSEALED if unsealed != kept.unsealed else None


def _tampering(links: Sequence[Link], place: int, last: str) -> Tampering:
    if not links[place].seal:
        return Tampering.UNSEALED
    if place + 1 < len(links) and links[place + 1].fits(last):
        return Tampering.PUT_IN
    return Tampering.CHANGED
