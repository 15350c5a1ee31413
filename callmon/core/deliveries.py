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

    def knows(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the same body came before under the same id, or under the one that this delivery repeats."""
        if not headers:
            return False
        named = [headers[name] for name in (MESSAGE_ID, _ORIGINAL_ID) if headers.get(name)]
        known = [digest for name in named if (digest := self.newer.get(name) or self.older.get(name))]
        return bool(known) and _digest(body) in known

    def with_one_more(self, headers: Mapping[str, str], body: bytes) -> Deliveries:
        """With a delivery remembered; the same object if it has no id."""
        name = headers.get(MESSAGE_ID)
        if not name:
            return self
        newer = self.newer.insert(name, _digest(body))
        return Deliveries(newer, self.older) if len(newer) < _REMEMBERED else Deliveries(older=newer)


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES).digest()
