"""One call and one report about it → the call after it. The rules of a call's life are here and nowhere else.

Ended is final. A report that tells nothing new moves `last_heard` and leaves the rest; what is odd is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from sys import intern
from typing import Any

from callmon.core.calls import NO_FACTS, Call, Facts, Kind, Participant, ResultInfo, Step, StepKind, changed, merge
from callmon.core.custom import merged
from callmon.core.doubt import unheard_in
from callmon.core.listening import Gap
from callmon.core.reports import CHECKED, Report, Resource
from callmon.core.states import ANSWERED, Anomaly, CallState, goes_back, judge
from callmon.core.steps import PackedSteps, pack

STEPS_KEPT = 200
"""So many of the latest steps stay with a call; a roster that changes for hours must not fill the memory."""

_CHANGES = frozenset({StepKind.STATE, StepKind.MEDIA})
"""Steps that are made of what is not as it was, so that a redelivery makes none."""
_NAMED = frozenset({StepKind.OPERATION, StepKind.TONE, StepKind.END})
"""Steps of things that have a name or a number of their own: of two alike, one is a redelivery."""

_MANY = 3
"""A roster of so many people is a group call (Graph: "three or more participants")."""


def advance(call: Call, report: Report, at: datetime, gaps: Sequence[Gap] = ()) -> Call:
    """The call after a report that was received at a time. The same object if an ended call learns nothing.

    In the `gaps` something may have been missed.
    """
    ended = call.ended
    changes: dict[str, Any] = {} if ended else {"last_heard": at}
    steps: list[Step] = []
    if report.resource is Resource.CALL:
        (_after_end if ended else _move)(call, report, at, changes, steps)
        if "established_at" in changes and (report.change == CHECKED or unheard_in(call, gaps)):
            steps = [_late_answer(step) for step in steps]
        _learn(call, report, at, changes, steps)
    elif report.roster is not None:
        _seat(call, report.roster, at, changes, steps)
    else:
        steps.append(_aside(report, at))
    _mark(report, at, steps)
    fresh = _news(call, report, steps) if steps else steps
    if (
        not fresh
        and report.resource is Resource.CALL
        and report.state == call.state
        and changes.keys() == {"last_heard"}
    ):
        changes["story"] = _again(call.timeline)
    if ended and (changes or fresh):
        changes["last_heard"] = at
    return _after(call, fresh, changes) if changes or fresh else call


def _news(call: Call, report: Report, steps: Sequence[Step]) -> list[Step]:
    """The steps that are no redelivery of one that is known."""
    known = call.timeline
    fresh: list[Step] = []
    for step in steps:
        if (report.tone_is_new and step.kind is StepKind.TONE) or not _told(known, fresh, step):
            fresh.append(step)
    return fresh


def _late_answer(step: Step) -> Step:
    """The move by which an answer was learnt that came earlier: what was skipped on the way came earlier, too."""
    late = step.kind is StepKind.STATE and step.anomaly in {None, Anomaly.STEP_SKIPPED}
    return step._replace(anomaly=Anomaly.ANSWER_MISSED) if late else step


def _again(timeline: tuple[Step, ...]) -> tuple[Step, ...]:
    """The state the call is in was reported once more, with nothing new: a repeat is counted, not told as a step."""
    for place in range(len(timeline) - 1, -1, -1):
        step = timeline[place]
        if step.kind is StepKind.STATE and step.anomaly is not Anomaly.OUT_OF_ORDER:
            return (*timeline[:place], step._replace(times=step.times + 1), *timeline[place + 1 :])
    return timeline


def with_steps(call: Call, steps: Sequence[Step], **changes: Any) -> Call:
    """The call with more steps in its timeline, their anomalies noted, and other fields changed."""
    return _after(call, steps, changes)


def _after(call: Call, steps: Sequence[Step], changes: dict[str, Any]) -> Call:
    if steps:
        timeline = (*call.timeline, *steps)
        dropped = max(0, len(timeline) - STEPS_KEPT)
        changes["story"] = timeline[dropped:]
        if dropped:
            changes["steps_dropped"] = call.steps_dropped + dropped
        for step in steps:
            if step.anomaly and step.anomaly not in (known := changes.get("anomalies", call.anomalies)):
                changes["anomalies"] = (*known, step.anomaly)
    if changes.get("ended_at", call.ended_at) is not None:
        told = changes.get("story", call.story)
        changes["story"] = told if isinstance(told, PackedSteps) else pack(told)
    return changed(call, changes)


def _shared(text: str) -> str:
    """The one copy of a text that stands in the steps of thousands of calls."""
    return intern(str(text))


def _move(call: Call, report: Report, at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    ends = report.ends
    state = CallState.TERMINATED if ends else report.state
    if state in ANSWERED:
        changes["answered"] = True
        if call.established_at is None:
            changes["established_at"] = at
    if state is not None and state != call.state and not _shows_earlier(report, call.state, state):
        odd = judge(call.state, state)
        name = _shared(state)
        steps.append(Step(at, StepKind.STATE, name, name, report.change, report.result, odd))
        if odd is not Anomaly.OUT_OF_ORDER:
            changes["state"] = state
    if ends:
        changes |= {"ended_at": at, "end": report.result}
    elif report.result is not None:
        transfer = call.state in {CallState.TRANSFERRING, CallState.TRANSFER_ACCEPTED}
        text = "transfer failed, the call goes on" if transfer else "a result was reported, the call goes on"
        steps.append(Step(at, StepKind.TRANSFER, text, result=report.result, change=report.change))


def _shows_earlier(report: Report, before: str | None, state: str) -> bool:
    """A check is asked for and cannot be late: that it showed an earlier state stands in the step of the check."""
    return report.change == CHECKED and goes_back(before, state)


def _after_end(call: Call, report: Report, at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    """Nothing reopens a call; but a reason that comes late is still the reason, and a late answer was an answer."""
    if report.ends:
        if report.result is not None:
            _late_reason(call, report, at, changes, steps)
        if call.gone:
            changes["gone"] = False
            state = _shared(CallState.TERMINATED)
            steps.append(Step(at, StepKind.STATE, state, state, report.change, report.result))
    elif report.state not in {None, CallState.TERMINATING} and report.change != CHECKED:
        state = _shared(report.state or "")
        if report.state in ANSWERED and not call.answered:
            changes["answered"] = True
        steps.append(Step(at, StepKind.STATE, state, state, report.change, anomaly=Anomaly.AFTER_END))


def _late_reason(call: Call, report: Report, at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    """The first reason that is given holds, also where it comes late; another one is told beside it."""
    known, told = _gist(call.end), _gist(report.result)
    if not known and report.result != call.end:
        changes["end"] = report.result
    if told and told != known and not call.gone:
        text = "another reason came after the end; the first one holds" if known else "the reason came after the end"
        steps.append(Step(at, StepKind.END, text, change=report.change, result=report.result))


def _gist(reason: ResultInfo | None) -> str:
    """What tells one reason from another; empty if it says nothing."""
    return "" if reason is None else str(reason) or reason.message or ""


def _learn(call: Call, report: Report, at: datetime, changes: dict[str, Any], steps: list[Step]) -> None:
    if report.facts is not NO_FACTS:
        facts = merge(call.facts, report.facts)
        if facts is not call.facts:
            changes["facts"] = facts
            if facts.media != call.facts.media:
                steps.append(Step(at, StepKind.MEDIA, _shared(f"audio {facts.media}"), change=report.change))
    if report.custom and (custom := merged(call.custom, report.custom)) != call.custom:
        changes["custom"] = custom
    _sort_out(call, changes.get("facts", call.facts), report, changes)
    if report.tone:
        steps.append(Step(at, StepKind.TONE, report.tone, change=report.change))


def _sort_out(call: Call, facts: Facts, report: Report, changes: dict[str, Any]) -> None:
    """Peer or group, by the strongest evidence there is. Evidence for a group is never taken back."""
    if call.kind is Kind.GROUP:
        return
    if "facts" in changes and (because := _group_evidence(facts)):
        changes |= {"kind": Kind.GROUP, "kind_because": because}
    elif call.kind is Kind.UNKNOWN and (because := _peer_evidence(facts, report)):
        changes |= {"kind": Kind.PEER, "kind_because": because}


def _group_evidence(facts: Facts) -> str:
    thread = facts.thread_id or ""
    if thread.startswith("19:meeting_") or thread.endswith("@thread.tacv2"):
        return "its chat is that of a meeting or a channel"
    if facts.meeting and facts.meeting != "token":
        return "it names a meeting"
    if facts.targets and len(facts.targets) > 1:
        return "it was placed to more than one"
    return ""


def _peer_evidence(facts: Facts, report: Report) -> str:
    """An invitation to a group call carries chatInfo and meetingInfo (Graph, "Answer"); so one without is a peer call.

    A recording bot's leg is neither: what it records may be both.
    """
    one_target = facts.targets is not None and len(facts.targets) == 1
    bare = facts.thread_id is None and facts.meeting is None and not facts.recording
    if bare and one_target and facts.source and report.state == CallState.INCOMING:
        return "it came in for one target, without a chat or a meeting"
    if bare and one_target and report.change == CHECKED:
        return "Graph shows one target, no chat and no meeting"
    return ""


def _seat(
    call: Call, roster: tuple[Participant, ...], at: datetime, changes: dict[str, Any], steps: list[Step]
) -> None:
    if roster == call.roster:
        return
    changes["roster"] = roster
    steps.append(Step(at, StepKind.ROSTER, _roster_text(call.roster or (), roster), change="updated"))
    seen = [person for person in roster if not (person.identity and person.identity.hidden)]
    if len(seen) >= _MANY and call.kind is not Kind.GROUP:
        changes |= {"kind": Kind.GROUP, "kind_because": f"{len(seen)} participants were on it"}


def _roster_text(before: tuple[Participant, ...], after: tuple[Participant, ...]) -> str:
    """``3 on the call: Ana joined; Bo muted``."""
    old = {person.id or person.shown: person for person in before}
    new = {person.id or person.shown: person for person in after}
    news = [f"{person.shown} {_joined(person)}" for key, person in new.items() if key not in old]
    news += [f"{person.shown} left" for key, person in old.items() if key not in new]
    for key, person in new.items():
        was = old.get(key)
        if was is not None and was.muted != person.muted:
            news.append(f"{person.shown} {'muted' if person.muted else 'unmuted'}")
        if was is not None and was.in_lobby and not person.in_lobby:
            news.append(f"{person.shown} let in")
    head = f"{len(after)} on the call"
    return f"{head}: {'; '.join(news)}" if news else head


def _joined(person: Participant) -> str:
    return "waits in the lobby" if person.in_lobby else "joined"


def _aside(report: Report, at: datetime) -> Step:
    """A report about something below the call: it never ends the call, whatever its change type says."""
    if report.operation is not None:
        text = f"{report.operation.name} {report.operation.status}".strip()
        return Step(at, StepKind.OPERATION, text, report.path, report.change, report.result)
    if report.resource is Resource.SHARING:
        word = {"created": "started", "deleted": "ended"}.get(report.change, "changed")
        return Step(at, StepKind.SHARING, f"content sharing {word}", change=report.change)
    if report.resource is Resource.PARTICIPANTS:
        return Step(at, StepKind.ROSTER, "the roster changed; only the change was sent", change=report.change)
    return Step(at, StepKind.OTHER, f"{report.path} {report.change}".strip(), change=report.change)


def _mark(report: Report, at: datetime, steps: list[Step]) -> None:
    if report.other_id:
        text = f"the body names another call: {report.other_id}"
        steps.append(Step(at, StepKind.OTHER, text, change=report.change, anomaly=Anomaly.ID_MISMATCH))
    if report.left_out:
        text = f"not of Graph's form, left out: {', '.join(report.left_out)}"
        steps.append(Step(at, StepKind.OTHER, text, change=report.change, anomaly=Anomaly.MALFORMED))


def _told(timeline: Sequence[Step], fresh: Sequence[Step], step: Step) -> bool:
    """Whether the step is a redelivery: the body of a notification tells nothing that sets two sendings of one apart.

    A tone carries its sequence number and an operation its path, so two that look alike are one, and so are two alike
    oddities (for a tone without a number see `Report.tone_is_new`). Of everything else, only a repeat of the latest of
    its kind since the last move is taken for one.
    """
    if step.kind in _CHANGES and not step.anomaly:
        return False
    if step.kind in _NAMED or step.anomaly:
        return any(_alike(known, step) for known in chain(timeline, fresh))
    for known in chain(reversed(fresh), reversed(timeline)):
        if known.kind is StepKind.STATE:
            break
        if known.kind is step.kind and not known.anomaly:
            return _alike(known, step)
    return False


def _alike(one: Step, other: Step) -> bool:
    """Whether two steps say the same, whenever. How a result is put depends on the state that it met."""
    return (
        one.kind is other.kind
        and (one.text == other.text or one.kind is StepKind.TRANSFER)
        and (one.state, one.change, one.result, one.anomaly) == (other.state, other.change, other.result, other.anomaly)
    )
