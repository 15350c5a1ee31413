from __future__ import annotations

from callmon.core.advance import STEPS_KEPT
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Identity, ResultInfo, Step
from callmon.core.draft import apply
from callmon.core.hangup import HangUpOutcome
from callmon.core.listening import Gap
from callmon.core.records import HangUpAnswered
from callmon.core.reports import CHECKED, Report, Resource
from callmon.core.sentences import fresh_steps, sentences
from tests.makers import CALL, at, board_of, note, report

ANA = Facts(direction="incoming", source=Identity("user", "u1", "Ana\x1b[2J Ruiz\u202e"))


def told(*reports: Report, every_s: float = 4, everything: bool = False) -> list[list[str]]:
    """What is said of each report; they come so many seconds after each other."""
    board, said = Board(), []
    for number, one in enumerate(reports):
        before, board = board, apply(board, one, at(every_s * number))
        said.append(sentences(before.calls.get(one.call_id), board.calls[one.call_id], everything=everything))
    return said


def test_a_call_is_told_from_its_beginning_to_its_end() -> None:
    end = report("terminated", "deleted", result=ResultInfo(200, 5001))
    which = "Call #1 (6f1f5c00-8c1b) from Ana\\x1b[2J Ruiz\\u202e is now"
    assert told(report("incoming", "created", facts=ANA), report("established"), report("established"), end) == [
        [f"09:30:00Z {which} incoming."],
        [f"09:30:04Z {which} established, after 0:04 incoming: a step was skipped."],
        [],
        [f"09:30:12Z {which} terminated, after 0:08 established: The conversation ended (200/5001)."],
    ]


def test_what_a_check_told_was_so_before_it_was_told() -> None:
    said = told(report("incoming", "created"), report("established", CHECKED), report("hold", CHECKED))
    assert said[1][0].endswith(" is now established, after at most 0:04 incoming: it may have been answered earlier.")
    assert said[2][0].endswith(" is now hold, after established.")


def test_a_time_across_a_gap_is_a_bound() -> None:
    board = board_of([report("establishing", "created")])
    (before,), (after,) = board, apply(board, report("terminated", "deleted"), at(11))
    (line,) = sentences(before, after, gaps=[Gap(at(2), at(9), certain=False)])
    assert ", after at most 0:11 establishing: " in line


def test_what_is_odd_or_failed_is_said_and_is_no_move() -> None:
    late, failed = report("incoming", "created"), report("established", result=ResultInfo(500, 7700))
    said = told(report("establishing"), report("established"), late, failed, report("hold"))
    assert said[2] == ["09:30:08Z Call #1 (6f1f5c00-8c1b): incoming: arrived late, after a later state."]
    assert "the call goes on" in said[3][0]
    assert "(500/7700)" in said[3][0]
    assert said[4][0].endswith(" is now hold, after 0:12 established.")


def test_the_end_of_a_call_that_is_gone_is_said_once() -> None:
    board = apply(Board(), report("established"), at(0))
    gone = HangUpAnswered(CALL, "a", HangUpOutcome(Answer.GONE, "Graph does not know the call."))
    after = note(board, gone, at(1))
    again = note(after, gone, at(2))
    lines = [sentences(one.get(CALL), _call(two)) for one, two in ((board, after), (after, again))]
    assert [len(line) for line in lines] == [1, 1]
    assert ["its end was never reported" in line[0] for line in lines] == [True, False]


def test_a_reason_that_comes_after_the_end_is_told() -> None:
    first, late = report("terminated"), report("terminated", "deleted", result=ResultInfo(500, 7106))
    said = told(report("establishing", "created"), report("established"), first, late, late)
    assert "No reason was given" in said[2][0]
    late_one = "the reason came after the end: Bot media set-up failed (7106) (500/7106)."
    assert said[3:] == [[f"09:30:12Z Call #1 (6f1f5c00-8c1b): {late_one}"], []]


def _call(board: Board) -> Call:
    call = board.get(CALL)
    assert call is not None
    return call


def test_steps_are_found_when_the_timeline_lets_go_of_old_ones() -> None:
    board = Board()
    found: list[Step] = []
    for number in range(STEPS_KEPT * 2):
        tone = report("established", tone=f"tone1 #{number}")
        before, board = board, apply(board, tone, at(number))
        found += fresh_steps(before.get(CALL), _call(board))
    assert [step.text for step in found if step.kind == "tone"] == [f"tone1 #{number}" for number in range(400)]


def test_what_is_below_a_call_is_told_to_those_who_want_everything() -> None:
    sharing = report(None, "created", resource=Resource.SHARING, path="contentsharingsessions")
    assert told(sharing) == [[]]
    assert told(sharing, everything=True) == [["09:30:00Z Call #1 (6f1f5c00-8c1b): content sharing started."]]
