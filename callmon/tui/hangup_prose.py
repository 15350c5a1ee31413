"""What the dialog of one hang-up says, from the question to how it ended: paragraphs of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content

from callmon.core import hangup_words
from callmon.core.answer_words import for_support, tries
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.checking import CONFIRM_WITHIN_S
from callmon.core.hangup import HangUpOutcome
from callmon.core.text import age, visible
from callmon.tui import prose
from callmon.tui.hanging import Line

WARNING = "bold $warning"
_SUPPORT_LABEL = 21


def question(call: Call, now: datetime, remark: str) -> Iterator[Sequence[Line]]:
    """What a hang-up does, and what the operator should know first."""
    yield [Line.said(hangup_words.effect(call), "bold"), Line.said(hangup_words.expects())]
    if remark:
        yield [Line.said(remark, "$warning")]
    if call.hangup is not None:
        since = age(now - call.hangup.asked_at)
        yield [Line.said(f"Asked before, {since} ago: {hangup_words.state(call, now)}", "$warning")]


def queued(held_s: float, stop: str) -> Iterator[Sequence[Line]]:
    """Others go first, or Graph's throttling holds it for so many seconds; the key `stop` takes it back."""
    why = (
        f"It waits {held_s:.0f} s: Graph is throttling"
        if held_s
        else "It waits for its turn: other hang-ups are under way, or Graph is throttling them"
    )
    yield [Line.said(f"{why}. {stop} stops it. Closing this dialog does not.")]


def on_its_way() -> Iterator[Sequence[Line]]:
    """It was sent, and nothing has come back."""
    yield [Line.said("The request is on its way to Graph. Closing this dialog does not stop it.")]


def waiting(came: HangUpOutcome, left_s: float, stop: str) -> Iterator[Sequence[Line]]:
    """What came back last; it is sent again in so many seconds, unless the key `stop` is pressed."""
    when = f"It is sent again in {left_s:.0f} s" if left_s else "It is being sent again"
    yield [
        Line.said(visible(came.sentence), "bold"),
        Line.said(f"{when}; {stop} stops that. Closing this dialog does not."),
    ]


def accepted(call: Call, outcome: HangUpOutcome, sent_at: datetime, now: datetime) -> Iterator[Sequence[Line]]:
    """Graph took it, and the end of the call is still to come."""
    told = Line.said(visible(outcome.sentence))
    if (now - sent_at).total_seconds() < CONFIRM_WITHIN_S:
        yield [told, Line.said("Waiting for Graph to report the end of the call.")]
        return
    yield [told]
    missing = f"no end was reported within {CONFIRM_WITHIN_S:.0f} seconds."
    asked = (
        f"Asked Graph again: {visible(call.check.outcome.sentence)}"
        if call.check is not None and call.check.at >= sent_at
        else "Asking Graph whether the call still exists…"
    )
    yield [Line(Content.assemble(("Accepted, not confirmed: ", WARNING), missing)), Line.said(asked)]


def ended(call: Call, outcome: HangUpOutcome | None, lang: str, *, asked: bool) -> Iterator[Sequence[Line]]:
    """The call is over, whether or not its hang-up was `asked` for here."""
    answer = outcome.answer if outcome is not None else None
    if not asked or answer is Answer.REFUSED_HERE:
        yield [Line.said(hangup_words.ended_first(call))]
    elif answer is Answer.GONE:
        yield [Line.said("It was already gone when Graph was asked.")]
    if (why := prose.end_text(call, lang)) is not None:
        yield [Line(why)]


def refused(outcome: HangUpOutcome) -> Iterator[Sequence[Line]]:
    """It was not hung up: why, whether to try again, and what Microsoft support would ask for."""
    retry = "Trying again may help." if outcome.retry_helps else "Trying again will not help."
    if outcome.answer is Answer.GONE:
        retry = "There is nothing left to hang up."
    yield [Line.said(visible(outcome.sentence), "bold"), Line.said(retry)]
    asked_for = [(f"{label:<{_SUPPORT_LABEL}}", value) for label, value in for_support(outcome)]
    tried = [("Try ", line) for line in tries(outcome)]
    yield [Line.labelled(label, value) for label, value in (*asked_for, *tried)]
