"""Columns that somebody made: paths, and what becomes of what stands there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core import wire
from callmon.core.board import Board
from callmon.core.custom import CustomColumn
from callmon.core.draft import apply
from callmon.core.filtering import Filter, parse
from callmon.core.paths import NoPath, Path, read_path, text_at
from callmon.core.query import Query, rows
from callmon.core.reports import Report
from callmon.core.sorting import Sort, SortBy, sort_named
from tests.makers import at, body, item

DOCUMENT: dict[str, Any] = {
    "source": {"identity": {"user": {"displayName": "Ana"}}},
    "targets": [{"id": "t0"}, {"id": "t1"}],
    "@odata.type": "#microsoft.graph.call",
    "flag": True,
    "nothing": None,
    "number": 7,
    "": "empty",
}


def path(text: str) -> Path:
    understood = read_path(text)
    assert isinstance(understood, Path), understood
    return understood


QUEUE = CustomColumn("queue", path("queue.name"), "Queue", 10)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("source.identity.user.displayName", "Ana"),
        ("$.source.identity.user.displayName", "Ana"),
        ("targets[1].id", "t1"),
        ("$['@odata.type']", "#microsoft.graph.call"),
        ('["@odata.type"]', "#microsoft.graph.call"),
        ("targets[2].id", None),
        ("targets.id", None),
        ("source[0]", None),
        ("flag", "true"),
        ("number", "7"),
        ("nothing", None),
        ("targets[0]", '{"id": "t0"}'),
    ],
)
def test_what_stands_at_a_path(written: str, found: str | None) -> None:
    assert text_at(DOCUMENT, path(written)) == found


@pytest.mark.parametrize(
    "written", ["", "$", "$.", "a..b", ".a", "a.", "a[x]", "a[-1]", "a[*]", "$..a", "a b", "a[", "é"]
)
def test_what_is_no_path_is_told_with_what_would_be_right(written: str) -> None:
    refused = read_path(written)
    assert isinstance(refused, NoPath)
    assert "is not a path" in refused.sentence
    assert "source.identity.user.displayName, targets[0]" in refused.sentence


@given(st.text(max_size=300))
def test_reading_a_path_never_fails_and_what_it_says_is_harmless(text: str) -> None:
    understood = read_path(text)
    if isinstance(understood, NoPath):
        assert understood.sentence.isprintable()
    else:
        text_at(DOCUMENT, understood)


def test_a_long_value_is_cut() -> None:
    assert text_at({"a": "x" * 5000}, path("a")) == "x" * 200


def told(*said: tuple[str, Any]) -> Board:
    """The board after notifications of calls, each with a queue."""
    board = Board()
    for second, (url, queue) in enumerate(said):
        raw = body(item(url=f"/communications/calls/{url}", state="established", queue={"name": queue}))
        for report in wire.parse(raw, custom=(QUEUE,)).reports:
            board = apply(board, report, at(second))
    return board


def test_the_latest_that_was_said_is_kept_and_what_was_left_out_stays() -> None:
    board = told(("1", "sales"), ("1", "help"), ("1", None))
    assert board.calls["1"].custom == (("queue", "help"),)


def test_nothing_is_kept_where_nobody_asks() -> None:
    (report,) = wire.parse(body(item(state="established", queue={"name": "sales"}))).reports
    assert report.custom == ()


def test_an_answer_of_graph_tells_it_too() -> None:
    report = wire.parse_call("1", b'{"state": "established", "queue": {"name": "sales"}}', (QUEUE,))
    assert isinstance(report, Report)
    assert report.custom == (("queue", "sales"),)


def test_calls_are_sorted_by_it_numbers_by_their_size_and_silence_last() -> None:
    board = told(("a", "10"), ("b", "9"), ("c", None), ("d", "sales"), ("e", "Help"))
    assert sort_named("queue") is None
    by = sort_named("-queue", ("queue",))
    assert by == Sort("queue", reverse=True)
    assert [row.id for row in rows(board, Query(sort=Sort("queue")), at(9))] == ["b", "a", "e", "d", "c"]
    assert [row.id for row in rows(board, Query(sort=Sort("queue", reverse=True)), at(9))] == ["c", "d", "e", "a", "b"]
    assert [row.id for row in rows(board, Query(sort=Sort(SortBy.ID)), at(9))] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [("queue:SAL", "1"), ("!queue:sales", "23"), ("queue:/^h/", "2"), ("help", "2"), ("queue:", "123")],
)
def test_calls_are_filtered_by_it(typed: str, ids: str) -> None:
    board = told(("1", "sales"), ("2", "help"), ("3", None))
    shown = rows(board, Query(text=typed, custom=("queue",)), at(9))
    assert "".join(sorted(row.id for row in shown)) == ids


def test_only_those_that_were_made_are_fields() -> None:
    assert isinstance(parse("queue:x", ("queue",)), Filter)
    assert not isinstance(parse("queue:x"), Filter)
