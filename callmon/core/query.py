"""Which calls to show, in which order, and what a row says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callmon.core import describe, hangup_words
from callmon.core.board import Board
from callmon.core.calls import Call, Kind
from callmon.core.durations import is_measured
from callmon.core.filter_fields import Haystack, haystack
from callmon.core.grouping import GroupBy
from callmon.core.sorting import NEWEST_FIRST, Sort, order
from callmon.core.states import CallState
from callmon.core.text import duration, since
from callmon.core.understanding import Understood, understood


class Which(StrEnum):
    """The views."""

    ACTIVE = "active"
    ENDED = "ended"
    ALL = "all"
    TROUBLE = "trouble"
    """Calls that somebody should look at (`callmon.core.describe.trouble`)."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the operator wants to see."""

    which: Which = Which.ALL
    text: str = ""
    """A filter as typed (`callmon.core.filtering`). One that cannot be read lets every call through."""
    lang: str = "en"
    sort: Sort = NEWEST_FIRST
    group: GroupBy = GroupBy.NONE
    custom: tuple[str, ...] = ()
    """The names of columns that somebody made: the filter can ask for them."""

    @property
    def understood(self) -> Understood:
        """The filter, as far as it can be read."""
        return understood(self.text, self.custom)


@dataclass(frozen=True, slots=True)
class Row:
    """One call as the board shows it: words only, harmless to a terminal."""

    id: str
    index: int
    time: str
    """How long the call has lasted, at most seven columns."""
    glyph: str
    state: str
    tone: str
    """What the colour should say: ``new``, ``live``, ``held``, ``ending``, ``ended``, ``failed`` or ``unknown``."""
    kind: str
    direction: str
    """``←`` in, ``→`` out, a space if unknown."""
    who: str
    note: str
    """For an ended call why; for a living one what is under way, in doubt or odd."""
    doubtful: bool = False
    """It is not certain that the call is as it is shown."""


_TONES: dict[str | None, str] = {
    CallState.INCOMING: "new",
    CallState.RINGING: "new",
    CallState.ESTABLISHING: "new",
    CallState.ESTABLISHED: "live",
    CallState.HOLD: "held",
    CallState.TRANSFERRING: "held",
    CallState.TRANSFER_ACCEPTED: "held",
    CallState.REDIRECTING: "held",
    CallState.TERMINATING: "ending",
    CallState.TERMINATED: "ended",
}
_KINDS = {Kind.PEER: "peer", Kind.GROUP: "group", Kind.UNKNOWN: "?"}
_ARROWS = {"incoming": "←", "outgoing": "→"}


def row(call: Call, now: datetime, lang: str = "en") -> Row:
    """The row of one call at a moment."""
    return Row(
        id=call.id,
        index=call.index,
        time=time_cell(call, now),
        glyph=describe.glyph(call),
        state=describe.state_word(call, now),
        tone=tone(call, now),
        kind=_KINDS[call.kind],
        direction=_ARROWS.get(call.facts.direction or "", " "),
        who=describe.who(call),
        note=describe.end_line(call, lang) if call.ended else _living_note(call, now),
        doubtful=call.doubt is not None,
    )


def time_cell(call: Call, now: datetime) -> str:
    """How long the call has lasted: to the second once it is over, in seconds and then minutes while it lives."""
    lasted = describe.running(call, now)
    if not is_measured(call, now) or (call.ended and not call.established_at):
        return "–"  # noqa: RUF001  # a dash for what was never measured
    return duration(lasted) if call.ended else since(lasted)


def tone(call: Call, now: datetime) -> str:
    """What the colour of the call's state should say at that moment."""
    if call.ended:
        return "failed" if call.gone or describe.failed(call) else "ended"
    return "ending" if hangup_words.under_way(call, now) else _TONES.get(call.state, "unknown")


def _living_note(call: Call, now: datetime) -> str:
    if call.hangup is not None:
        return hangup_words.note(call, now)
    if call.doubt is not None:
        return describe.doubt_line(call, now)
    if call.anomalies:
        return describe.ANOMALY_WORDS[call.anomalies[-1]]
    return ""


def matches(call: Call, query: Query) -> bool:
    """Whether the call belongs into the view."""
    return matcher(query)(call)


def matcher(query: Query, text_of: Haystack = haystack) -> Callable[[Call], bool]:
    """The question whether a call belongs into the view, for many calls."""
    which = _WHICH[query.which]
    meant = query.understood.matches
    if meant is None:
        return lambda call: which(call, query.lang)
    return lambda call: which(call, query.lang) and meant(call, query.lang, text_of)


_WHICH: dict[Which, Callable[[Call, str], bool]] = {
    Which.ACTIVE: lambda call, _lang: not call.ended,
    Which.ENDED: lambda call, _lang: call.ended,
    Which.ALL: lambda _call, _lang: True,
    Which.TROUBLE: lambda call, lang: bool(describe.trouble(call, lang)),
}


def rows(board: Board, query: Query, now: datetime) -> list[Row]:
    """The rows of a view, in order, without groups."""
    place = order(query.sort, kept_in_place=query.which is Which.ACTIVE)
    shown = sorted(filter(matcher(query), board), key=place)
    return [row(call, now, query.lang) for call in shown]
