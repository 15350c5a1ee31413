"""The rows of the end-reason catalogue, and how to look them up.

The rows are package data: ``end_reasons.csv`` (one row per pair and source, sorted by how far a source is to be
trusted for a bot on Microsoft Graph, the Delete-call page first) and ``end_reasons_zh.csv`` (the Delete-call page's
pairs in Chinese). They are read once, on first use.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

NOT_GIVEN = -1
"""As code: any or none; as subcode: any or none. The CSV uses the same number."""
SUCCESS = 200
DELETE_CALL_PAGE = "graph-call-delete-v1.0"
"""The source that wins wherever sources differ: Microsoft Graph v1.0, "call: delete", table of end reasons."""

_EXAMPLES = "graph-docs-examples"
_OPERATION_RESULTS = frozenset({(200, 0), (200, 8515), (400, 8508), (500, 7000), (500, 7700)})
_NO_END = " It is an operation result, not an end of call."


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says about a reason."""

    title: str
    explanation: str
    ended_by: str
    """participant, callee, bot, pstn, service, policy, network, timeout or unknown; nobody if the call goes on."""
    category: str
    """success, expected, client_error, network, service_error or unknown."""
    advice: str
    """What to do next; may be empty."""
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the catalogue. `code` and `subcode` are `NOT_GIVEN` where the source gives none."""

    code: int
    subcode: int
    reading: Reading


@cache
def rows() -> tuple[Row, ...]:
    """Every row, the most trusted source first."""
    return tuple(_rows())


def readings(code: int, subcode: int) -> tuple[Row, ...]:
    """The rows of one pair, the most trusted source first; codes 0 and 200 are the same success."""
    return _by_pair().get(normal(code, subcode), ())


def codes_of(subcode: int) -> tuple[Row, ...]:
    """The first row of every code under which a subcode is known."""
    return _by_subcode().get(subcode, ())


def sip_meaning(code: int) -> Reading | None:
    """What the SIP standards say about a response code; not what Microsoft means by the same number."""
    return next((row.reading for row in readings(code, NOT_GIVEN) if row.reading.source.startswith("sip-")), None)


def is_operation_result(row: Row) -> bool:
    """Whether a row speaks of an operation or a transfer on a call that goes on, and not of an end."""
    return row.reading.source == _EXAMPLES and (row.code, row.subcode) in _OPERATION_RESULTS


def with_an_end(reading: Reading) -> Reading:
    """The reading of an operation's result that came with the end of a call: it does not deny the end."""
    return replace(reading, explanation=reading.explanation.removesuffix(_NO_END))


def in_chinese(row: Row) -> tuple[str, str] | None:
    """Title and explanation of a row of the Delete-call page in Chinese; None for any other row."""
    return _chinese().get((row.code, row.subcode)) if row.reading.source == DELETE_CALL_PAGE else None


def normal(code: int, subcode: int) -> tuple[int, int]:
    """The pair as the tables know it: 0 and 200 are the same success code.

    A bare code 0 stays apart: its row speaks of the old form without a subcode, which says nothing about 200.
    """
    return (SUCCESS if code == 0 and subcode != NOT_GIVEN else code, subcode)


def _read(name: str) -> Iterator[dict[str, str]]:
    text = (files("callmon.core") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _rows() -> Iterator[Row]:
    for line in _read("end_reasons.csv"):
        reading = Reading(
            title=line["title"],
            explanation=line["explanation"],
            ended_by=line["who_ended"],
            category=line["category"],
            advice=line["advice"],
            source=line["source"],
        )
        yield Row(int(line["code"]), int(line["subcode"]), reading)


@cache
def _by_pair() -> Mapping[tuple[int, int], tuple[Row, ...]]:
    pairs: dict[tuple[int, int], tuple[Row, ...]] = {}
    for row in rows():
        key = normal(row.code, row.subcode)
        pairs[key] = (*pairs.get(key, ()), row)
    return pairs


@cache
def _by_subcode() -> Mapping[int, tuple[Row, ...]]:
    subcodes: dict[int, tuple[Row, ...]] = {}
    for (code, subcode), found in _by_pair().items():
        if NOT_GIVEN not in {code, subcode}:
            subcodes[subcode] = (*subcodes.get(subcode, ()), found[0])
    return subcodes


@cache
def _chinese() -> Mapping[tuple[int, int], tuple[str, str]]:
    return {
        (int(line["code"]), int(line["subcode"])): (line["title_zh"], line["explanation_zh"])
        for line in _read("end_reasons_zh.csv")
    }
