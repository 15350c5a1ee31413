"""What calls can be grouped by, and what stands above a group."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from callmon.core.calls import Call
from callmon.core.text import visible


class GroupBy(StrEnum):
    """What the calls of a group share."""

    NONE = "none"
    CHAIN = "chain"
    """``callChainId``: the legs of one conversation, as in a transfer."""
    TENANT = "tenant"
    BOT = "bot"


ALONE = ""
"""The name of the group of those that share nothing with any other call."""

_ALONE = {
    GroupBy.CHAIN: "not linked with another call here",
    GroupBy.TENANT: "no tenant id",
    GroupBy.BOT: "no bot named",
}


def group_of(call: Call, by: GroupBy) -> str:
    """What the call shares with those of its group, as the feed spells it; empty if that was not said."""
    if by is GroupBy.BOT:
        return call.bot
    known = call.facts.chain_id if by is GroupBy.CHAIN else call.facts.tenant_id if by is GroupBy.TENANT else None
    return known or ""


def least_in(by: GroupBy) -> int:
    """How many calls make a group: a chain of one leg links nothing, but a tenant with one call is a tenant."""
    return 2 if by is GroupBy.CHAIN else 1


class Members:
    """Which calls share what, and whether they are enough to be a group."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._shares: dict[str, str] = {}
        self._ids: dict[str, set[str]] = {}

    def put(self, call_id: str, shared: str | None) -> Collection[str]:
        """A call shares this now; None if it is gone. Returns the other calls whose group may be another one now."""
        before = self._shares.pop(call_id, None)
        if before is not None:
            self._ids[before].discard(call_id)
        if shared is not None:
            self._shares[call_id] = shared
            self._ids.setdefault(shared, set()).add(call_id)
        if before == shared:
            return ()
        near = [self._ids.get(one, set()) for one in (before, shared) if one]
        if before is not None and not self._ids[before]:
            del self._ids[before]
        return {other for ids in near if len(ids) <= self._least for other in ids if other != call_id}

    def group(self, call_id: str) -> str:
        """The name of the call's group, or `ALONE`."""
        shared = self._shares.get(call_id, ALONE)
        return shared if len(self._ids.get(shared, ())) >= self._least else ALONE


def group_title(group: str, by: GroupBy) -> str:
    """What stands above the group; harmless to a terminal."""
    return f"{by} {visible(group)}" if group else _ALONE.get(by, "")
