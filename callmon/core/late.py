"""What is learnt later than it happened, and how that is marked: what was not heard of in time has no exact time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from callmon.core.answered import answer_unheard
from callmon.core.calls import Call, Step, StepKind
from callmon.core.doubt import unheard_in
from callmon.core.listening import Gap
from callmon.core.reports import CHECKED, Report
from callmon.core.states import Anomaly, CallState, goes_back


def time_of_answer(
    call: Call, report: Report, changes: dict[str, Any], steps: list[Step], gaps: Sequence[Gap]
) -> list[Step]:
    """The steps by which an answer was learnt, marked if it came earlier: what was skipped on the way did, too."""
    odd = steps[0].anomaly if steps else None  # of the move itself
    if odd is Anomaly.OUT_OF_ORDER:
        changes["established_at"] = passed_at(call, CallState.ESTABLISHED) or changes["established_at"]
        note(call, Anomaly.ANSWER_MISSED, changes)
        return steps
    if report.change == CHECKED or (gaps and unheard_in(call, gaps)):
        return [_late_answer(step) for step in steps]
    if report.state != CallState.ESTABLISHED:
        if odd is Anomaly.STEP_SKIPPED:
            note(call, Anomaly.STEP_SKIPPED, changes)
        return [_late_answer(step) for step in steps]
    return steps


def _late_answer(step: Step) -> Step:
    late = step.kind is StepKind.STATE and step.anomaly in {None, Anomaly.STEP_SKIPPED}
    return step._replace(anomaly=Anomaly.ANSWER_MISSED) if late else step


def time_of_end(
    call: Call, report: Report, changes: dict[str, Any], steps: list[Step], gaps: Sequence[Gap]
) -> list[Step]:
    """The steps by which an end was learnt, marked if it came earlier, or if an answer before it may be missing."""
    if report.change == CHECKED:
        return [_late_end(step) for step in steps]
    if not (call.answered or "answered" in changes) and answer_unheard(call, changes["ended_at"], gaps):
        return [_late_answer(step) for step in steps]
    return steps


def _late_end(step: Step) -> Step:
    return step._replace(anomaly=Anomaly.END_MISSED) if step.kind is StepKind.STATE else step


def passed_at(call: Call, state: str) -> datetime | None:
    """When the call was first seen in a later stage than that of the state; None if it was in none."""
    states = (step for step in call.timeline if step.kind is StepKind.STATE)
    return next((step.at for step in states if goes_back(step.state, state)), None)


def note(call: Call, anomaly: Anomaly, changes: dict[str, Any]) -> None:
    """Mark the call with what is odd about it, or about one of its steps."""
    if anomaly not in (known := changes.get("anomalies", call.anomalies)):
        changes["anomalies"] = (*known, anomaly)
