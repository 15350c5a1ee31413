"""What has just happened to a call, one sentence a transition: plain words for pipes and screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from callmon.core import describe
from callmon.core.calls import Call, Step, StepKind
from callmon.core.listening import Gap
from callmon.core.states import CallState
from callmon.core.text import clock, short_id, visible
from callmon.core.timelines import TimelineLine, is_move, step_lines

_TRANSITIONS = frozenset({StepKind.STATE, StepKind.TRANSFER, StepKind.END, StepKind.HANGUP, StepKind.CHECK})


def fresh_steps(before: Call | None, after: Call) -> tuple[Step, ...]:
    """The steps that a call has and had not before, oldest first; None if it was not known before.

    A step that was let go to bound memory counts as known. More new steps than a timeline keeps would be lost, so both
    must be no more than some reports apart.
    """
    known = 0 if before is None else before.steps_dropped + len(before.timeline)
    count = after.steps_dropped + len(after.timeline) - known
    return after.timeline[-count:] if count else ()


def ends(step: Step, before: Call | None, after: Call) -> bool:
    """Whether with this step, the last of a report or record, the call's end was told or settled, or its reason."""
    if step.kind is StepKind.END:
        return step.result == after.end
    if step.kind is StepKind.STATE:
        return step.state == CallState.TERMINATED and is_move(step)
    return after.gone and not (before is not None and before.ended) and step == after.timeline[-1]


def moves(steps: Sequence[Step]) -> list[Step]:
    """The steps that are transitions, or orders and questions about the call; not what goes on within a state."""
    return [step for step in steps if step.kind in _TRANSITIONS]


def sentences(
    before: Call | None, after: Call, lang: str = "en", gaps: Sequence[Gap] = (), *, everything: bool = False
) -> list[str]:
    """One sentence for each new transition of a call: when (UTC), which call, who, what, and what is to be said of it.

    In the `gaps` something may have been missed, so that a time across one is a bound. With `everything` also for what
    goes on within a state: media, tones, operations, who comes and goes. Harmless to a terminal; without colour, and
    with words in place of signs.
    """
    fresh = fresh_steps(before, after)
    chosen = fresh if everything else moves(fresh)
    if not chosen:
        return []
    first = len(after.timeline) - len(fresh)
    told = step_lines(after, lang, gaps)
    call = f"Call #{after.index} ({short_id(visible(after.spelled))}){_who(after)}"
    lines = []
    for place, (step, line) in enumerate(zip(fresh, told[first:], strict=True), first):
        if step not in chosen:
            continue
        told_by_itself = step.kind is not StepKind.END and ends(step, before, after)
        ending = describe.end_line(after, lang) if told_by_itself else ""
        what = f" is now {line.text}{_stayed(after.timeline, told, place)}" if is_move(step) else f": {line.text}"
        remarks = "; ".join(filter(None, (line.remark, ending)))
        sentence = f"{clock(step.at)}Z {call}{what}{': ' if remarks else ''}{remarks}"
        lines.append(sentence if sentence.endswith(".") else f"{sentence}.")
    return lines


def _who(call: Call) -> str:
    who = describe.who(call)
    if not who:
        return ""
    return f" from {who}" if call.facts.direction == "incoming" and call.facts.source else f" with {who}"


def _stayed(steps: Sequence[Step], told: Sequence[TimelineLine], place: int) -> str:
    """Which state a move ended, and how long the call was in it."""
    last = next((told[at] for at in range(place - 1, -1, -1) if is_move(steps[at])), None)
    if last is None:
        return ""
    return f", after {last.text}" if last.stay is None else f", after {last.stay} {last.text}"
