from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.calls import Check
from callmon.core.checking import EVERY_S, LONGEST_S, Pause, after_answer, in_need, lately_checked, not_before
from callmon.core.doubt import doubt_of
from callmon.core.hangup import CheckOutcome
from callmon.core.records import CallChecked
from tests.makers import CALL, at, board_of, call_of, note, report

SENTENCE = "What Graph said."


def outcome(answer: Answer, wait_s: float | None = None) -> CheckOutcome:
    return CheckOutcome(answer, SENTENCE, retry_after_s=wait_s)


def test_only_a_call_in_doubt_needs_a_check() -> None:
    call = call_of(report("established"))
    doubted = call._replace(doubt=doubt_of(call, at(2000)))
    assert not in_need(call)
    assert in_need(doubted)
    assert not in_need(doubted._replace(ended_at=at(1)))


def test_a_call_is_left_alone_for_a_minute_and_for_longer_if_it_is_found_again_and_again() -> None:
    assert not_before(call_of(report("established"))) is None
    board, second, waits = board_of([report("established")]), 0.0, []
    for _ in range(8):
        second += 100
        board = note(board, CallChecked(CALL, outcome(Answer.FOUND)), at(second))
        (call,) = board
        until = not_before(call)
        assert until is not None
        waits.append((until - at(second)).total_seconds())
    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    board = board_of([report("hold")], board, start=second + 1)
    board = note(board, CallChecked(CALL, outcome(Answer.FOUND)), at(second + 2))
    (call,) = board
    assert not_before(call) == at(second + 2 + EVERY_S)


PAUSES = {
    "throttled, with a time": (outcome(Answer.THROTTLED, 2.128), 2.128),
    "throttled, without": (outcome(Answer.THROTTLED), 60),
    "not signed in": (outcome(Answer.NOT_SIGNED_IN), 30),
    "not allowed": (outcome(Answer.NOT_ALLOWED), 30),
    "no network": (outcome(Answer.UNREACHABLE), 30),
    "the service fails": (outcome(Answer.UNAVAILABLE), 30),
    "the service names a time": (outcome(Answer.UNAVAILABLE, 90), 90),
    "found": (outcome(Answer.FOUND), None),
    "gone": (outcome(Answer.GONE), None),
    "not about the way": (outcome(Answer.CONFLICT), None),
}


@pytest.mark.parametrize("case", PAUSES)
def test_how_long_checks_rest_after_an_answer(case: str) -> None:
    answer, wait_s = PAUSES[case]
    throttled = answer.answer is Answer.THROTTLED
    expected = None if wait_s is None else Pause(at(wait_s), 1, SENTENCE, throttled)
    assert after_answer(None, answer, at(0)) == expected


def test_a_wait_that_graph_asked_for_holds_though_something_else_happens_meanwhile() -> None:
    pause = after_answer(after_answer(None, outcome(Answer.THROTTLED, 90), at(0)), outcome(Answer.UNREACHABLE), at(1))
    assert pause == Pause(at(90), 2, SENTENCE, throttled=True)
    pause = after_answer(pause, outcome(Answer.UNREACHABLE, 500), at(89))
    assert pause is not None
    assert not pause.throttled


SENT = outcome(Answer.UNREACHABLE)
LATELY = [
    pytest.param(None, 0, False, id="never checked"),
    pytest.param(SENT, 0, True, id="this moment"),
    pytest.param(SENT, EVERY_S - 0.001, True, id="less than a minute ago"),
    pytest.param(SENT, EVERY_S, False, id="a minute ago"),
    pytest.param(SENT, -1, True, id="by a clock that is a little ahead"),
    pytest.param(SENT, -EVERY_S, False, id="before the clock was set back"),
    pytest.param(CheckOutcome(Answer.NOT_SIGNED_IN, SENTENCE, status=401), 1, True, id="refused by Graph"),
    pytest.param(CheckOutcome(Answer.NOT_SIGNED_IN, SENTENCE), 1, False, id="no token, so nothing was sent"),
    pytest.param(CheckOutcome(Answer.REFUSED_HERE, SENTENCE), 1, False, id="refused here"),
]


@pytest.mark.parametrize(("told", "seconds", "lately"), LATELY)
def test_one_check_a_minute_whoever_made_it(told: CheckOutcome | None, seconds: float, lately: bool) -> None:
    check = None if told is None else Check(at(0), told)
    assert lately_checked(check, at(seconds)) == (check if lately else None)


def test_pauses_grow_up_to_a_quarter_of_an_hour_and_end_with_a_good_answer() -> None:
    waits: list[float] = []
    pause = None
    for _ in range(7):
        pause = after_answer(pause, outcome(Answer.UNREACHABLE), at(1e6 * len(waits)))
        assert pause is not None
        waits.append((pause.until - at(1e6 * len(waits))).total_seconds())
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert after_answer(pause, outcome(Answer.UNEXPECTED), at(0)) is pause
    assert after_answer(pause, outcome(Answer.FOUND), at(0)) is None


@given(st.lists(st.tuples(st.sampled_from(Answer), st.none() | st.floats(0, 1e9)), max_size=50))
def test_a_pause_always_ends(answers: list[tuple[Answer, float | None]]) -> None:
    pause = None
    for answer, wait_s in answers:
        pause = after_answer(pause, outcome(answer, wait_s), at(0))
        assert pause is None or pause.until <= at(86400)
    assert LONGEST_S > EVERY_S
