"""One call as plain text. Whatever came from the feed is harmless to a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from callmon.cli.ending_text import ending_lines
from callmon.core import describe, hangup_words, particulars
from callmon.core.answer_words import tries
from callmon.core.calls import Call
from callmon.core.durations import CLOCKS_DIFFER
from callmon.core.listening import Gap
from callmon.core.text import age, clock, duration, iso, visible
from callmon.core.timelines import TimelineLine, timeline

_LABEL = 15


def headline(call: Call, now: datetime) -> str:
    """State, the other side and the short number in one line."""
    who = describe.who(call) or "nobody said who"
    return f"{describe.glyph(call)} {describe.state_word(call, now)}  {who}  #{call.index}"


def call_lines(call: Call, now: datetime, lang: str, gaps: Sequence[Gap]) -> list[str]:
    """Everything that is known of the call."""
    lines = [headline(call, now), *_times(call, now), *(_line(*fact) for fact in particulars.facts(call))]
    if call.anomalies:
        lines.append(_line("Odd", "; ".join(describe.ANOMALY_WORDS[each] for each in call.anomalies)))
    if doubt := describe.doubt_sentence(call):
        lines.append(_line("In doubt", doubt))
    if hangup := hangup_words.state(call, now):
        lines.append(_line("Hang-up", hangup))
        lines += [_line("", line) for line in _tries(call)]
    if call.ended:
        lines += ["", "Why it ended", *_indented(end_lines(call, lang))]
    lines += ["", "Timeline (UTC)"]
    if call.steps_dropped:
        lines.append(f"  … {call.steps_dropped} earlier steps are in the journal only")
    return lines + [_step(line) for line in timeline(call, lang, gaps)]


def _tries(call: Call) -> list[str]:
    return tries(call.hangup.outcome) if call.hangup is not None and call.hangup.outcome is not None else []


def end_lines(call: Call, lang: str) -> list[str]:
    """Why the call ended; nothing while it lives."""
    if call.gone:
        return [
            "Gone: Graph does not know the call any more (404).",
            "Its end was never reported, so nobody said why it ended.",
        ]
    why = describe.ending(call, lang)
    return ending_lines(why) if why is not None else []


def _times(call: Call, now: datetime) -> list[str]:
    earlier = ", or earlier" if describe.answered_earlier(call) else ""
    moments = [
        ("First seen", call.first_seen, ""),
        ("Established", call.established_at, earlier),
        ("Ended", call.ended_at, ", or earlier" if call.ended_earlier else ""),
        ("Last heard", call.last_heard, ""),
    ]
    lines = [_line("Lasted", describe.lasted(call, now))]
    lines += [_line(label, f"{iso(at)} ({_ago(at, now)}{or_so})") for label, at, or_so in moments if at is not None]
    if call.check is not None:
        lines.append(_line("Checked", f"{iso(call.check.at)}: {visible(call.check.outcome.sentence)}"))
    return lines


def _ago(at: datetime, now: datetime) -> str:
    return "a time that is yet to come" if at - now > CLOCKS_DIFFER else f"{age(now - at)} ago"


def _line(label: str, value: str) -> str:
    return f"{label:<{_LABEL}}{value}"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _step(line: TimelineLine) -> str:
    gap = "" if line.gap is None else f"+{duration(line.gap)}"
    stay = f"  for {line.stay}" if line.stay is not None else ""
    remark = f"  ({line.remark})" if line.remark else ""
    return f"  {clock(line.at)} {gap:>8}  {line.text}{stay}{remark}"
