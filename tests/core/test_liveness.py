from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome
from callmon.core.liveness import (
    LONGEST_S,
    SHORTEST_S,
    UNLEARNED_S,
    Rhythm,
    after_silence,
    deaf,
    expected_silence_s,
    is_news,
    should_speak,
)
from callmon.core.records import CallChecked
from tests.makers import CALL, at, board_of, call_of, note, report

FOUND = CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", body=b"{}")


def learned(*silences: float) -> Rhythm:
    """The rhythm after silences that lie ten minutes apart."""
    rhythm = Rhythm()
    for number, silence in enumerate(silences):
        rhythm = after_silence(rhythm, at(number * 600), silence)
    return rhythm


LEARNED = {
    "nothing": ((), UNLEARNED_S),
    "too little": ((500, 500), UNLEARNED_S),
    "busy": ((1, 2, 3, 2), SHORTEST_S),
    "calm": ((90, 80, 100, 85), 170),
    "two outages": ((40, 40, 3600, 7200, 35), 80),
    "hardly anything": ((3000, 3000, 3000, 4000), LONGEST_S),
}


@pytest.mark.parametrize("case", LEARNED)
def test_the_expected_silence_is_learned(case: str) -> None:
    silences, limit = LEARNED[case]
    assert expected_silence_s(learned(*silences)) == limit


def test_a_silence_of_a_minute_is_too_long_if_nothing_is_known() -> None:
    assert UNLEARNED_S <= 60


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_it_stays_within_its_bounds(silences: list[float]) -> None:
    assert SHORTEST_S <= expected_silence_s(learned(*silences)) <= LONGEST_S


def test_of_a_burst_only_the_longest_silence_counts() -> None:
    rhythm = Rhythm()
    for second in range(1, 200):
        rhythm = after_silence(rhythm, at(second), 1.0 if second != 100 else 7.0)
    assert (rhythm.past, rhythm.longest) == ((), 7.0)


def test_old_habits_are_forgotten() -> None:
    assert expected_silence_s(learned(*[300] * 40, *[20] * 60)) == 40


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 900)), max_size=30))
def test_what_is_no_news_changes_nothing(silences: list[tuple[int, float]]) -> None:
    rhythm, second = Rhythm(), 0
    for step, silence in silences:
        second += step
        after = after_silence(rhythm, at(second), silence)
        assert (after == rhythm) or is_news(rhythm, at(second), silence)
        rhythm = after


# Deaf


def test_deaf_is_who_hears_nothing_for_too_long_of_calls_that_are_active() -> None:
    calls = [call_of(report("established"))]
    assert not deaf([], at(0), at(100), 60)
    assert not deaf(calls, at(0), at(59), 60)
    assert deaf(calls, at(0), at(60), 60)


def test_ghosts_alone_make_nobody_deaf() -> None:
    ghost = call_of(report("established"))
    assert not deaf([ghost], at(1000), at(1060), 60)
    assert not should_speak([ghost], at(1000))
    assert should_speak([ghost], at(0))


def test_a_silence_is_explained_if_graph_has_every_call_when_it_is_asked() -> None:
    board = board_of([report("established"), report("established", call_id="other")])
    assert deaf(board.alive(), at(1), at(70), 60)
    for call_id in (CALL, "other"):
        assert deaf(board.alive(), at(1), at(75), 60)
        board = note(board, CallChecked(call_id, FOUND), at(72))
    assert not deaf(board.alive(), at(1), at(75), 60)
