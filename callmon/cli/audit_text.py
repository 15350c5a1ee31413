"""The audit trail as lines, as JSON, and what walking its chain found in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callmon.cli.table import aligned
from callmon.core import describe
from callmon.core.answer_words import came_back, request_ids
from callmon.core.attempts import Attempt
from callmon.core.audit import Break, Lack, Tampering, Verdict
from callmon.core.board import Board
from callmon.core.document import tries_document
from callmon.core.text import iso, visible

_HEADER = ("WHEN (UTC)", "WHO", "#", "CALL", "WITH", "WHY", "CAME BACK", "TOOK", "REQUEST IDS")
_NO_ANSWER = "no answer is recorded"
_DONE_TO_IT = {
    Tampering.CHANGED: "does not follow from what stands before it: it was changed, or entries before it were changed "
    "or taken out",
    Tampering.PUT_IN: "was put in or moved here: without it, the next entry fits",
    Tampering.UNSEALED: "has no seal although entries before it have one: it was put in, or its seal was taken away",
}

_LACKING = {
    Lack.UNSEALED: "It has {unsealed} without a seal, which is not what the journal had when seals came in: entries "
    "were put in or taken out, or seals were taken away.",
    Lack.CUT: "The last sealed entry that the journal wrote is not in its place: entries were cut off the end.",
}


def attempt_lines(attempts: Sequence[Attempt], board: Board) -> list[str]:
    """A line a attempt, below a header. Whatever came from outside is harmless to a terminal."""
    rows: list[tuple[str, ...]] = [_HEADER]
    for attempt in attempts:
        rows.append(_cells(attempt, board))
        rows += _tries(attempt)
    return aligned(rows)


def _tries(attempt: Attempt) -> list[tuple[str, ...]]:
    """Below an attempt that was sent several times: each sending."""
    tries = attempt.outcome.tries if attempt.outcome else ()
    return [
        tuple(map(visible, (one.at, "", "", "", "", f"try {number}", came_back(one), "", request_ids(one))))
        for number, one in enumerate(tries, 1)
    ]


def _cells(attempt: Attempt, board: Board) -> tuple[str, ...]:
    call = board.get(attempt.call_id)
    took = attempt.took_s
    cells = (
        iso(attempt.at) if attempt.at else "",
        _who(attempt),
        f"#{call.index}" if call else "",
        attempt.call_id,
        describe.who(call) if call else "",
        attempt.reason,
        came_back(attempt.outcome) if attempt.outcome else _NO_ANSWER,
        f"{took:.2f}s" if took is not None else "",
        request_ids(attempt.outcome) if attempt.outcome else "",
    )
    return tuple(visible(cell) or "-" for cell in cells)


def _who(attempt: Attempt) -> str:
    remarks = [attempt.login, "imported" if attempt.imported else ""]
    told = ", ".join(filter(None, remarks))
    return f"{attempt.operator} ({told})".strip() if told else attempt.operator


def attempt_document(attempt: Attempt, board: Board) -> dict[str, Any]:
    """The JSON of an attempt. What is not known is null."""
    call, outcome = board.get(attempt.call_id), attempt.outcome
    return {
        "attempt": attempt.id,
        "at": iso(attempt.at) if attempt.at else None,
        "operator": attempt.operator or None,
        "login": attempt.login or None,
        "imported": attempt.imported,
        "id": attempt.call_id,
        "index": call.index if call else None,
        "who": (describe.who(call) or None) if call else None,
        "bot": attempt.bot or None,
        "reason": attempt.reason or None,
        "answered_at": iso(attempt.answered_at) if attempt.answered_at else None,
        "took_s": attempt.took_s,
        "answer": str(outcome.answer) if outcome else None,
        "status": outcome.status if outcome else None,
        "sentence": outcome.sentence if outcome else None,
        "code": outcome.code if outcome else None,
        "message": outcome.message if outcome else None,
        "request_id": outcome.request_id if outcome else None,
        "client_request_id": outcome.client_request_id if outcome else None,
        "date": outcome.date if outcome else None,
        "scenario_id": outcome.scenario_id if outcome else None,
        "diagnostic": outcome.diagnostic if outcome else None,
        "tries": tries_document(outcome),
    }


def sound(verdict: Verdict, expected: str) -> bool:
    """Whether nothing was found to be wrong."""
    return verdict.broken is None and verdict.lack is None and (not expected or verdict.noted is not None)


def verdict_lines(verdict: Verdict, expected: str) -> list[str]:
    """What walking the chain found."""
    lines = [_first_line(verdict)]
    if verdict.unsealed and verdict.lack is not Lack.UNSEALED:
        entries = "entry is" if verdict.unsealed == 1 else "entries are"
        lines.append(f"{verdict.unsealed} {entries} from before entries were sealed; nothing can be said of them.")
    if expected:
        lines.append(_noted_line(verdict))
    if verdict.last and verdict.broken is None and verdict.lack is None:
        lines.append(f"Last seal: {verdict.last}")
    return lines


def _first_line(verdict: Verdict) -> str:
    if verdict.broken is not None:
        return f"The audit trail is broken. {_break_words(verdict.broken)}"
    if verdict.lack is not None:
        entries = f"{verdict.unsealed} {'entry' if verdict.unsealed == 1 else 'entries'}"
        return f"The audit trail is broken. {_LACKING[verdict.lack].format(unsealed=entries)}"
    if not verdict.sealed:
        return "The audit trail has no sealed entries."
    return f"The audit trail is whole: {verdict.sealed} sealed {'entry' if verdict.sealed == 1 else 'entries'}."


def _break_words(broken: Break) -> str:
    link = broken.link
    return (
        f"Entry {broken.number} ({visible(link.kind)}, {iso(link.at)}, by {visible(link.origin)}) "
        f"{_DONE_TO_IT[broken.what]}."
    )


def _noted_line(verdict: Verdict) -> str:
    if verdict.noted is not None:
        return (
            f"The expected seal is that of entry {verdict.noted}: up to there nothing was changed since it was noted."
        )
    return (
        "No entry has the expected seal: entries were cut off since it was noted, the trail was written anew, or the "
        "seal is of another journal."
    )


def verdict_document(verdict: Verdict, expected: str) -> dict[str, Any]:
    """The JSON of what walking the chain found."""
    broken = verdict.broken
    return {
        "whole": sound(verdict, expected),
        "sealed": verdict.sealed,
        "unsealed": verdict.unsealed,
        "last_seal": verdict.last or None,
        "expected_at": verdict.noted,
        "lacks": str(verdict.lack) if verdict.lack else None,
        "broken": None
        if broken is None
        else {
            "entry": broken.number,
            "kind": broken.link.kind,
            "at": iso(broken.link.at),
            "origin": broken.link.origin,
            "what": str(broken.what),
        },
    }
