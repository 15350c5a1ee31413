from __future__ import annotations

import pytest

from callmon.core.advance import STEPS_KEPT
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import RIVALS_KEPT, Call, Participant, ResultInfo, Step, StepKind
from callmon.core.draft import apply, prune
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.reports import Operation, Resource
from callmon.core.states import Anomaly, CallState
from tests.makers import CALL, at, board_of, body, call_of, item, note, payload, replayed, report, the_report

S = CallState
OTHER = "701f5b00-c1c1-43ef-9bdf-3dc7ef9d3e97"
ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Graph accepted the hang-up.", status=204)
GONE = HangUpOutcome(Answer.GONE, "Graph knows no such call.", status=404)
ASKED = HangUpAsked(CALL, "1", "ada@console-1")


def only(board: Board) -> Call:
    """The one call on the board."""
    (call,) = board
    return call


def told(call: Call, kind: StepKind) -> list[str]:
    """What the timeline says of one kind of thing."""
    return [step.text for step in call.timeline if step.kind is kind]


def test_calls_are_counted_and_numbered_as_they_come() -> None:
    board = board_of([report(S.ESTABLISHING), report(S.INCOMING, call_id=OTHER), report(S.TERMINATED, "deleted")])
    assert sorted(call.index for call in board) == [1, 2]
    assert (board.active, board.ended, board.seen) == (1, 1, 2)


def test_a_report_touches_its_own_call_only() -> None:
    before = board_of([report(S.ESTABLISHING), report(S.INCOMING, call_id=OTHER)])
    after = apply(before, report(S.ESTABLISHED), at(9))
    assert after.get(OTHER) is before.get(OTHER)
    assert after.get(CALL) is not before.get(CALL)
    assert [call.state for call in before if call.spelled == CALL] == [S.ESTABLISHING]


def test_calls_are_found_by_the_start_of_their_id() -> None:
    near = "6f1f5c00-9999-47f1-be9d-660c501041a9"
    board = board_of(
        [report(S.ESTABLISHED), report(S.ESTABLISHED, call_id=near), report(S.INCOMING, call_id="lobby-1")]
    )
    spelled = {
        start: {call.spelled for call in board.find(start)} for start in ("6F1F5C00", "6f1f5c00-8", CALL.upper())
    }
    assert spelled == {"6F1F5C00": {CALL, near}, "6f1f5c00-8": {CALL}, CALL.upper(): {CALL}}
    assert [call.spelled for call in board.find("Lobby")] == ["lobby-1"]
    assert board.find("") == board.find("-") == board.find("x") == ()


def test_a_roster_tells_who_came_and_went() -> None:
    ana, bo = Participant("1", None), Participant("2", None)
    rosters = [(ana,), (ana, bo._replace(in_lobby=True)), (ana._replace(muted=True), bo), (ana,), (ana,), ()]
    call = call_of(*(report(resource=Resource.PARTICIPANTS, roster=roster) for roster in rosters))
    assert told(call, StepKind.ROSTER) == [
        "1 on the call: participant 1 joined",
        "1 on the call, 1 in the lobby: participant 2 waits in the lobby",
        "2 on the call: participant 1 muted; participant 2 let in",
        "1 on the call: participant 2 left; participant 1 unmuted",
        "0 on the call: participant 1 left",
    ]
    assert call.roster == ()


def test_participants_without_an_id_are_told_apart_by_what_they_are_called() -> None:
    assert told(replayed(67), StepKind.ROSTER) == ["2 on the call: application 7e1b4346-85a6 joined; string joined"]


def test_a_change_that_nobody_would_tell_is_kept_all_the_same() -> None:
    people = [{"id": "1"}, {"id": "1", "info": {"identity": {"user": {"displayName": "Ana"}}}}]
    url = f"/calls/{CALL}/participants"
    call = call_of(*(the_report(body({**item(url=url), "resourceData": [person]})) for person in people))
    assert told(call, StepKind.ROSTER) == ["1 on the call: participant 1 joined", "1 on the call"]


def test_media_tones_operations_and_sharing_are_told() -> None:
    call = replayed(3, 4, 5, 6, 7, 8)
    assert [(step.kind.value, step.text) for step in call.timeline] == [
        ("state", "establishing"),
        ("state", "established"),
        ("media", "audio active"),
        ("tone", "tone1 #6"),
        ("operation", "playPrompt completed"),
        ("state", "terminated"),
    ]
    sharing = call_of(*(the_report(payload(number)) for number in (76, 77, 78)))
    assert told(sharing, StepKind.SHARING) == [
        "content sharing started",
        "content sharing changed",
        "content sharing ended",
    ]


def test_the_same_thing_that_happens_again_is_told_again() -> None:
    sharing = [the_report(payload(number)) for number in (76, 78, 76, 78)]
    assert len(told(call_of(*sharing), StepKind.SHARING)) == 4
    delta = report(resource=Resource.PARTICIPANTS, path="participants")
    assert told(call_of(delta, delta), StepKind.ROSTER) == ["the roster changed; the whole of it was not sent"]
    assert len(told(call_of(delta, report(S.ESTABLISHED), delta), StepKind.ROSTER)) == 2


def test_a_call_of_which_nothing_else_is_said_is_told_of() -> None:
    empty = the_report(body({**item(), "encryptedContent": {"data": "AAAA"}}))
    call = call_of(empty, empty, report(S.ESTABLISHING), empty)
    assert [(step.kind, step.text) for step in call.timeline] == [
        (StepKind.OTHER, "reported without a state"),
        (StepKind.STATE, "establishing"),
    ]


@pytest.mark.parametrize("in_the_path", [True, False])
def test_every_session_of_content_sharing_is_told(in_the_path: bool) -> None:
    url = f"/communications/calls/{CALL}/contentSharingSessions"
    reports = [
        the_report(body(item(change, f"{url}/{session}")))
        if in_the_path
        else the_report(body({**item(change, url), "resourceData": [{"id": session}]}))
        for change, session in (
            ("created", "1"),
            ("created", "2"),
            ("created", "2"),
            ("deleted", "1"),
            ("deleted", "2"),
        )
    ]
    started, ended = "content sharing started", "content sharing ended"
    assert told(call_of(*reports), StepKind.SHARING) == [started, started, ended, ended]


def test_one_operation_is_told_once_for_each_status() -> None:
    running, done = Operation("record", "running"), Operation("record", "completed")
    reports = [
        report(None, change, resource=Resource.OPERATION, path=f"operations/{path}", operation=operation)
        for path, change, operation in (("1", "updated", running), ("1", "deleted", done), ("2", "deleted", done))
    ]
    expected = ["record running", "record completed", "record completed"]
    assert told(call_of(*reports, *reports), StepKind.OPERATION) == expected


def test_the_timeline_keeps_the_latest_steps_and_counts_the_others() -> None:
    swaps = [S.HOLD, S.ESTABLISHED] * STEPS_KEPT
    call = call_of(*(report(state) for state in swaps))
    assert (len(call.timeline), call.steps_dropped) == (STEPS_KEPT, STEPS_KEPT)
    assert call.timeline[-1].at == at(len(swaps) - 1)
    assert call.anomalies == (Anomaly.BEGINNING_MISSED,)


def test_only_the_first_answer_is_when_it_was_established() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.HOLD), report(S.ESTABLISHED))
    assert (call.answered, call.established_at) == (True, at(1))


# What callmon did


def test_a_hang_up_from_the_question_to_the_end() -> None:
    board = note(board_of([report(S.ESTABLISHED)]), ASKED, at(10))
    call = only(board)
    assert call.hanging_up
    assert call.timeline[-1] == Step(at(10), StepKind.HANGUP, "hang-up asked by ada@console-1")
    board = note(board, HangUpAnswered(CALL, "1", ACCEPTED), at(11))
    call = only(board)
    assert call.hanging_up
    assert call.hangup is not None
    assert (call.hangup.answered_at, call.hangup.outcome) == (at(11), ACCEPTED)
    assert call.timeline[-1].text == "hang-up accepted: Graph accepted the hang-up."
    call = only(apply(board, report(S.TERMINATED, "deleted"), at(12)))
    assert (call.hanging_up, call.ended, call.gone) == (False, True, False)
    assert call.last_heard == at(12)


def test_the_reason_of_a_hang_up_is_told() -> None:
    asked = HangUpAsked(CALL, "1", "ada@console-1", "nobody is left")
    call = only(note(board_of([report(S.ESTABLISHED)]), asked, at(10)))
    assert call.timeline[-1].text == "hang-up asked by ada@console-1: nobody is left"


def test_a_hang_up_of_a_call_that_is_gone_settles_it() -> None:
    board = note(board_of([report(S.ESTABLISHED)]), ASKED, at(10))
    board = note(board, HangUpAnswered(CALL, "1", GONE), at(11))
    call = only(board)
    assert (call.gone, call.ended_at, call.hanging_up, board.active) == (True, at(11), False, 0)


def test_a_hang_up_after_which_graph_still_has_the_call_is_not_confirmed() -> None:
    found = CallChecked(CALL, CheckOutcome(Answer.FOUND, "Graph has the call.", state="established"))
    board = note(note(board_of([report(S.ESTABLISHED)]), ASKED, at(10)), HangUpAnswered(CALL, "1", ACCEPTED), at(11))
    assert not only(board).unconfirmed
    call = only(note(board, found, at(21)))
    assert (call.unconfirmed, call.hanging_up) == (True, False)
    assert not only(apply(note(board, found, at(21)), report(S.TERMINATED, "deleted"), at(22))).unconfirmed


def test_a_refused_hang_up_is_not_under_way() -> None:
    refused = HangUpOutcome(Answer.NOT_ALLOWED, "Not this application's call.", status=403)
    board = note(board_of([report(S.ESTABLISHED)]), ASKED, at(10))
    assert not only(note(board, HangUpAnswered(CALL, "1", refused), at(11))).hanging_up


def test_of_two_attempts_the_latest_counts_and_both_are_told() -> None:
    board = note(board_of([report(S.ESTABLISHED)]), ASKED, at(10))
    board = note(board, HangUpAsked(CALL, "2", "bob@console-2"), at(11))
    call = only(note(board, HangUpAnswered(CALL, "1", ACCEPTED), at(12)))
    assert call.hangup is not None
    assert (call.hangup.attempt, call.hangup.outcome) == ("2", None)
    assert told(call, StepKind.HANGUP)[-1] == "hang-up accepted: Graph accepted the hang-up."
    late_but_gone = only(note(board, HangUpAnswered(CALL, "1", GONE), at(12)))
    assert late_but_gone.gone


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (CheckOutcome(Answer.FOUND, "The call exists.", state="established"), "checked: established"),
        (CheckOutcome(Answer.FOUND, "The call exists."), "checked: found"),
        (CheckOutcome(Answer.THROTTLED, "Too many requests."), "checked: Too many requests."),
    ],
)
def test_a_check_is_told_and_kept(outcome: CheckOutcome, text: str) -> None:
    call = only(note(board_of([report(S.ESTABLISHED)]), CallChecked(CALL.upper(), outcome), at(10)))
    assert call.check is not None
    assert (call.check.at, call.check.outcome, call.ended) == (at(10), outcome, False)
    assert call.timeline[-1] == Step(at(10), StepKind.CHECK, text)


@pytest.mark.parametrize(("seconds", "odd"), [(30, False), (31, True)])
def test_a_call_that_graph_still_has_long_after_its_end_stays_ended_and_is_marked(seconds: float, odd: bool) -> None:
    board = board_of([report(S.ESTABLISHED), report(S.TERMINATED, "deleted")])
    found = CallChecked(CALL, CheckOutcome(Answer.FOUND, "The call exists.", state="established"))
    before, after = only(board), only(note(board, found, at(1 + seconds)))
    assert (after.ended_at, after.state, after.gone) == (before.ended_at, S.TERMINATED, False)
    assert (after.timeline[-1].text, Anomaly.AFTER_END in after.anomalies) == ("checked: established", odd)


@pytest.mark.parametrize(
    "record", [ASKED, HangUpAnswered(CALL, "1", GONE), CallChecked(CALL, CheckOutcome(Answer.GONE, ""))]
)
def test_a_record_about_an_unknown_call_changes_nothing(record: HangUpAsked | HangUpAnswered | CallChecked) -> None:
    board = board_of([report(S.ESTABLISHED, call_id=OTHER)])
    assert note(board, record, at(10)) is board


# Retention


def ended_calls(number: int) -> Board:
    """A board with ended calls, the first of which ended first, and one that is active."""
    ids = [f"{one:032x}" for one in range(number)]
    ends = [report(S.TERMINATED, "deleted", call_id=one, result=ResultInfo(200, 0)) for one in ids]
    return board_of([*ends, report(S.ESTABLISHED)])


def test_the_oldest_ended_calls_are_let_go_and_the_active_ones_never() -> None:
    board = prune(ended_calls(23), keep=20)
    assert sorted(call.index for call in board if call.ended) == list(range(4, 24))
    assert (board.active, board.ended, board.seen) == (1, 20, 24)


def test_nothing_is_let_go_until_it_pays() -> None:
    board = ended_calls(22)
    assert prune(board, keep=20) is board
    assert prune(board) is board


def test_what_is_heard_of_a_call_that_was_let_go_makes_a_new_one() -> None:
    board = prune(ended_calls(23), keep=20)
    again = apply(board, report(S.TERMINATED, "deleted", call_id=f"{0:032x}"), at(99)).get(f"{0:032x}")
    assert again is not None
    assert again.index == 25


def test_a_call_belongs_to_the_bot_that_reported_it_first() -> None:
    board = apply(Board(), report(S.ESTABLISHED), at(0), "front-desk")
    assert only(apply(board, report(S.HOLD), at(1), "front-desk")).bot == "front-desk"
    assert Anomaly.OTHER_BOT not in only(apply(board, report(S.HOLD), at(1), "front-desk")).anomalies


@pytest.mark.parametrize(("first", "second"), [("front-desk", "nights"), ("", "nights"), ("front-desk", "")])
def test_a_call_that_two_bots_report_is_marked_once_and_stays_with_the_first(first: str, second: str) -> None:
    board = apply(Board(), report(S.ESTABLISHED), at(0), first)
    for second_s, state in enumerate((S.HOLD, S.ESTABLISHED, S.TERMINATED), 1):
        board = apply(board, report(state), at(second_s), second)
    call = only(board)
    assert (call.bot, call.state) == (first, S.TERMINATED)
    assert call.anomalies.count(Anomaly.OTHER_BOT) == 1
    assert call.rivals == (second,)
    assert [step.text for step in call.timeline if step.anomaly is Anomaly.OTHER_BOT] == [
        f"reported by {'the bot nights' if second else 'a bot without a name'}, too"
    ]


def test_each_bot_that_reports_a_call_is_remembered_but_not_without_end() -> None:
    board = Board()
    for second in range(3 * RIVALS_KEPT):
        board = apply(board, report(S.ESTABLISHED), at(second), f"bot-{second % (2 * RIVALS_KEPT)}")
    assert only(board).rivals == tuple(f"bot-{number}" for number in range(1, RIVALS_KEPT + 1))


def test_that_graph_knows_no_such_call_of_another_bot_does_not_end_it() -> None:
    board = apply(Board(), report(S.ESTABLISHED), at(0), "front-desk")
    gone = CheckOutcome(Answer.GONE, "Graph knows no such call.", status=404)
    assert not only(note(board, CallChecked(CALL, gone), at(1))).ended
    assert not only(note(board, HangUpAnswered(CALL, "1", GONE, "nights"), at(1))).ended
    assert only(note(board, CallChecked(CALL, gone, "front-desk"), at(1))).gone
