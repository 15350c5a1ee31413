"""Peer or group: what is evidence for either. No property of a call says it."""

from __future__ import annotations

from typing import Any

from callmon.core.calls import Call, Facts, Kind
from callmon.core.reports import CHECKED, Report
from callmon.core.states import CallState

_ESCALATED = "it was taken for a call between two, but names a chat or a meeting now"
"""A call between two can become a meeting and keep its id, by notifications as bots received them."""


def sort_out(call: Call, facts: Facts, report: Report, changes: dict[str, Any]) -> None:
    """Peer or group, by the strongest evidence there is. Evidence for a group is never taken back."""
    if call.kind is Kind.GROUP:
        return
    if "facts" in changes and (because := _group_evidence(facts) or _invitation(report)):
        changes |= {"kind": Kind.GROUP, "kind_because": because}
    elif call.kind is Kind.UNKNOWN and (because := _peer_evidence(facts, report)):
        changes |= {"kind": Kind.PEER, "kind_because": because}
    elif call.kind is Kind.PEER and (facts.thread_id or facts.meeting):
        changes |= {"kind": Kind.UNKNOWN, "kind_because": _ESCALATED}


def _group_evidence(facts: Facts) -> str:
    thread = facts.thread_id or ""
    if thread.startswith("19:meeting_") or thread.endswith("@thread.tacv2"):
        return "its chat is that of a meeting or a channel"
    if facts.meeting and facts.meeting != "token":
        return "it names a meeting"
    if facts.targets and len(facts.targets) > 1:
        return "it was placed to more than one"
    return ""


def _invitation(report: Report) -> str:
    """An invitation to a group call carries chatInfo and meetingInfo (Graph, "Answer").

    A recording bot's leg is neither: what it records may be both, and comes with a token, too.
    """
    facts = report.facts
    invited = report.change == "created" and report.state == CallState.INCOMING and not facts.recording
    return "it came in with a chat and a meeting" if invited and facts.thread_id and facts.meeting else ""


def _peer_evidence(facts: Facts, report: Report) -> str:
    """One without both is a peer call, unless it is a recording bot's leg."""
    one_target = facts.targets is not None and len(facts.targets) == 1
    bare = facts.thread_id is None and facts.meeting is None and not facts.recording
    if bare and one_target and facts.source and report.state == CallState.INCOMING:
        return "it came in for one target, without a chat or a meeting"
    if bare and one_target and report.change == CHECKED:
        return "Graph shows one target, no chat and no meeting"
    return ""
