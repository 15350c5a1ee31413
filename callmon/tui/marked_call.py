"""One of several calls that are to be hung up: what is asked about it, and what becomes of it, as a line."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from callmon.core import describe, hangup_words
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import HangUpOutcome
from callmon.core.text import duration, visible
from callmon.hangups import Progress, Stage
from callmon.tui.columns import fit

BAD, WAITS = "$error", "$warning"
"""Styles of what needs words."""
_STATE = 14
_TIME = 9
_INDEX = 6
_WHO_AT_MOST = 24


class MarkedCall(NamedTuple):
    """A marked call as it is now."""

    call: Call
    hidden: bool
    """Whether the view or the filter does not show it."""
    left_because: str
    """Why it is not to be hung up, in a few words; empty if it is."""


def question_line(marked: MarkedCall, now: datetime, width: int) -> Content:
    """The call before it is hung up."""
    if marked.left_because:
        return _line(marked.call, None, width, (f"not sent: {marked.left_because}", WAITS))
    effect = hangup_words.effect_in_short(marked.call)
    if not marked.hidden:
        return _line(marked.call, now, width, (effect, ""))
    return _line(marked.call, now, width, (f"hidden by the view; {effect}", "bold"))


def outcome_line(call: Call, told: tuple[str, str], now: datetime, width: int) -> Content:
    """The call after that; `told` is what has become of it, as `outcome_text` says it."""
    return _line(call, None if told[1] in {BAD, WAITS} else now, width, told)


def outcome_text(call: Call, progress: Progress, wait_s: float, lang: str) -> tuple[str, str]:
    """What has become of a hang-up, and a style. `wait_s` is how long nothing is sent, as far as that is known."""
    outcome = progress.outcome
    if call.ended and not call.gone:
        return f"ended: {describe.end_line(call, lang)}", "$success"
    if progress.stage is Stage.QUEUED:
        return (f"waits {wait_s:.0f} s: Graph is throttling", WAITS) if wait_s else ("waits for its turn", "dim")
    if progress.stage is Stage.WAITS and outcome is not None:
        return f"again in {wait_s:.0f} s: {visible(outcome.sentence)}", WAITS
    if outcome is None:
        return "on its way", ""
    return _answered(call, outcome)


def _answered(call: Call, outcome: HangUpOutcome) -> tuple[str, str]:
    answer = outcome.answer
    if answer is Answer.ACCEPTED:
        return ("accepted, not confirmed", WAITS) if call.unconfirmed else ("accepted, no end yet", "")
    if answer is Answer.GONE:
        return "already gone", "$success"
    failed = "not known" if outcome.unsettled else "not hung up"
    return f"{'not sent' if answer is Answer.REFUSED_HERE else failed}: {visible(outcome.sentence)}", BAD


def _line(call: Call, now: datetime | None, width: int, remark: tuple[str, str]) -> Content:
    """The call with a remark; without a time, state and duration leave their room to the remark."""
    who = min(_WHO_AT_MOST, max(8, (width - _INDEX - _TIME - _STATE - 6) // 2))
    told: list[str | tuple[str, str]] = [(f"{f'#{call.index}':<{_INDEX}} ", "dim")]
    told.append(f"{fit(describe.who(call) or describe.NOT_SAID, who)} ")
    if now is not None:
        state = f"{describe.glyph(call)} {describe.state_word(call, now)}"
        told += [f"{fit(state, _STATE)} ", f"{duration(describe.running(call, now)):>{_TIME}}  "]
    return Content.assemble(*told, remark).truncate(width, ellipsis=True)
