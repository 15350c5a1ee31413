"""A report whose time is before what its call already tells.

Clocks are set back, those of collectors differ, and recordings are brought in in any order. What it tells is taken all
the same, with its time; only the times that durations are made of never go back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callmon.core.advance import advance, with_steps
from callmon.core.calls import Call, Step, StepKind
from callmon.core.durations import CLOCKS_DIFFER
from callmon.core.listening import Gap
from callmon.core.reports import Report
from callmon.core.states import Anomaly
from callmon.core.text import dated

_LATE = frozenset({Anomaly.OUT_OF_ORDER, Anomaly.AFTER_END})


def advance_back(call: Call, report: Report, at: datetime, latest: datetime, gaps: Sequence[Gap] = ()) -> Call:
    """The call after a report of an earlier time than the latest that the call tells."""
    after = advance(call, report, latest, gaps)
    count = after.steps_dropped + len(after.timeline) - call.steps_dropped - len(call.timeline)
    if not count:
        return after
    known, fresh = after.timeline[:-count], after.timeline[-count:]
    fresh = tuple([step if _is_move(step) else step._replace(at=at) for step in fresh])
    is_late = call.ended or any(step.anomaly in _LATE for step in fresh)
    if is_late or call.last_heard - at <= CLOCKS_DIFFER:  # what is late has an earlier time: no clock is wrong
        return with_steps(after, (), story=(*known, *fresh))
    fresh = tuple([_marked(step) if _is_move(step) else step for step in fresh])
    after = with_steps(after, (), story=(*known, *fresh))
    if Anomaly.TIME_WENT_BACK in after.anomalies:
        return after
    if any(step.anomaly is Anomaly.TIME_WENT_BACK for step in fresh):
        return after._replace(anomalies=(*after.anomalies, Anomaly.TIME_WENT_BACK))
    told = Step(latest, StepKind.OTHER, f"the clock said {dated(at, latest)}", anomaly=Anomaly.TIME_WENT_BACK)
    return with_steps(after, [told])


def _is_move(step: Step) -> bool:
    return step.kind is StepKind.STATE and step.anomaly not in _LATE


def _marked(step: Step) -> Step:
    return step if step.anomaly is Anomaly.UNKNOWN_STATE else step._replace(anomaly=Anomaly.TIME_WENT_BACK)
