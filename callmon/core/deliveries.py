"""Which deliveries were seen lately, as a value: so that one that is sent again is known for what it is.

A notification has no id in its body. Over HTTP its delivery has one in a header, ``X-Microsoft-Skype-Message-ID``; what
is sent again under an id of its own has been seen with the first one in ``X-Microsoft-Skype-Original-Message-ID``
(MicrosoftDocs/msteams-docs issue 9170).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from rpds import HashTrieMap

MESSAGE_ID = "x-microsoft-skype-message-id"
ORIGINAL_ID = "x-microsoft-skype-original-message-id"

_Digests: TypeAlias = "HashTrieMap[str, bytes]"


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The ids of the latest deliveries, each with a digest of its body.

    Two generations: when the newer one is full the older one is let go, so that no oldest id must be searched for.
    """

    newer: _Digests = field(default_factory=HashTrieMap)
    older: _Digests = field(default_factory=HashTrieMap)
