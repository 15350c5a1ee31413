"""How a hang-up from the command line ended: as a value, an exit code, JSON and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from callmon.cli.call_text import end_lines
from callmon.cli.exits import ExitCode
from callmon.core import describe
from callmon.core.answer_words import for_support, tries
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.document import ending_document, tries_document
from callmon.core.hangup import HangUpOutcome
from callmon.core.text import visible


class Outcome(StrEnum):
    """What became of it."""

    ENDED = "ended"
    """Accepted, and the end was reported."""
    GONE = "gone"
    """Accepted, and Graph does not know the call any more; its end was not reported."""
    ACCEPTED = "accepted"
    """Accepted, but nothing says yet that the call has ended."""
    ALREADY_ENDED = "already-ended"
    """The journal knew its end; nothing was sent, or nothing more."""
    ALREADY_GONE = "already-gone"
    """Graph knows no such call."""
    NOT_SIGNED_IN = "not-signed-in"
    NOT_ALLOWED = "not-allowed"
    REFUSED = "refused"
    """Refused here; nothing was sent."""
    FAILED = "failed"
    DRY_RUN = "dry-run"
    """Nothing was to be sent."""

    @property
    def code(self) -> ExitCode:
        """The exit code that tells it."""
        return _CODES[self]


_CODES = {
    Outcome.ENDED: ExitCode.DONE,
    Outcome.GONE: ExitCode.DONE,
    Outcome.DRY_RUN: ExitCode.DONE,
    Outcome.ACCEPTED: ExitCode.NOT_CONFIRMED,
    Outcome.ALREADY_ENDED: ExitCode.NO_SUCH_CALL,
    Outcome.ALREADY_GONE: ExitCode.NO_SUCH_CALL,
    Outcome.NOT_SIGNED_IN: ExitCode.NOT_ALLOWED,
    Outcome.NOT_ALLOWED: ExitCode.NOT_ALLOWED,
    Outcome.REFUSED: ExitCode.REFUSED_HERE,
    Outcome.FAILED: ExitCode.FAILED,
}
_OVER = {Outcome.ENDED, Outcome.GONE, Outcome.ALREADY_ENDED, Outcome.ALREADY_GONE}
_SUPPORT_ASKS = {Outcome.FAILED, Outcome.NOT_SIGNED_IN, Outcome.NOT_ALLOWED}
"""What Microsoft support may be asked about, and wants the ids of."""
_REFUSALS = {
    Answer.GONE: Outcome.ALREADY_GONE,
    Answer.NOT_SIGNED_IN: Outcome.NOT_SIGNED_IN,
    Answer.NOT_ALLOWED: Outcome.NOT_ALLOWED,
}


_FROM_WORST = (
    ExitCode.FAILED,
    ExitCode.NOT_ALLOWED,
    ExitCode.REFUSED_HERE,
    ExitCode.NOT_CONFIRMED,
    ExitCode.NO_SUCH_CALL,
    ExitCode.DONE,
)


def worst(outcomes: Sequence[Outcome]) -> ExitCode:
    """The exit code of the worst of some outcomes: what failed, before what was refused, before what is not known."""
    return min((outcome.code for outcome in outcomes), key=_FROM_WORST.index)


def refusal(answer: Answer) -> Outcome:
    """What an answer other than "accepted" means for the hang-up."""
    return _REFUSALS.get(answer, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended."""

    call_id: str
    outcome: Outcome
    sentence: str
    """What happened, in one or two sentences; text from outside in it is raw."""
    answer: HangUpOutcome | None = None
    """What came back for the DELETE; None if nothing was sent."""
    call: Call | None = None
    """The call as the journal tells it now; None if it does not know it."""
    request: tuple[str, str] | None = None
    """For a dry run: method and URL."""


def result_document(result: Result, lang: str) -> dict[str, Any]:
    """The JSON of a result. ``confirmed`` says whether the call is known to be over."""
    answer, call = result.answer, result.call
    why = describe.ending(call, lang) if call is not None and not call.gone else None
    document: dict[str, Any] = {
        "id": result.call_id,
        "outcome": str(result.outcome),
        "answer": str(answer.answer) if answer else None,
        "status": answer.status if answer else None,
        "sentence": result.sentence,
        "code": answer.code if answer else None,
        "message": answer.message if answer else None,
        "request_id": answer.request_id if answer else None,
        "client_request_id": answer.client_request_id if answer else None,
        "date": answer.date if answer else None,
        "scenario_id": answer.scenario_id if answer else None,
        "diagnostic": answer.diagnostic if answer else None,
        "tries": tries_document(answer),
        "retry_helps": answer.retry_helps if answer else False,
        "retry_after_s": answer.retry_after_s if answer else None,
        "end": ending_document(why) if why else None,
        "confirmed": _confirmed(result),
    }
    if result.request is not None:
        document["request"] = dict(zip(("method", "url"), result.request, strict=True))
    return document


def _confirmed(result: Result) -> bool:
    """Whether the call is over for certain. Of an id that only Graph was asked about, 404 may mean that it is wrong."""
    return result.outcome in _OVER and not (result.outcome is Outcome.ALREADY_GONE and result.call is None)


def result_lines(result: Result, lang: str, *, named: bool = False) -> list[str]:
    """The result for people: what happened, why the call ended, and what Microsoft support would ask for.

    `named` says of which call, where there are several.
    """
    lines = [f"{_name(result)}: {visible(result.sentence)}" if named else visible(result.sentence)]
    if result.request is not None:
        lines.append(" ".join(result.request))
    if result.call is not None:
        lines += [f"  {line}" for line in end_lines(result.call, lang)]
    if result.answer is not None and result.outcome in _SUPPORT_ASKS:
        lines += [f"  {label}: {value}" for label, value in for_support(result.answer)]
        lines += [f"  Try {line}" for line in tries(result.answer)]
    return lines


def _name(result: Result) -> str:
    who = describe.who(result.call) if result.call is not None else ""
    return f"{visible(result.call_id)} ({who})" if who else visible(result.call_id)
