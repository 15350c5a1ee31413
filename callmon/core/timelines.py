"""The life of a call as a ladder of steps: the time between them and in each state, what was odd, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from callmon.core.calls import Call, Step, StepKind
from callmon.core.describe import ANOMALY_WORDS, MISSED, end_line
from callmon.core.listening import Gap
from callmon.core.reports import CHECKED
from callmon.core.states import Anomaly, CallState
from callmon.core.text import dated, duration, visible

_WITHIN = frozenset({StepKind.MEDIA, StepKind.ROSTER, StepKind.OPERATION, StepKind.TONE, StepKind.SHARING})
"""What goes on within a call. It is no fault if the last of it, as a prompt that was cut off, is told after the end."""


class Stay(NamedTuple):
    """How long a call was in a state."""

    seen: timedelta
    """From where it was first seen in it to where it was first seen in the next."""
    bound: str = ""
    """``at least`` if it may have been in it before, ``at most`` if it may have left it earlier."""

    def __str__(self) -> str:
        """``4:54``, or ``at most 4:54``."""
        return f"{self.bound} {duration(self.seen)}".lstrip()


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a call's timeline."""

    at: datetime
    gap: timedelta | None
    """Time since the line before; None for the first."""
    stay: Stay | None
    """For a state that is over: how long the call was in it, if anything is known of that."""
    kind: StepKind
    text: str
    remark: str
    """What is odd about it, or what its result means; may be empty."""
    odd: bool


def timeline(call: Call, lang: str = "en", gaps: Sequence[Gap] = ()) -> tuple[TimelineLine, ...]:
    """Every step that is kept, oldest first, and between them the times in which nothing could be heard."""
    lines = [*(_gap_line(gap) for gap in gaps if _concerns(gap, call)), *step_lines(call, lang, gaps)]
    lines.sort(key=lambda line: line.at)
    return tuple(
        line if before is None else replace(line, gap=line.at - before.at)
        for before, line in zip([None, *lines], lines, strict=False)
    )


def step_lines(call: Call, lang: str = "en", gaps: Sequence[Gap] = ()) -> list[TimelineLine]:
    """The lines of the steps alone, one for each, without the time since the line before."""
    stays = _stays(call, [gap for gap in gaps if _concerns(gap, call)])
    return [
        TimelineLine(
            step.at,
            None,
            stays.get(place),
            step.kind,
            visible(step.text),
            _remark(call, step, lang),
            odd=step.anomaly is not None,
        )
        for place, step in enumerate(call.timeline)
    ]


def _stays(call: Call, gaps: Sequence[Gap]) -> dict[int, Stay]:
    """How long the call was in each state that is over, as far as that is known, by the place of its step."""
    if Anomaly.TIME_WENT_BACK in call.anomalies:
        return {}
    places = [place for place, step in enumerate(call.timeline) if is_move(step)]
    moves = [call.timeline[place] for place in places]
    late = [_learnt_late(before, move, gaps) for before, move in zip([None, *moves], moves, strict=False)]
    between = Anomaly.AFTER_END in call.anomalies  # it was in another state before it ended
    left = [
        (move.at, learnt_late or (between and move.state == CallState.TERMINATED))
        for move, learnt_late in zip(moves, late, strict=True)
    ][1:]
    if call.ended_at is not None:
        left.append((call.ended_at, call.gone))
    told = {}
    for place, entered_late, (until, left_late) in zip(places, late, left, strict=False):
        step = call.timeline[place]
        if step.state != CallState.TERMINATED and not (entered_late and left_late):
            told[place] = Stay(until - step.at, "at least" if entered_late else "at most" if left_late else "")
    return told


def _learnt_late(before: Step | None, move: Step, gaps: Sequence[Gap]) -> bool:
    """Whether the call may have made the move before that was heard of: it was asked for, or something was missed."""
    if move.change == CHECKED or move.anomaly in MISSED:
        return True
    return before is not None and any(
        gap.since < move.at and (gap.until is None or gap.until > before.at) for gap in gaps
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


def is_move(step: Step) -> bool:
    """Whether the call went on to another state with it."""
    return step.kind is StepKind.STATE and step.anomaly not in {Anomaly.OUT_OF_ORDER, Anomaly.AFTER_END}


def _remark(call: Call, step: Step, lang: str) -> str:
    words = [ANOMALY_WORDS[step.anomaly]] if step.anomaly else []
    if not words and step.kind in _WITHIN and call.ended_at is not None and step.at > call.ended_at:
        words.append("after the end")
    if step.times > 1:
        words.append(f"reported {step.times} times")
    if step.kind is StepKind.END:
        words.append(end_line(call._replace(end=step.result), lang))
    elif step.result is not None and step.kind is not StepKind.STATE:
        from callmon.core import reasons, reasons_phrases  # noqa: PLC0415  # see `callmon.core.describe`

        ending = step.state == CallState.TERMINATING
        told = reasons.explain(*step.result, of_call=True, ended=ending, lang=lang)
        says_so = step.kind is StepKind.TRANSFER  # that the call goes on, before the remark
        title = reasons_phrases.CALL_GOES_ON.taken_off(told.title) if says_so else told.title
        words.append(f"{title} ({step.result})" if str(step.result) else title)
    return visible("; ".join(words))
