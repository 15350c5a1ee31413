"""The ladder from an exact pair of code and subcode down to what little is known of a stranger."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from callmon.core import reasons_families as families
from callmon.core.reasons_catalogue import (
    NOT_GIVEN,
    Reading,
    Row,
    codes_of,
    is_operation_result,
    normal,
    readings,
    with_an_end,
)
from callmon.core.reasons_phrases import (
    ANOTHER_CODE,
    CAME_WITH_THE_END,
    FROM_THE_MESSAGE,
    NO_CODE,
    NO_ERROR,
    SUBCODE_UNKNOWN,
    SUBCODE_ZERO,
    TERMINATION_REASONS,
    TRANSFER_THEN_END,
    UNKNOWN,
    Phrase,
    no_reason,
)
from callmon.core.transfers import FAILED_TRANSFERS

NOTHING = (NOT_GIVEN, NOT_GIVEN)


class Matched(StrEnum):
    """How a reason was found."""

    EXACT = "exact"
    DIAGNOSTIC = "diagnostic"
    OTHER_CODE = "other-code"
    SUBCODE = "subcode"
    PSTN = "pstn"
    FAMILY = "family"
    CODE = "code"
    CLASS = "class"
    TERMINATION_REASON = "termination-reason"
    NONE = "none"

    @property
    def words(self) -> str:
        """The same in plain words."""
        return _WORDS[self]


_WORDS = {
    Matched.EXACT: "known reason",
    Matched.DIAGNOSTIC: "known reason, taken from the message",
    Matched.OTHER_CODE: "known subcode under another code",
    Matched.SUBCODE: "only the subcode is known",
    Matched.PSTN: "phone subcode, read by its digits",
    Matched.FAMILY: "only the family of the subcode is known",
    Matched.CODE: "only the code is known",
    Matched.CLASS: "only the class of the code is known",
    Matched.TERMINATION_REASON: "no code, only a termination reason",
    Matched.NONE: "not known",
}


class Asked(NamedTuple):
    """What the answer depends on: the pair as the tables know it, and how the call stood."""

    pair: tuple[int, int]
    """As `callmon.core.reasons_catalogue.normal` makes it; negative where there is no number to look up."""
    diagnostic: tuple[int, int] | None
    """The pair in the message as it stands there, if there is one and it is another."""
    of_call: bool
    """Whether it is about a call; False if somebody looks a reason up."""
    established: bool | None
    """Whether the call was ever answered; None if that is not known."""
    ended: bool
    """Whether the call is over; False for a result on a call that goes on."""
    termination_reason: str
    """Empty, one that the phrases know, or `UNHEARD_OF`."""
    chinese: bool

    @property
    def surely_ended(self) -> bool:
        """There is a call, and it is over."""
        return self.ended and self.of_call


class Found(NamedTuple):
    """A reading, where it was found, and what must be said with it."""

    reading: Reading
    matched: Matched
    row: Row | None = None
    notes: tuple[Phrase, ...] = ()
    also: tuple[Reading, ...] = ()
    """Other readings of the pair or subcode, whether they differ or not."""


def find(asked: Asked) -> Found:
    """The best reading there is."""
    if asked.pair == NOTHING:
        return _without_codes(asked)
    found = _exact(asked) or _in_message(asked)
    if found is not None:
        return found
    others = _under_other_codes(asked)
    if len(others) == 1:
        return _other_code(asked, others[0])
    found = next((found for rung in _RUNGS if (found := rung(*asked.pair))), Found(UNKNOWN, Matched.NONE))
    if not asked.ended and found.matched in {Matched.CODE, Matched.CLASS} and found.reading.category == "success":
        return Found(NO_ERROR, found.matched)  # a bare success reads as an end everywhere else
    return found._replace(also=(*found.also, *(row.reading for row in others))) if others else found


def _without_codes(asked: Asked) -> Found:
    if asked.diagnostic is not None:
        return _in_message(asked) or find(_of_message(asked, asked.diagnostic))
    if asked.ended and asked.termination_reason in TERMINATION_REASONS:
        return Found(TERMINATION_REASONS[asked.termination_reason], Matched.TERMINATION_REASON)
    word = bool(asked.termination_reason)
    return Found(no_reason(established=asked.established, ended=asked.ended, word=word), Matched.NONE)


def _exact(asked: Asked) -> Found | None:
    if min(asked.pair) < 0:
        return None
    if asked.surely_ended and asked.pair in FAILED_TRANSFERS:
        # Only an answered call can be transferred; on any other the table's reading of this pair is not the reason.
        return None if asked.established is False else Found(TRANSFER_THEN_END, Matched.EXACT)
    rows = readings(*asked.pair)
    if asked.surely_ended:
        rows = tuple(sorted(rows, key=is_operation_result))
    if not rows:
        return None
    reading, notes = rows[0].reading, _phone_notes(*asked.pair)
    if asked.surely_ended and is_operation_result(rows[0]):
        reading, notes = with_an_end(reading), (*notes, CAME_WITH_THE_END)
    return Found(reading, Matched.EXACT, rows[0], notes, tuple(row.reading for row in rows[1:]))


def _in_message(asked: Asked) -> Found | None:
    if asked.diagnostic is None:
        return None
    found = _exact(_of_message(asked, asked.diagnostic))
    if found is None:
        return None
    code, subcode = asked.diagnostic
    note = FROM_THE_MESSAGE.filled(code=code, subcode=subcode)
    return found._replace(matched=Matched.DIAGNOSTIC, notes=(*found.notes, note))


def _of_message(asked: Asked, pair: tuple[int, int]) -> Asked:
    return asked._replace(pair=normal(*pair), diagnostic=None)


def _under_other_codes(asked: Asked) -> tuple[Row, ...]:
    code, subcode = asked.pair
    if subcode <= 0:  # subcode 0 means the same under every code: nothing
        return ()
    rows = (row for row in codes_of(subcode) if row.code != code)
    return tuple(row for row in rows if not (asked.surely_ended and is_operation_result(row)))


def _other_code(asked: Asked, row: Row) -> Found:
    code, subcode = asked.pair
    note = ANOTHER_CODE.filled(known=row.code, given=code) if code >= 0 else NO_CODE.filled(known=row.code)
    also = tuple(other.reading for other in readings(row.code, subcode)[1:])
    return Found(row.reading, Matched.OTHER_CODE, row, (note, *_phone_notes(row.code, subcode)), also)


def _phone_notes(code: int, subcode: int) -> tuple[Phrase, ...]:
    note = families.phone_note(code, subcode)
    return (Phrase(note, note),) if note else ()


def _subcode_alone(code: int, subcode: int) -> Found | None:
    if subcode < 0 or (subcode == 0 and code >= 0):
        return None
    rows = readings(NOT_GIVEN, subcode)
    return _first(rows, Matched.SUBCODE) if rows else None


def _phone_rule(code: int, subcode: int) -> Found | None:
    reading = families.by_phone_rule(code, subcode)
    return Found(reading, Matched.PSTN) if reading else None


def _family(_code: int, subcode: int) -> Found | None:
    reading = families.by_family(subcode)
    return Found(reading, Matched.FAMILY) if reading else None


def _code_alone(code: int, subcode: int) -> Found | None:
    rows = readings(code, NOT_GIVEN) if code >= 0 else ()
    generic = families.by_generic_code(code)
    if rows:
        found = _first(rows, Matched.CODE)
    elif generic is not None:
        found = Found(generic, Matched.CODE)
    else:
        return None
    if subcode == NOT_GIVEN:
        return found
    return found._replace(notes=(SUBCODE_ZERO if subcode == 0 else SUBCODE_UNKNOWN,))


def _class(code: int, _subcode: int) -> Found | None:
    reading = families.by_class(code)
    return Found(reading, Matched.CLASS) if reading else None


def _first(rows: tuple[Row, ...], matched: Matched) -> Found:
    return Found(rows[0].reading, matched, rows[0], also=tuple(row.reading for row in rows[1:]))


_RUNGS: tuple[Callable[[int, int], Found | None], ...] = (
    _subcode_alone,
    _phone_rule,
    _family,
    _code_alone,
    _class,
)
