from __future__ import annotations

from callmon.core.answers import Answer
from callmon.core.attempts import Attempt, Told, joined
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import HangUpAnswered, HangUpAsked
from tests.makers import CALL, at

ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Graph accepted the hang-up.", status=204)


def asked(attempt: str, seconds: float, reason: str = "") -> Told:
    return Told(at(seconds), "", HangUpAsked(CALL, attempt, "ada@console-1", reason))


def answered(attempt: str, seconds: float) -> Told:
    return Told(at(seconds), "", HangUpAnswered(CALL, attempt, ACCEPTED))


def test_a_question_and_its_answer_are_one_attempt() -> None:
    (attempt,) = joined([asked("a", 1, "stuck"), answered("a", 1.5)])
    assert attempt == Attempt("a", CALL, "", at(1), "ada@console-1", "stuck", at(1.5), ACCEPTED)
    assert (attempt.at, attempt.took_s) == (at(1), 0.5)


def test_attempts_that_overlap_are_kept_apart_in_the_order_of_their_questions() -> None:
    attempts = joined([asked("a", 1), asked("b", 2), answered("b", 3), answered("a", 4)])
    assert [(one.id, one.took_s) for one in attempts] == [("a", 3), ("b", 1)]


def test_a_question_without_an_answer_took_no_time_that_is_known() -> None:
    (attempt,) = joined([asked("a", 1)])
    assert (attempt.outcome, attempt.took_s) == (None, None)


def test_an_answer_without_its_question_is_told_all_the_same() -> None:
    (attempt,) = joined([answered("a", 3)])
    assert (attempt.asked_at, attempt.operator, attempt.at, attempt.outcome) == (None, "", at(3), ACCEPTED)
