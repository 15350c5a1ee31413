from __future__ import annotations

from collections.abc import Generator, Iterable
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import ResultInfo
from callmon.core.hangup import CheckOutcome
from callmon.core.query import Query, Which, rows
from callmon.core.records import CallChecked
from callmon.core.reports import Report
from callmon.core.summary import Summary, SummaryLine, bar, summarize_bit_by_bit
from tests.makers import at, board_of, note, report

HOUR = timedelta(hours=1)
FAULT = ResultInfo(500, 560500)
OVER = ResultInfo(200, 5001)


def call_id(number: int) -> str:
    return f"{number:08x}-1111-4222-8333-444455556666"


def talk(number: int, end: ResultInfo | None) -> list[Report]:
    states = ("incoming", "establishing", "established")
    return [
        *(report(state, call_id=call_id(number)) for state in states),
        report("terminated", "deleted", call_id(number), result=end),
    ]


def talks(*ends: ResultInfo | None) -> Board:
    return board_of(one for number, end in enumerate(ends) for one in talk(number, end))


def counted(summary: Summary) -> list[tuple[object, object, int]]:
    return [(line.code, line.subcode, line.count) for line in summary.lines]


def finished(counting: Generator[None, None, list[Summary]]) -> tuple[list[Summary], int]:
    """What comes of it, and how often it paused."""
    pauses = 0
    while True:
        try:
            next(counting)
            pauses += 1
        except StopIteration as end:
            return end.value, pauses


def summarize(board: Board, now: datetime, span: timedelta, lang: str = "en") -> Summary:
    (summary,), _ = finished(summarize_bit_by_bit(board, now, [span], lang))
    return summary


def test_an_empty_board() -> None:
    assert summarize(Board(), at(0), HOUR, "en") == Summary(0, (), ())


def test_several_spans_are_counted_at_once_with_pauses() -> None:
    board = talks(*[OVER] * 60, FAULT)
    spans = (HOUR, timedelta(seconds=50), timedelta(0))
    summaries, pauses = finished(summarize_bit_by_bit(board, at(250), spans))
    assert pauses == 2
    assert summaries == [summarize(board, at(250), span) for span in spans]
    assert [summary.total for summary in summaries] == [61, 11, 0]


def test_the_most_frequent_reason_comes_first() -> None:
    summary = summarize(talks(OVER, FAULT, OVER, None), at(100), HOUR, "en")
    assert summary.total == 4
    assert counted(summary) == [(200, 5001, 2), (500, 560500, 1), (None, None, 1)] or counted(summary) == [
        (200, 5001, 2),
        (None, None, 1),
        (500, 560500, 1),
    ]
    first = summary.lines[0]
    assert first == SummaryLine("The conversation ended", 200, 5001, "success", "unknown", 2, 0.5)
    assert summary.by_category[0] == ("success", 2)


def test_reasons_of_one_frequency_stand_in_the_order_of_their_titles() -> None:
    titles = [line.title for line in summarize(talks(FAULT, None, OVER), at(100), HOUR, "en").lines]
    assert titles == sorted(titles)


def test_both_spellings_of_success_are_one_reason() -> None:
    assert counted(summarize(talks(OVER, ResultInfo(0, 5001)), at(100), HOUR, "en")) == [(200, 5001, 2)]


def test_the_message_does_not_split_a_reason() -> None:
    ends = (ResultInfo(500, 560500, f"Fault number {number}") for number in range(5))
    assert counted(summarize(talks(*ends), at(100), HOUR, "en")) == [(500, 560500, 5)]


def test_a_call_that_nobody_answered_ended_for_another_reason() -> None:
    unanswered = [report("incoming", "created", call_id(9)), report("terminated", "deleted", call_id(9), result=OVER)]
    summary = summarize(board_of([*talk(1, OVER), *unanswered]), at(100), HOUR, "en")
    assert [line.count for line in summary.lines] == [1, 1]


def test_a_call_that_may_have_been_answered_is_not_counted_as_one_that_was_not() -> None:
    unanswered = [report("incoming", "created", call_id(1)), report("terminated", "deleted", call_id(1), result=OVER)]
    tone = report(None, call_id=call_id(2), tone="tone1")
    perhaps = [report("incoming", "created", call_id(2)), tone]
    perhaps.append(report("terminated", "deleted", call_id(2), result=OVER))
    lines = summarize(board_of([*unanswered, *perhaps]), at(100), HOUR, "en").lines
    assert sorted((line.count, line.title.startswith("Never answered")) for line in lines) == [(1, False), (1, True)]


@pytest.mark.parametrize(("minutes", "total"), [(1, 0), (59, 1), (61, 2), (600, 2)])
def test_only_the_calls_of_the_span_count(minutes: int, total: int) -> None:
    board = board_of(talk(1, OVER))
    board = board_of(talk(2, FAULT), board, start=1800)
    assert summarize(board, at(3600 + 3), timedelta(minutes=minutes), "en").total == total


def test_living_calls_do_not_count() -> None:
    board = board_of([*talk(1, OVER), report("incoming", "created", call_id(2))])
    assert summarize(board, at(100), HOUR, "en").total == 1


def test_calls_whose_end_was_never_reported_have_a_line_of_their_own() -> None:
    board = board_of([*talk(1, None), report("established", call_id=call_id(2))])
    board = note(board, CallChecked(call_id(2), CheckOutcome(Answer.GONE, "Graph knows no such call.")), at(9))
    lines = summarize(board, at(100), HOUR, "en").lines
    assert SummaryLine("Gone: its end was never reported", None, None, "unknown", "unknown", 1, 0.5) in lines


def test_titles_come_in_the_language_that_was_asked_for() -> None:
    (line,) = summarize(talks(OVER), at(100), HOUR, "zh-CN").lines
    assert not line.title.isascii()


def test_a_code_that_is_text_is_harmless() -> None:
    (line,) = summarize(talks(ResultInfo("\x1b[2J", "\u202e")), at(100), HOUR, "en").lines
    assert (line.code, line.subcode) == ("\\x1b[2J", "\\u202e")


def some_ends() -> st.SearchStrategy[list[ResultInfo | None]]:
    codes = st.one_of(st.none(), st.sampled_from([0, 200, 403, 486, 500, "486", "x"]))
    subcodes = st.one_of(st.none(), st.sampled_from([0, 5001, 10003, 560486, 560500]))
    messages = st.sampled_from([None, "DiagCode: 486#560486.@"])
    return st.lists(st.none() | st.builds(ResultInfo, codes, subcodes, messages), max_size=12)


@given(some_ends())
def test_every_call_is_counted_once(ends: Iterable[ResultInfo | None]) -> None:
    board = talks(*ends)
    summary = summarize(board, at(100), HOUR, "en")
    assert summary.total == len(rows(board, Query(Which.ENDED), at(100)))
    assert summary.total == sum(line.count for line in summary.lines) == sum(many for _, many in summary.by_category)
    assert sum(line.share for line in summary.lines) == pytest.approx(1 if summary.total else 0)
    assert [line.count for line in summary.lines] == sorted((line.count for line in summary.lines), reverse=True)


@pytest.mark.parametrize(
    ("share", "width", "shown", "in_ascii"),
    [
        (0, 8, "", ""),
        (1, 8, "████████", "########"),
        (0.5, 8, "████", "####"),
        (0.25, 2, "▌", "#"),
        (1 / 64, 8, "▏", "#"),
        (0.0001, 8, "▏", "#"),
        (0.99, 8, "███████▉", "########"),
        (2, 3, "███", "###"),
        (-1, 3, "", ""),
        (0.5, 0, "", ""),
    ],
)
def test_bars(share: float, width: int, shown: str, in_ascii: str) -> None:
    assert bar(share, width) == shown
    assert bar(share, width, ascii_only=True) == in_ascii


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 60))
def test_a_larger_share_never_has_a_shorter_bar(one: float, other: float, width: int) -> None:
    def length(share: float) -> float:
        return next(eighths for eighths in count() if bar(eighths / 8 / width, width) == bar(share, width))

    if width and one <= other:
        assert length(one) <= length(other)
    for share in (one, other):
        assert len(bar(share, width)) <= width
        assert bool(bar(share, width)) == (share > 0 and width > 0)
