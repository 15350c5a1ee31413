"""A call as styled text: what the detail, the dialog and the full screen say. Never markup: the feed writes in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from callmon.core import describe, particulars
from callmon.core.calls import Call, StepKind
from callmon.core.text import clock, duration, visible
from callmon.core.timelines import TimelineLine
from callmon.tui.hanging import Line

if TYPE_CHECKING:  # who paints a first frame has no end to explain
    from callmon.core.reasons import Ending

_LABEL = 15
"""So many columns for the names of facts."""
_NO_ONE = frozenset({"unknown", "nobody"})


def headline(call: Call, now: datetime) -> Content:
    """``● established  ← Ana Ruiz  #12``."""
    who = describe.who(call) or "not said who"
    return Content.assemble(
        (f"{describe.glyph(call)} {describe.state_word(call, now)}", "bold"), "  ", who, (f"  #{call.index}", "dim")
    )


def doubt_text(call: Call) -> Content | None:
    """What is not certain about the call, and why; None if nothing is."""
    if call.doubt is None:
        return None
    return Content.assemble((f"? {call.doubt.kind}. ", "bold $warning"), describe.doubt_sentence(call))


def end_text(call: Call, lang: str, *, full: bool = False) -> Content | None:
    """Why the call ended; None while it lives. In full, with the readings of other sources."""
    why = describe.ending(call, lang)
    if why is None:
        return None
    if call.gone:
        return Content.assemble(
            ("Gone. ", "bold $warning"),
            "Graph does not know the call any more (404); its end was never reported, so nobody said why it ended.",
        )
    return _why(call, why, full)


def _why(call: Call, why: Ending, full: bool) -> Content:
    numbers = str(call.end) if call.end else ""
    parts: list[Content | str | tuple[str, str]] = [
        (visible(why.title), "bold"),
        (f"  {visible(numbers)}  {why.matched.words}" if numbers else f"  {why.matched.words}", "dim"),
        f"\n{visible(why.explanation)}",
    ]
    if why.ended_by not in _NO_ONE:
        parts.append(f"\nEnded by {describe.ENDED_BY[why.ended_by]}.")
    if why.advice:
        parts += [("\nWhat to do: ", "bold"), visible(why.advice)]
    if why.inner is not None:
        parts.append(f"\nInner reason {why.inner.code}/{why.inner.subcode}: {visible(why.inner.title)}.")
    if full:
        parts += [f"\nAnother source reads it as: {visible(other.title)} ({other.source})." for other in why.also]
    if why.message:
        parts.append((f"\nMessage from Graph: {visible(why.message)}", "dim"))
    return Content.assemble(*parts)


def timeline_lines(lines: Sequence[TimelineLine]) -> list[Line]:
    """The steps."""
    return [_step(line) for line in lines]


def timeline_tail(lines: Sequence[TimelineLine], width: int, height: int) -> Content:
    """The latest steps that fit, each on one line."""
    shown = lines if len(lines) <= height else lines[len(lines) - max(1, height - 1) :]
    steps = (_step(line) for line in shown)
    told = [(step.label + step.text).truncate(width, ellipsis=True) for step in steps]
    if len(shown) < len(lines):
        told.insert(0, Content.styled(f"… {len(lines) - len(shown)} earlier steps: Enter shows all", "dim"))
    return Content("\n").join(told)


def _step(line: TimelineLine) -> Line:
    gap = "" if line.gap is None else f"+{duration(line.gap)}"
    parts = [(line.text, "bold" if line.kind is StepKind.STATE else "")]
    if line.stay is not None:
        parts.append((f"  for {line.stay}", "dim"))
    if line.remark:
        parts.append((f"  ({line.remark})", "$warning" if line.odd else "dim"))
    return Line(Content.assemble(*parts), Content.styled(f"{clock(line.at)} {gap:>8}  ", "dim"))


def roster_lines(call: Call) -> list[Line]:
    """Who is on the roster."""
    return [Line(Content.assemble(name, (f"  {special}", "dim"))) for name, special in particulars.roster(call)]


def facts_lines(call: Call, labels: Sequence[str] | None = None) -> list[Line]:
    """What is known besides state and times, all of it or only some."""
    return [
        Line.labelled(label.ljust(_LABEL), value)
        for label, value in particulars.facts(call)
        if labels is None or label in labels
    ]
