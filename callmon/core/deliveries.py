"""Which deliveries were seen lately, as a value: so that one that is sent again is known for what it is.

A notification has no id in its body. Over HTTP its delivery has one in a header, ``X-Microsoft-Skype-Message-ID``; what
is sent again under an id of its own has been seen with the first one in ``X-Microsoft-Skype-Original-Message-ID``
(MicrosoftDocs/msteams-docs issue 9170).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias

from rpds import HashTrieMap

MESSAGE_ID = "x-microsoft-skype-message-id"
_ORIGINAL_ID = "x-microsoft-skype-original-message-id"
_REMEMBERED = 5_000
"""At least so many of the latest ids are known; at 50 notifications a second, those of the last 100 seconds."""
_DIGEST_BYTES = 8

_Digests: TypeAlias = "HashTrieMap[str, bytes]"


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The ids of the latest deliveries, each with a digest of its body.

    Two generations: when the newer one is full the older one is let go, so that no oldest id must be searched for.
    """

    newer: _Digests = field(default_factory=HashTrieMap)
    older: _Digests = field(default_factory=HashTrieMap)


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
        name, original = headers.get(MESSAGE_ID), headers.get(_ORIGINAL_ID)
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
