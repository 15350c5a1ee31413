"""Why a call ended, in words: from the ``resultInfo`` of a notification to a title, an explanation and advice.

`explain` goes down a ladder from the exact pair of code and subcode to what little the class of a code tells, and
says how far down it had to go (`Matched`). Source of the facts: the rows of `callmon.core.reasons_catalogue`, the
Delete-call page of Microsoft Graph first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from callmon.core.reasons_catalogue import (
    NOT_GIVEN,
    SUCCESS,
    Reading,
    Row,
    in_chinese,
    is_operation_result,
    normal,
    rows,
)
from callmon.core.reasons_ladder import NOTHING, Asked, Found, Matched, find
from callmon.core.reasons_phrases import (
    CALL_GOES_ON,
    NEVER_ANSWERED,
    TERMINATION_REASONS,
    UNHEARD_OF,
    WHILE_ENDING,
    Frame,
)

__all__ = ["NOBODY", "Ending", "Matched", "Reading", "Row", "catalogue", "explain"]

NOBODY = "nobody"
"""Who ended a call that goes on."""

_UNREADABLE = -2  # given, but not a number that any table could hold
_TOO_LARGE = 10**10
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)
_DIAG_CODE = re.compile(r"DiagCode:\s*([0-9]{1,10})#([0-9]{1,10})(?![0-9])", re.IGNORECASE)

# The lobby and a finished transfer: such a call got somewhere, whether or not anybody reported that it was answered.
_NOT_ABOUT_ANSWERING = frozenset({5854, 5855, 7015})


class Ending(NamedTuple):
    """A reason, explained. A named tuple, as what the ladder makes: a filter asks for that of every ended call."""

    code: int | str | None
    """As given; a number if it can be read as one."""
    subcode: int | str | None
    """As given; a number if it can be read as one."""
    message: str | None
    """As given. Not safe to print before control characters are made visible."""
    title: str
    explanation: str
    ended_by: str
    """participant, callee, bot, pstn, service, policy, network, timeout, unknown, or `NOBODY` if the call goes on."""
    category: str
    """success, expected, client_error, network, service_error or unknown."""
    advice: str
    """What to do next; may be empty."""
    matched: Matched
    source: str
    """Whose reading this is: a source of the catalogue, or ``derived`` if it follows from a rule."""
    inner: Ending | None = None
    """The DiagCode pair in the message, if it differs from the outer pair, explained on its own.

    None where there is no outer pair and this is the reason in the message.
    """
    also: tuple[Reading, ...] = ()
    """What other sources say of the same pair where they say something else."""


def catalogue() -> tuple[Row, ...]:
    """Every row of the catalogue, the most trusted source first."""
    return rows()


def explain(
    code: int | str | None,
    subcode: int | str | None = None,
    message: str | None = None,
    *,
    of_call: bool = False,
    established: bool | None = None,
    ended: bool = True,
    termination_reason: str | None = None,
    lang: str = "en",
) -> Ending:
    """What a ``resultInfo`` means. Total: any input has an answer with a title and an explanation.

    `of_call` says that it is about a call, and not that somebody looks a reason up.
    `established` is whether that call was ever answered, None if that is not known; to know it, there must be a call.
    With `ended` false the result came on a call that goes on, and it is not explained as an end.
    `termination_reason` is what older notifications carry in place of a code.
    `lang` ``zh-CN`` gives title and explanation of the Delete-call page's pairs in Chinese, all else in English.
    """
    code, subcode = _as_number(code), _as_number(subcode)
    pair = normal(_key(code), _key(subcode))
    diagnostic = _diagnostic(message)
    word = (termination_reason or "").strip().casefold()
    asked = Asked(
        pair=pair,
        diagnostic=diagnostic if diagnostic is not None and normal(*diagnostic) != pair else None,
        of_call=of_call or established is not None,
        established=established,
        ended=ended,
        termination_reason=word if word in TERMINATION_REASONS else word and UNHEARD_OF,
        chinese=lang.casefold().startswith("zh"),
    )
    return _explained(asked)._replace(code=code, subcode=subcode, message=message)


def with_result_before(
    why: Ending, numbers: str, code: int | str | None, subcode: int | str | None, message: str | None
) -> Ending:
    """The explanation of an end, if it brought no reason, with the result that came while the call was ending."""
    if why.matched is not Matched.NONE or (why.code, why.subcode) != (None, None):
        return why
    before = explain(code, subcode, message, of_call=True)
    told = WHILE_ENDING.format(f"{numbers} ({before.title})" if numbers else before.title)
    return why._replace(explanation=told)


def _as_number(value: int | str | None) -> int | str | None:
    if isinstance(value, str):
        text = value.strip()
        return int(text) if _NUMBER.fullmatch(text) else value
    return value if value is None else int(value)


def _key(value: int | str | None) -> int:
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOT_GIVEN
    return value if isinstance(value, int) and 0 <= value < _TOO_LARGE else _UNREADABLE


def _diagnostic(message: str | None) -> tuple[int, int] | None:
    found = _DIAG_CODE.search(message) if message else None
    return (int(found[1]), int(found[2])) if found else None


@lru_cache(maxsize=4096)  # its keys are numbers and known words, so hostile text cannot fill the memory
def _explained(asked: Asked) -> Ending:
    found = find(asked)
    inner = None
    if asked.diagnostic is not None and not (asked.pair == NOTHING and found.matched is Matched.DIAGNOSTIC):
        code, subcode = asked.diagnostic
        # On its own it is a cause, not an end: whether the call was answered or goes on says nothing about it.
        alone = asked._replace(pair=normal(code, subcode), diagnostic=None, of_call=False, established=None, ended=True)
        inner = _explained(alone)._replace(code=code, subcode=subcode)
    chinese = asked.chinese and found.row is not None and in_chinese(found.row) is not None
    title, explanation = _words(found, chinese=chinese)
    ended_by, category = found.reading.ended_by, found.reading.category
    frame = _frame(asked, found)
    if frame is not None:
        title = frame.title.text(chinese=chinese).format(title)
        explanation = frame.explanation.text(chinese=chinese).format(explanation)
    if frame is NEVER_ANSWERED and category == "success":
        category = "expected"  # the end is no fault, but a call that nobody took is no success
    return Ending(
        code=None,
        subcode=None,
        message=None,
        title=title,
        explanation=explanation,
        ended_by=ended_by if asked.ended else NOBODY,
        category=category,
        advice=found.reading.advice,
        matched=found.matched,
        source=found.reading.source,
        inner=inner,
        also=_different(found),
    )


def _words(found: Found, *, chinese: bool) -> tuple[str, str]:
    title, explanation = found.reading.title, found.reading.explanation
    if chinese and found.row is not None:
        title, explanation = in_chinese(found.row) or (title, explanation)
    notes = (note.text(chinese=chinese) for note in found.notes)
    return title, ("" if chinese else " ").join((explanation, *notes))


def _different(found: Found) -> tuple[Reading, ...]:
    seen = {found.reading.title.casefold()}
    different = []
    for reading in found.also:
        if reading.title.casefold() not in seen:
            seen.add(reading.title.casefold())
            different.append(reading)
    return tuple(different)


def _frame(asked: Asked, found: Found) -> Frame | None:
    if asked.pair == NOTHING and found.matched is Matched.NONE:
        return None
    if not asked.ended:
        return None if found.row is not None and is_operation_result(found.row) else CALL_GOES_ON
    return NEVER_ANSWERED if asked.established is False and _like_a_success(asked, found) else None


def _like_a_success(asked: Asked, found: Found) -> bool:
    code, subcode = asked.pair
    if subcode in _NOT_ABOUT_ANSWERING or asked.termination_reason in {"apptransferred", "appredirected"}:
        return False
    if code < 0:
        return found.matched is Matched.TERMINATION_REASON or found.reading.category == "success"
    return code == 0 or code // 100 == SUCCESS // 100
