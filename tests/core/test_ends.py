from __future__ import annotations

import pytest

from callmon.core import ends as ends_module
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import ResultInfo
from callmon.core.ends import Ends
from callmon.core.hangup import CheckOutcome
from callmon.core.records import CallChecked
from callmon.core.reports import Report
from tests.makers import CALL, at, board_of, note, report

BEGUN = report("established")
BARE = report("terminated")
FAILED = report("terminated", "deleted", result=ResultInfo(500, 7106))
GONE = CallChecked(CALL, CheckOutcome(Answer.GONE, "No such call."))

COUNTED: dict[str, tuple[list[Report | CallChecked], float, dict[str, int]]] = {
    "with its reason": ([BEGUN, FAILED], 2, {"network": 1}),
    "its reason comes later": ([BEGUN, BARE, FAILED, FAILED], 4, {"network": 1}),
    "its reason may still come": ([BEGUN, BARE], 20, {}),
    "its reason did not come": ([BEGUN, BARE, BARE], 40, {"unknown": 1}),
    "its end was never reported": ([BEGUN, GONE], 40, {"gone": 1}),
    "its end was reported after a 404": ([BEGUN, GONE, FAILED], 4, {"network": 1}),
    "a report of something else": ([BEGUN], 40, {}),
}


@pytest.mark.parametrize("case", COUNTED)
def test_an_end_is_counted_once_under_the_reason_that_holds(case: str) -> None:
    told, seconds, counted = COUNTED[case]
    ends, board = Ends(), Board()
    for second, one in enumerate(told):
        before = board
        board = board_of([one], board, second) if isinstance(one, Report) else note(board, one, at(second))
        ends.take(before, board, [call.id for call in board], at(second))
    assert ends.counts(board, at(seconds)) == counted
    assert ends.counts(board, at(seconds)) == counted


def test_what_was_counted_is_not_taken_back() -> None:
    board = board_of([BEGUN, BARE])
    ends = Ends()
    ends.take(Board(), board, [call.id for call in board], at(1))
    assert ends.counts(board, at(60)) == {"unknown": 1}
    after = board_of([FAILED], board, 61)
    ends.take(board, after, [call.id for call in after], at(61))
    assert ends.counts(after, at(200)) == {"unknown": 1}


def test_an_end_that_is_no_longer_on_the_board_is_counted_all_the_same() -> None:
    ends, board = Ends(), board_of([BEGUN, BARE])
    ends.take(Board(), board, [call.id for call in board], at(1))
    assert ends.counts(Board(), at(60)) == {"unknown": 1}


def test_an_end_in_time_to_come_is_counted_when_the_clock_here_says_so() -> None:
    ends, board = Ends(), board_of([BEGUN, BARE], start=10_000)
    ends.take(Board(), board, [call.id for call in board], at(0))
    assert ends.counts(board, at(31)) == {"unknown": 1}


def test_ends_without_a_reason_do_not_pile_up_where_nobody_asks_for_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends_module, "_MOST_OPEN", 2)
    ends, board = Ends(), Board()
    for number in range(20):
        before = board
        board = board_of([report("terminated", call_id=f"{number}")], before, number * 60)
        ends.take(before, board, [f"{number}"], at(number * 60))
        assert len(ends._open) <= 3
    assert ends.counts(board, at(2000)) == {"unknown": 20}
