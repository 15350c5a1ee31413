"""What calls can be grouped by, and what stands above a group."""

from __future__ import annotations

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


_NOT_SAID = {GroupBy.CHAIN: "no chain id", GroupBy.TENANT: "no tenant id", GroupBy.BOT: "no bot named"}


def group_of(call: Call, by: GroupBy) -> str:
    """What the call shares with those of its group, as the feed spells it; empty if that was not said."""
    if by is GroupBy.BOT:
        return call.bot
    known = call.facts.chain_id if by is GroupBy.CHAIN else call.facts.tenant_id if by is GroupBy.TENANT else None
    return known or ""


def group_title(group: str, by: GroupBy) -> str:
    """What stands above the group; harmless to a terminal."""
    return f"{by} {visible(group)}" if group else _NOT_SAID.get(by, "")
