"""One call as plain text for a support ticket: what Microsoft support asks for, and what was heard and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from callmon.core import describe
from callmon.core.answer_words import for_support, tries
from callmon.core.calls import Call
from callmon.core.hangup import GraphAnswer
from callmon.core.listening import Gap
from callmon.core.masking import masked
from callmon.core.text import iso, visible
from callmon.core.timelines import timeline

_LABEL = 21
_NOT_KNOWN = "not known"


def ticket(call: Call, now: datetime, lang: str = "en", gaps: Sequence[Gap] = ()) -> str:
    """The ticket, without a newline at its end. `lang` is that of the end reason, all else is English.

    Harmless to a terminal, and without tokens even if Graph put one into a message.
    """
    lines = [
        f"Microsoft Graph call {call.spelled}",
        "Times are UTC, when callmon heard of it: Graph's notifications carry none.",
        "",
        *_identity(call),
        "",
        *_times(call, now),
        "",
        *_end(call, now, lang),
        *_hang_up(call),
        *_check(call),
        "",
        "Timeline",
        *_timeline(call, lang, gaps),
    ]
    return str(masked("\n".join(visible(line) for line in lines)))


def _line(label: str, value: object) -> str:
    return f"{label + ':':<{_LABEL}}{_NOT_KNOWN if value is None else value}"


def _identity(call: Call) -> Iterator[str]:
    known = call.facts
    yield _line("Call id", call.spelled)
    if call.bot:
        yield _line("Bot", call.bot)
    yield _line("Call chain id", known.chain_id)
    yield _line("Scenario id", known.scenario_id)
    yield _line("Tenant id", known.tenant_id)
    yield _line("Direction", known.direction)
    yield _line("Kind", f"{call.kind} ({call.kind_because})" if call.kind_because else call.kind)


def _times(call: Call, now: datetime) -> Iterator[str]:
    yield _line("First seen", iso(call.first_seen))
    earlier = " or earlier" if describe.answered_earlier(call) else ""
    yield _line("Established", _time(call.established_at, "not seen") + earlier)
    yield _line("Ended", _time(call.ended_at, "not yet") + (" or earlier" if call.ended_earlier else ""))
    yield _line("Last notification", iso(call.last_heard))
    yield _line("Duration", describe.lasted(call, now))
    yield _line("Written", iso(now))


def _time(at: datetime | None, otherwise: str) -> str:
    return iso(at) if at else otherwise


def _end(call: Call, now: datetime, lang: str) -> Iterator[str]:
    yield _line("State", describe.state_word(call, now))
    why = describe.ending(call, lang)
    if why is None:
        return
    if call.gone:
        yield _line("End", f"{describe.GONE}; Graph answered 404.")
        return
    yield _line("End code/subcode", str(call.end or "") or None)
    yield _line("End message", why.message)
    if call.facts.termination_reason:
        yield _line("Termination reason", call.facts.termination_reason)
    yield _line("Meaning", f"{why.title}. {why.explanation}")
    yield _line("Ended by", describe.ENDED_BY.get(why.ended_by, why.ended_by))


def _hang_up(call: Call) -> Iterator[str]:
    """The latest attempt in full; the answers to earlier ones are in the timeline."""
    attempt = call.hangup
    if attempt is None:
        return
    yield from ("", _line("Hang-up asked", f"{iso(attempt.asked_at)} by {attempt.operator}"))
    if attempt.outcome is None or attempt.answered_at is None:
        yield _line("Hang-up answered", "no answer is recorded")
    else:
        yield _line("Hang-up answered", f"{iso(attempt.answered_at)} {attempt.outcome.sentence}")
        yield from _answer(attempt.outcome)
        yield from (_line("  Tried", line) for line in tries(attempt.outcome))


def _check(call: Call) -> Iterator[str]:
    if call.check is not None:
        yield from ("", _line("Checked", f"{iso(call.check.at)} {call.check.outcome.sentence}"))
        yield from _answer(call.check.outcome)


def _answer(outcome: GraphAnswer) -> Iterator[str]:
    """What Graph's support looks a request up by; only what there is."""
    return (_line(f"  {label}", value) for label, value in for_support(outcome))


def _timeline(call: Call, lang: str, gaps: Sequence[Gap]) -> Iterator[str]:
    if call.steps_dropped:
        yield f"  … {call.steps_dropped} earlier steps are left out"
    for line in timeline(call, lang, gaps):
        yield f"  {iso(line.at)}  {line.text}{f'  ({line.remark})' if line.remark else ''}"
