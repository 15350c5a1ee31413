"""Takes deliveries in, one after the other, and knows those that came before."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from rpds import HashTrieMap

from callmon.core.deliveries import MESSAGE_ID, ORIGINAL_ID, Deliveries

_REMEMBERED = 5_000
"""At least so many of the latest ids are known; at 50 notifications a second, those of the last 100 seconds."""
_DIGEST_BYTES = 8


class Gathering:
    """Takes deliveries one after the other; it is made of what was seen before, and `seen` is what was seen after.

    It gathers in a dict, for to make a value anew for each delivery would cost more than to read it.
    """

    def __init__(self, before: Deliveries) -> None:
        self._newer, self._older = before.newer, before.older
        self._fresh: dict[str, bytes] = {}
        self._count = len(before.newer)

    def repeats(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the same body came before under the same id, or under the one that this delivery repeats.

        From now on it is known by its own id, too.
        """
        if not headers:
            return False
        name, original = headers.get(MESSAGE_ID), headers.get(ORIGINAL_ID)
        if not (name or original):
            return False
        digest = _digest(body)
        named = name and self._digest_of(name) == digest
        repeated = named or (original and self._digest_of(original) == digest)
        if name and not (named and self._is_recent(name)):
            self._remember(name, digest)
        return bool(repeated)

    @property
    def seen(self) -> Deliveries:
        """Everything up to here."""
        self._hand_over()
        return Deliveries(self._newer, self._older)

    def _digest_of(self, name: str) -> bytes | None:
        return self._fresh.get(name) or self._newer.get(name) or self._older.get(name)

    def _is_recent(self, name: str) -> bool:
        return name in self._fresh or name in self._newer

    def _remember(self, name: str, digest: bytes) -> None:
        self._count += not self._is_recent(name)
        self._fresh[name] = digest
        if self._count >= _REMEMBERED:
            self._hand_over()
            self._newer, self._older, self._count = HashTrieMap(), self._newer, 0

    def _hand_over(self) -> None:
        if self._fresh:
            self._newer, self._fresh = self._newer.update(self._fresh), {}


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES).digest()
