"""The life of a call as a ladder of steps: the time between them and in each state, what was odd, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callmon.core.calls import Call, Step, StepKind
from callmon.core.describe import ANOMALY_WORDS
from callmon.core.listening import Gap
from callmon.core.states import Anomaly, CallState
from callmon.core.text import dated, visible


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a call's timeline."""

    at: datetime
    gap: timedelta | None
    """Time since the line before; None for the first."""
    stay: timedelta | None
    """For a state that is over: how long the call was in it."""
    kind: StepKind
    text: str
    remark: str
    """What is odd about it, or what its result means; may be empty."""
    odd: bool


def timeline(call: Call, lang: str = "en", gaps: Sequence[Gap] = ()) -> tuple[TimelineLine, ...]:
    """Every step that is kept, oldest first, and between them the times in which nothing could be heard."""
    steps = call.timeline
    moves = [step for step in steps if _moved(step)]
    ends = dict(zip((id(step) for step in moves), [step.at for step in moves[1:]], strict=False))
    lines = [_gap_line(gap) for gap in gaps if _concerns(gap, call)]
    for step in steps:
        until = ends.get(id(step), call.ended_at) if _moved(step) and step.state != CallState.TERMINATED else None
        stay = None if until is None else until - step.at
        odd = step.anomaly is not None
        lines.append(TimelineLine(step.at, None, stay, step.kind, visible(step.text), _remark(step, lang), odd))
    lines.sort(key=lambda line: line.at)
    return tuple(
        line if before is None else replace(line, gap=line.at - before.at)
        for before, line in zip([None, *lines], lines, strict=False)
    )


def _concerns(gap: Gap, call: Call) -> bool:
    """Whether the gap falls into the life of the call."""
    if not gap.concerns((call.bot, *call.rivals)):
        return False
    begins_in_time = call.ended_at is None or gap.since < call.ended_at
    return begins_in_time and (gap.until is None or gap.until > call.first_seen)


def _gap_line(gap: Gap) -> TimelineLine:
    until = f"until {dated(gap.until, gap.since)}" if gap.until else "since then"
    remark = "what Graph sent meanwhile may be missing"
    return TimelineLine(
        gap.since, None, None, StepKind.OTHER, f"{visible(gap.feed) or 'callmon'} {gap.verb} {until}", remark, odd=True
    )


def _moved(step: Step) -> bool:
    return step.kind is StepKind.STATE and step.anomaly not in {Anomaly.OUT_OF_ORDER, Anomaly.AFTER_END}


def _remark(step: Step, lang: str) -> str:
    words = [ANOMALY_WORDS[step.anomaly]] if step.anomaly else []
    if step.times > 1:
        words.append(f"reported {step.times} times")
    if step.result is not None and step.kind is not StepKind.STATE:
        from callmon.core import reasons  # noqa: PLC0415  # see `callmon.core.describe`

        told = reasons.explain(step.result.code, step.result.subcode, step.result.message, ended=False, lang=lang)
        words.append(f"{told.title} ({step.result})" if str(step.result) else told.title)
    return visible("; ".join(words))
