"""Why calls ended lately: how many for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from callmon.core import describe
from callmon.core.board import Board
from callmon.core.calls import Call, ResultInfo
from callmon.core.text import visible

_UNKNOWN = "unknown"
_SUCCESS = 200
_AT_ONCE = 50
"""So many calls are looked at without a pause."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One reason, harmless to a terminal."""

    title: str
    code: int | str | None
    subcode: int | str | None
    category: str
    """As `callmon.core.reasons.Ending.category`; ``unknown`` for calls whose end was never reported."""
    ended_by: str
    """As `callmon.core.reasons.Ending.ended_by`."""
    count: int
    share: float
    """Of all calls that ended, more than 0 up to 1."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Why the calls of some span ended; the most frequent first."""

    total: int = 0
    """How many calls ended in the span."""
    lines: tuple[SummaryLine, ...] = ()
    by_category: tuple[tuple[str, int], ...] = ()


class _Reason(NamedTuple):
    title: str
    code: int | str | None
    subcode: int | str | None
    category: str
    ended_by: str


class _Raw(NamedTuple):
    """Everything that the explanation of an end depends on."""

    end: ResultInfo | None
    gone: bool
    established: bool | None
    termination_reason: str | None


def summarize_bit_by_bit(
    board: Board, now: datetime, spans: Sequence[timedelta], lang: str = "en"
) -> Generator[None, None, list[Summary]]:
    """Why calls on the board ended that did so in each of the spans before now; one may pause wherever this yields."""
    kinds: dict[_Raw, tuple[Call, list[int]]] = {}
    longest = max(spans)
    for number, call in enumerate(board):
        if number % _AT_ONCE == 0:
            yield
        if call.ended_at is None or (ago := now - call.ended_at) > longest:
            continue
        _, counts = kinds.setdefault(_raw(call), (call, [0] * len(spans)))
        for place, span in enumerate(spans):
            counts[place] += ago <= span
    return [
        _summary([(example, counts[place]) for example, counts in kinds.values() if counts[place]], lang)
        for place in range(len(spans))
    ]


def _summary(kinds: Iterable[tuple[Call, int]], lang: str) -> Summary:
    """Of a call for each kind of end, and how many there are. Thousands end for a few reasons, each explained once."""
    counts: Counter[_Reason] = Counter()
    for example, count in kinds:
        counts[_reason(example, lang)] += count
    total = counts.total()
    lines = [SummaryLine(*reason, count, count / total) for reason, count in counts.items()]
    categories: Counter[str] = Counter()
    for line in lines:
        categories[line.category] += line.count
    return Summary(
        total,
        tuple(sorted(lines, key=lambda line: (-line.count, line.title, str(line.code), str(line.subcode)))),
        tuple(sorted(categories.items(), key=lambda item: (-item[1], item[0]))),
    )


def _raw(call: Call) -> _Raw:
    return _Raw(call.end, call.gone, describe.established(call), call.facts.termination_reason)


def _reason(call: Call, lang: str) -> _Reason:
    why = describe.ending(call, lang)
    if call.gone or why is None:
        return _Reason(describe.GONE, None, None, _UNKNOWN, _UNKNOWN)
    code = _SUCCESS if why.code == 0 and why.subcode is not None else why.code  # Graph writes one success both ways
    return _Reason(visible(why.title), _harmless(code), _harmless(why.subcode), why.category, why.ended_by)


def _harmless(number: int | str | None) -> int | str | None:
    return visible(number) if isinstance(number, str) else number


def bar(share: float, width: int, *, ascii_only: bool = False) -> str:
    """A bar of at most `width` columns for a share from 0 to 1, in eighths of a column; whole ``#`` in ASCII.

    A share above 0 is never without a mark.
    """
    part = min(max(share, 0.0), 1.0)
    if ascii_only:
        return "#" * max(round(part * width), part > 0 and width > 0)
    eighths = max(round(part * width * 8), part > 0 and width > 0)
    whole, rest = divmod(eighths, 8)
    return (_FULL * whole + _EIGHTHS[rest]).rstrip()
