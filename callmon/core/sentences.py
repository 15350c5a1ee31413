"""What has just happened to a call, one sentence a step: plain words for pipes and screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from callmon.core import describe
from callmon.core.calls import Call, Step, StepKind
from callmon.core.states import Anomaly, CallState
from callmon.core.text import clock, duration, short_id, visible
from callmon.core.timelines import timeline

_BETWEEN = "  "
_NO_MOVE = frozenset({Anomaly.OUT_OF_ORDER, Anomaly.AFTER_END})


def fresh_steps(before: Call | None, after: Call) -> tuple[Step, ...]:
    """The steps that a call has and had not before, oldest first; None if it was not known before.

    A step that was let go to bound memory counts as known. More new steps than a timeline keeps would be lost, so both
    must be no more than some reports apart.
    """
    known = 0 if before is None else before.steps_dropped + len(before.timeline)
    count = after.steps_dropped + len(after.timeline) - known
    return after.timeline[-count:] if count else ()


def ends(step: Step, before: Call | None, after: Call) -> bool:
    """Whether with this step, the last of a report or record, the call's end was told or settled."""
    if step.kind is StepKind.STATE:
        return step.state == CallState.TERMINATED and step.anomaly not in _NO_MOVE
    return after.gone and not (before is not None and before.ended) and step == after.timeline[-1]


def sentences(before: Call | None, after: Call, lang: str = "en") -> list[str]:
    """One line for each new step of a call: when (UTC), what, who, which call, and what is to be said about it.

    Harmless to a terminal; without colour, and with words in place of signs.
    """
    fresh = fresh_steps(before, after)
    if not fresh:
        return []
    first = len(after.timeline) - len(fresh)
    told = timeline(after, lang)[first:]
    lines = []
    for place, (step, line) in enumerate(zip(fresh, told, strict=True), first):
        remarks = [_stayed(after.timeline, place), line.remark]
        if ends(step, before, after):
            remarks.append(describe.end_line(after, lang))
        about = "; ".join(filter(None, remarks))
        parts = (f"{clock(step.at)}Z", line.text, _who(after), f"#{after.index}", short_id(visible(after.spelled)))
        lines.append(_BETWEEN.join((*parts, about) if about else parts))
    return lines


def _who(call: Call) -> str:
    who = describe.who(call) or "not said who"
    return f"from {who}" if call.facts.direction == "incoming" and call.facts.source else who


def _stayed(steps: Sequence[Step], place: int) -> str:
    """For a move: which state it ended, and how long the call was in it."""
    step = steps[place]
    if not _is_move(step):
        return ""
    last = next((one for one in reversed(steps[:place]) if _is_move(one)), None)
    return "" if last is None else visible(f"after {last.text} {duration(step.at - last.at)}")


def _is_move(step: Step) -> bool:
    return step.kind is StepKind.STATE and step.anomaly not in _NO_MOVE
