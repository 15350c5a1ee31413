"""One call and one report about it → the call after it. The rules of a call's life are here and nowhere else.

Ended is final. A report that tells nothing new moves `last_heard` and leaves the rest; what is odd is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from sys import intern
from typing import Any

from callmon.core.answered import shows_answer
from callmon.core.calls import NO_FACTS, Call, ResultInfo, Step, StepKind, changed, merge
from callmon.core.custom import merged
from callmon.core.kinds import sort_out
from callmon.core.late import note, passed_at, time_of_answer, time_of_end
from callmon.core.listening import Gap
from callmon.core.reports import CHECKED, Report, Resource
from callmon.core.roster import attend
from callmon.core.states import ANSWERED, Anomaly, CallState, goes_back, has_stage, judge
from callmon.core.steps import PackedSteps, pack
from callmon.core.transfers import FAILED_TRANSFERS

STEPS_KEPT = 200
"""So many of the latest steps stay with a call; a roster that changes for hours must not fill the memory."""

_CHANGES = frozenset({StepKind.STATE, StepKind.MEDIA})
"""Steps that are made of what is not as it was, so that a redelivery makes none."""
_NAMED = frozenset({StepKind.OPERATION, StepKind.TONE, StepKind.END})
"""Steps of things that have a name or a number of their own: of two alike, one is a redelivery."""


def advance(call: Call, report: Report, at: datetime, gaps: Sequence[Gap] = ()) -> Call:
    """The call after a report that was received at a time. The same object if an ended call learns nothing.

    In the `gaps` something may have been missed.
    """
    ended = call.ended
    changes: dict[str, Any] = {} if ended else {"last_heard": at}
    steps: list[Step] = []
    if report.resource is Resource.CALL:
        (_after_end if ended else _move)(call, report, at, changes, steps)
        if "established_at" in changes:
            steps = time_of_answer(call, report, changes, steps, gaps)
        if "ended_at" in changes and (gaps or report.change == CHECKED):
            steps = time_of_end(call, report, changes, steps, gaps)
        _learn(call, report, at, changes, steps)
    elif report.roster is not None or report.resource is Resource.PARTICIPANTS:
        attend(call, report, at, changes, steps)
    else:
        steps.append(_aside(report, at))
    if not (call.answered or "answered" in changes) and shows_answer(report):
        note(call, Anomaly.ANSWER_MISSED, changes)
    _mark(report, at, steps)
    if not steps and not call.story:
        steps.append(Step(at, StepKind.OTHER, "reported without a state", change=report.change))
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
            if step.anomaly:
                note(call, step.anomaly, changes)
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
        if odd is Anomaly.UNKNOWN_STATE and call.state is None:
            note(call, Anomaly.BEGINNING_MISSED, changes)
        elif odd is None and not has_stage(call.state) and passed_at(call, state) is not None:
            odd = Anomaly.OUT_OF_ORDER
        name = _shared(state)
        steps.append(Step(at, StepKind.STATE, name, name, report.change, report.result, odd))
        if odd is not Anomaly.OUT_OF_ORDER:
            changes["state"] = state
    if ends:
        changes |= {"ended_at": at, "end": report.result}
    elif report.result is not None:
        steps.append(_result_alone(call, report.result, report, at, changes))


def _result_alone(call: Call, result: ResultInfo, report: Report, at: datetime, changes: dict[str, Any]) -> Step:
    """A result without an end: a transfer that failed, or whatever else it is the result of."""
    if changes.get("state", call.state) == CallState.TERMINATING:
        if report.state == CallState.TERMINATING:
            changes["while_ending"] = result
        text, state = "a result was reported while the call was ending", _shared(CallState.TERMINATING)
    else:
        failed = (result.code, result.subcode) in FAILED_TRANSFERS and changes.get("answered", call.answered)
        text, state = f"{'transfer failed' if failed else 'a result was reported'}, the call goes on", None
    return Step(at, StepKind.TRANSFER, _shared(text), state, report.change, result)


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
            steps.append(Step(at, StepKind.STATE, state, state, report.change, report.result, Anomaly.END_MISSED))
    elif report.state == CallState.TERMINATING:
        if report.result is not None:
            changes["while_ending"] = report.result
    elif report.state is not None and report.change != CHECKED:
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
    sort_out(call, changes.get("facts", call.facts), report, changes)
    if report.tone:
        steps.append(Step(at, StepKind.TONE, report.tone, change=report.change))


def _aside(report: Report, at: datetime) -> Step:
    """A report about something below the call: it never ends the call, whatever its change type says."""
    if report.operation is not None:
        text = f"{report.operation.name} {report.operation.status}".strip()
        return Step(at, StepKind.OPERATION, text, report.path, report.change, report.result)
    if report.resource is Resource.SHARING:
        word = {"created": "started", "deleted": "ended"}.get(report.change, "changed")
        session = report.path.partition("/")[2] or ", ".join(report.sessions)
        return Step(at, StepKind.SHARING, f"content sharing {word}", session or None, report.change)
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
