"""What is known of a call, in words for people. Whatever came from the feed is made harmless here (`text.visible`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from callmon.core import hangup_words
from callmon.core.answered import is_joined, was_answered
from callmon.core.answers import Answer
from callmon.core.calls import Call, ResultInfo
from callmon.core.durations import is_measured
from callmon.core.states import Anomaly, CallState
from callmon.core.text import clock, dated, duration, visible

if TYPE_CHECKING:
    from callmon.core.reasons import Ending

GONE = "Gone: its end was never reported"
"""What is said of a call in place of an end reason if Graph answered 404."""

_FOUND_OVER = "A check found that the call had ended; Graph's answer gave no result code."
_FAULTS = frozenset({"client_error", "network", "service_error"})
_EARLIER = frozenset({Anomaly.BEGINNING_MISSED, Anomaly.ANSWER_MISSED})
"""It lasted longer than is known."""
MISSED = _EARLIER | {Anomaly.END_MISSED}
"""What is odd about what was heard and not about the call."""
_NOT_OF_THE_CALL = MISSED | {Anomaly.TIME_WENT_BACK}
_NAMES_SHOWN = 3
_CACHED_LENGTH = 500
"""An end with more text than this is explained anew each time, so that hostile text cannot fill the memory."""

GLYPHS: dict[str | None, str] = {
    None: "?",
    CallState.INCOMING: "↓",
    CallState.RINGING: "♪",
    CallState.ESTABLISHING: "…",
    CallState.ESTABLISHED: "●",
    CallState.HOLD: "‖",
    CallState.TRANSFERRING: "→",
    CallState.TRANSFER_ACCEPTED: "→",
    CallState.REDIRECTING: "→",
    CallState.TERMINATING: "◌",
    CallState.TERMINATED: "×",  # noqa: RUF001  # the sign, not the letter
}
"""One character a state, each one column wide in every terminal; a state that is not here is shown as ``?``."""

NOT_SAID = "not said"
"""Who is on a call of which nothing says it."""

FAILED_GLYPH = "!"
"""In place of that of the state: the call did not end as calls should. The same in ASCII."""

ENDED_BY = {
    "participant": "a participant",
    "callee": "the called side",
    "bot": "the bot",
    "pstn": "the phone side",
    "service": "the service",
    "policy": "a policy",
    "network": "the network",
    "timeout": "a time-out",
    "nobody": "nobody: the call goes on",
    "unknown": "not known",
}
"""`Ending.ended_by` in words."""

ANOMALY_WORDS = {
    Anomaly.BEGINNING_MISSED: "its beginning was not seen",
    Anomaly.ANSWER_MISSED: "it may have been answered earlier",
    Anomaly.END_MISSED: "it may have ended earlier",
    Anomaly.STEP_SKIPPED: "a step was skipped",
    Anomaly.OUT_OF_ORDER: "arrived late, after a later state",
    Anomaly.AFTER_END: "arrived after the end; the call stays ended",
    Anomaly.UNKNOWN_STATE: "a state that callmon does not know",
    Anomaly.ID_MISMATCH: "the id in the body differs from the one in the path",
    Anomaly.MALFORMED: "parts of the notification were malformed",
    Anomaly.TIME_WENT_BACK: "its times go back: a clock was set back, or they came in another order",
    Anomaly.OTHER_BOT: "it was reported under the names of two bots",
}


def state_word(call: Call, now: datetime | None = None) -> str:
    """The state as the board shows it at that moment; without one, as the journal alone tells."""
    if call.gone:
        return "gone"
    if hangup_words.under_way(call, now) and call.state != CallState.TERMINATING:
        return "hanging up"
    return visible(str(call.state)) if call.state else "unknown"


def glyph(call: Call) -> str:
    """The state in one character; of an end that was a fault, or was never reported, a sign of its own."""
    if call.gone or failed(call):
        return FAILED_GLYPH
    return GLYPHS.get(call.state, "?")


def who(call: Call) -> str:
    """The other side of the call, as well as it is known; empty if nothing says it.

    The target of an incoming call is the bot, and so is the source of an outgoing one (Graph, "Answer", "Create call").
    """
    facts = call.facts
    if facts.direction == "incoming" and facts.source:
        return visible(facts.source.shown)
    subject = facts.subject if facts.subject and not facts.subject.isspace() else ""
    if facts.organizer and facts.meeting:
        return visible(subject or f"meeting of {facts.organizer.shown}")
    if subject:
        return visible(subject)
    if facts.targets and facts.direction != "incoming":
        return _names(tuple(target.shown for target in facts.targets))
    if others := _names(_others(call)):
        return others if call.roster_changed_at is None else f"{others} (earlier)"
    return visible(facts.source.shown) if facts.source and facts.direction != "outgoing" else ""


def _others(call: Call) -> tuple[str, ...]:
    """Who is on the roster, without the bots."""
    people = (person for person in call.roster or () if person.identity is not None and person.present)
    return tuple(person.shown for person in people if not person.is_bot)


def _names(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return visible(f"{shown} +{more}" if more > 0 else shown)


def running(call: Call, now: datetime) -> timedelta:
    """How long the call has lasted: since it was established, or since it was first seen while it is not."""
    until = call.ended_at or now
    return until - (call.established_at or call.first_seen)


def lasted(call: Call, now: datetime) -> str:
    """The same in words: at least so long if its beginning or answer was missed, at most if its end was."""
    if call.ended and call.established_at is None:
        if was_answered(call) is not False:
            return "not known"
        return "never joined" if is_joined(call) else "never answered"
    missed = _began_earlier(call)
    if (missed and call.ended_earlier) or not is_measured(call, now):
        return "not known"
    bound = "≥ " if missed else "≤ " if call.ended_earlier else ""
    return f"{bound}{duration(running(call, now))}"


def answered_earlier(call: Call) -> bool:
    """Whether the call may have been established earlier than that was seen."""
    return call.established_at is not None and _began_earlier(call)


def _began_earlier(call: Call) -> bool:
    return not _EARLIER.isdisjoint(call.anomalies)


def ending(call: Call, lang: str = "en") -> Ending | None:
    """Why the call ended, explained; None while it lives. What is not known is said to be unknown."""
    if not call.ended:
        return None
    end = call.end or ResultInfo()
    before = call.while_ending
    reason = call.facts.termination_reason
    length = sum(len(part) for part in (*end, *(before or ()), reason) if isinstance(part, str))
    explained = _explained if length <= _CACHED_LENGTH else _explained.__wrapped__
    why = explained(end, before, established(call), reason, lang)
    return why._replace(explanation=_FOUND_OVER) if before is None and _found_over(call, why) else why


def _found_over(call: Call, why: Ending) -> bool:
    """Whether a check found the end, and nothing told a reason: what a notification without one means is not meant."""
    if call.end is not None or call.check is None or Anomaly.END_MISSED not in call.anomalies:
        return False
    return call.check.outcome.answer is Answer.FOUND and why.matched == "none"


def established(call: Call) -> bool | None:
    """Whether the call was ever answered, as the reason of its end is told; None where nothing is to be said of it."""
    answered = was_answered(call)
    return None if answered is False and is_joined(call) else answered


@lru_cache(maxsize=4096)  # thousands of calls end for a few reasons, and a filter asks for each
def _explained(
    end: ResultInfo, before: ResultInfo | None, established: bool | None, termination_reason: str | None, lang: str
) -> Ending:
    from callmon.core import reasons  # noqa: PLC0415  # the first paint waits for nothing that explains ends

    why = reasons.explain(
        end.code,
        end.subcode,
        end.message,
        of_call=True,
        established=established,
        termination_reason=termination_reason,
        lang=lang,
    )
    return why if before is None else reasons.with_result_before(why, str(before), *before)


def never_answered(call: Call) -> bool:
    """Whether the call ended without an answer, and an answer would have been seen."""
    return call.ended and established(call) is False


def failed(call: Call) -> bool:
    """Whether a fault ended the call: its own, the network's or the service's."""
    why = ending(call)
    return why is not None and is_fault(why.category)


def is_fault(category: str) -> bool:
    """Whether ends of this category (`callmon.core.reasons.Ending`) are faults."""
    return category in _FAULTS


def end_line(call: Call, lang: str = "en") -> str:
    """The end in one line for the board: title and code/subcode, or the termination reason in their place."""
    if call.gone:
        return GONE
    why = ending(call, lang)
    if why is None:
        return ""
    given = str(call.end or "") or call.facts.termination_reason
    return visible(f"{why.title} ({given})" if given else why.title)


def doubt_line(call: Call, now: datetime | None = None) -> str:
    """``unverified since 10:02:11``, with the date if that was another day; empty if nothing is in doubt."""
    if call.doubt is None:
        return ""
    since = call.doubt.since
    return f"{call.doubt.kind} since {clock(since) if now is None else dated(since, now)}"


def doubt_sentence(call: Call) -> str:
    """What is in doubt, why, and what came of checking it; empty if nothing is."""
    if call.doubt is None:
        return ""
    told = f"Not certain since {dated(call.doubt.since)}: {call.doubt.because}."
    return f"{told} {unsettled}" if (unsettled := _unsettled(call, call.doubt.since)) else told


def _unsettled(call: Call, beside: datetime) -> str:
    if call.check is None or call.check.outcome.answer in {Answer.FOUND, Answer.GONE}:
        return ""
    return f"Checked at {dated(call.check.at, beside)}, to no avail: {visible(call.check.outcome.sentence)}"


def trouble(call: Call, lang: str = "en") -> str:
    """Why somebody should look at the call; empty if nothing is wrong with it.

    A beginning or an answer that was not seen is no trouble: after every start they are missing from calls that lived.
    Nor is a clock that was set back.
    """
    words = _went_wrong(call, lang)
    if call.doubt is not None:
        words.append(doubt_line(call))
    words += [ANOMALY_WORDS[anomaly] for anomaly in _odd(call)]
    return "; ".join(words)


def went_wrong(call: Call) -> bool:
    """Whether the call is in trouble for certain, and not merely in doubt."""
    return bool(_went_wrong(call, "en") or _odd(call))


def _odd(call: Call) -> list[Anomaly]:
    return [anomaly for anomaly in call.anomalies if anomaly not in _NOT_OF_THE_CALL]


def _went_wrong(call: Call, lang: str) -> list[str]:
    words = []
    if call.gone:
        words.append(GONE)
    elif failed(call):
        words.append(end_line(call, lang))
    if call.hangup is not None and call.hangup.outcome is not None:
        answer = call.hangup.outcome.answer
        if answer not in {Answer.ACCEPTED, Answer.GONE}:
            words.append(f"Hang-up {answer.replace('-', ' ')}: {visible(call.hangup.outcome.sentence)}")
    if call.unconfirmed:
        words.append(hangup_words.state(call))
    return words
