"""What is said of an answer: that there was none only where it is known, and when it was only as far as it is known."""

from __future__ import annotations

from typing import Any

import pytest

from callmon.core import describe, particulars
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Identity, Kind, Participant, ResultInfo
from callmon.core.document import call_document
from callmon.core.draft import Draft
from callmon.core.filter_fields import FLAGS
from callmon.core.hangup import CheckOutcome
from callmon.core.listening import Gap
from callmon.core.records import CallChecked
from callmon.core.reports import CHECKED, Operation, Report, Resource
from callmon.core.sentences import sentences
from callmon.core.states import Anomaly, CallState
from callmon.core.text import same_id
from callmon.core.ticket import ticket
from callmon.core.timelines import timeline
from tests.makers import CALL, at, board_of, body, call_of, item, note, payload, replayed, report, the_report

S = CallState
NOW = at(100)
ENDED = report(S.TERMINATED, "deleted", result=ResultInfo(200, 5002))
GAP = Gap(at(2), at(5), certain=False)


def heard(*told: tuple[float, Report], gaps: tuple[Gap, ...] = ()) -> Call:
    """The call after reports that came at these seconds, with the gaps that were known."""
    draft = Draft(Board())
    for second, one in told:
        draft.apply(one, at(second), gaps=gaps)
    (call,) = draft.board
    return call


def below(resource: Resource, **told: Any) -> Report:
    """A report about something below the call."""
    return report(None, resource=resource, **told)


def roster(*people: Participant) -> Report:
    """A report of who is on the call."""
    return below(Resource.PARTICIPANTS, roster=people)


def operation(name: str, status: str = "completed") -> Report:
    """A report of the outcome of an operation."""
    return below(Resource.OPERATION, path="operations/1", operation=Operation(name, status))


BOT = Participant("b", Identity("application", "b", "Bot"))
ANA = Participant("a", Identity("user", "a", "Ana"))
BEGINNINGS = (S.INCOMING, S.ESTABLISHING)


def says_that_nobody_answered(call: Call) -> set[bool]:
    """What each of those who tell people of the end says."""
    why, chinese = describe.ending(call), describe.ending(call, "zh-CN")
    assert why is not None
    assert chinese is not None
    return {
        describe.never_answered(call),
        FLAGS["unanswered"](call),
        describe.lasted(call, NOW) == "never answered",
        "never answered" in ticket(call, NOW),
        "Never answered" in describe.end_line(call),
        "Never answered" in call_document(call, NOW)["end"]["title"],
        "Never answered" in " ".join(sentences(None, call)),
        "Nobody answered" in why.explanation,
        "无人接听" in chinese.title,
    }


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize(
    "between",
    [
        (),
        (report(S.RINGING),),
        (report(None, facts=Facts(media="inactive")),),
        (roster(BOT), roster(BOT, ANA._replace(in_lobby=True))),
        (operation("operation"), operation("playPrompt", "failed")),
    ],
)
def test_never_answered_is_said_where_it_is_known(beginning: S, between: tuple[Report, ...]) -> None:
    assert says_that_nobody_answered(call_of(report(beginning), *between, ENDED)) == {True}


def test_never_answered_is_said_of_a_real_call() -> None:
    assert describe.never_answered(replayed(15, 16))


SIGNS = {
    "sound": report(None, facts=Facts(media="active")),
    "a tone": report(None, tone="tone1"),
    "a prompt": operation("playPrompt"),
    "somebody there": roster(BOT, ANA),
    "a shared screen": below(Resource.SHARING),
    "an answer elsewhere": report(None, facts=Facts(answered_by=ANA.identity)),
}


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_what_only_answered_calls_have_is_evidence_of_an_answer(beginning: S, sign: str) -> None:
    for reports in ((SIGNS[sign], ENDED), (ENDED, SIGNS[sign])):
        call = call_of(report(beginning), *reports)
        assert says_that_nobody_answered(call) == {False}
        assert describe.lasted(call, NOW) == "not known"


def test_somebody_who_left_had_been_there() -> None:
    assert not describe.never_answered(call_of(report(S.ESTABLISHING), roster(BOT, ANA), roster(BOT), ENDED))


@pytest.mark.parametrize("numbers", [(52, 53), (49, 90)])
def test_a_call_that_somebody_else_answered_is_not_one_that_nobody_did(numbers: tuple[int, int]) -> None:
    call = call_of(*(the_report(payload(number))._replace(call_id=same_id(CALL)) for number in numbers))
    assert describe.lasted(call, NOW) == "not known"
    why = describe.ending(call)
    assert why is not None
    assert "never answered" not in why.explanation
    assert "Answered by" in dict(particulars.facts(call))


@pytest.mark.parametrize(
    ("gap", "known"),
    [
        (GAP, False),
        (Gap(at(-3), at(2), certain=True), False),
        (Gap(at(3), None, certain=True), False),
        (Gap(at(-9), at(-3), certain=True), True),
        (Gap(at(-9), None, certain=True), True),
        (Gap(at(20), at(30), certain=True), True),
        (Gap(at(2), at(5), certain=True, bots=frozenset({"other"})), True),
    ],
)
def test_after_a_gap_it_is_not_known_whether_it_was_answered(gap: Gap, known: bool) -> None:
    for again in ((), ((6, report(S.ESTABLISHING)),)):
        call = heard((0, report(S.ESTABLISHING)), *again, (10, ENDED), gaps=(gap,))
        assert says_that_nobody_answered(call) == {known}
    told = timeline(call, gaps=(gap,))
    assert any(line.remark == "it may have been answered earlier" for line in told) is not known


@pytest.mark.parametrize("state", ["queued", S.UNKNOWN_FUTURE_VALUE, S.RINGING, S.TERMINATING])
def test_a_call_that_was_not_heard_of_at_its_beginning_may_have_been_answered(state: str) -> None:
    call = call_of(report(state), ENDED)
    assert says_that_nobody_answered(call) == {False}
    assert Anomaly.BEGINNING_MISSED in call.anomalies


@pytest.mark.parametrize("later", [(), (ENDED,)])
def test_a_check_that_finds_the_end_does_not_tell_what_was_before(later: tuple[Report, ...]) -> None:
    call = call_of(report(S.ESTABLISHING), report(S.TERMINATED, CHECKED), *later)
    assert says_that_nobody_answered(call) == {False}


def test_nor_does_an_end_that_is_reported_after_the_call_was_found_gone() -> None:
    board = board_of([report(S.ESTABLISHING)])
    board = note(board, CallChecked(CALL, CheckOutcome(Answer.GONE, "No such call.")), at(50))
    (call,) = board_of([ENDED], board, start=60)
    assert says_that_nobody_answered(call) == {False}


def test_an_end_that_names_an_answered_state_was_that_of_an_answered_call() -> None:
    assert not describe.never_answered(call_of(report(S.INCOMING), report(S.ESTABLISHED, "deleted")))


def test_a_meeting_is_joined_and_not_answered() -> None:
    refused = item("deleted", state="terminated", resultInfo={"code": 200, "subcode": 5014})
    call = call_of(the_report(payload(32))._replace(call_id=same_id(CALL)), the_report(body(refused)))
    assert (call.kind, describe.lasted(call, NOW)) == (Kind.GROUP, "never joined")
    assert not describe.never_answered(call)
    why = describe.ending(call)
    assert why is not None
    assert "answered" not in why.title + why.explanation
    lost = call_of(the_report(payload(32))._replace(call_id=same_id(CALL)), roster(BOT, ANA), the_report(body(refused)))
    assert describe.lasted(lost, NOW) == "not known"


# When it was answered, and when it ended


@pytest.mark.parametrize(
    ("states", "established", "lasted"),
    [
        ((S.ESTABLISHING, S.TERMINATING, S.ESTABLISHED, S.TERMINATED), 1, "≥ 0:02"),
        ((S.ESTABLISHING, S.TERMINATING, S.UNKNOWN_FUTURE_VALUE, S.ESTABLISHED, S.TERMINATED), 1, "≥ 0:03"),
        ((S.ESTABLISHING, S.HOLD, S.TERMINATED), 1, "≥ 0:01"),
        ((S.ESTABLISHING, S.TRANSFERRING, S.TERMINATED), 1, "≥ 0:01"),
        ((S.ESTABLISHING, S.ESTABLISHED, S.HOLD, S.TERMINATED), 1, "0:02"),
        ((S.INCOMING, S.ESTABLISHED, S.TERMINATED), 1, "0:01"),
    ],
)
def test_an_answer_that_is_learnt_late_has_no_exact_time(states: tuple[S, ...], established: int, lasted: str) -> None:
    call = call_of(*map(report, states))
    assert (call.established_at, describe.lasted(call, NOW)) == (at(established), lasted)
    assert describe.answered_earlier(call) is lasted.startswith("≥")


def test_a_sign_of_an_answer_before_it_was_told_makes_its_time_a_bound() -> None:
    call = call_of(report(S.ESTABLISHING), report(None, tone="tone1"), report(S.ESTABLISHED))
    assert describe.lasted(call, at(10)) == "≥ 0:08"


def test_how_long_it_was_in_the_state_before_a_skipped_answer_is_a_bound() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.HOLD), report(S.ESTABLISHED))
    assert [str(line.stay or "") for line in timeline(call)] == ["at most 0:01", "at least 0:01", ""]
    assert describe.trouble(call) == "a step was skipped"


def test_an_end_that_a_check_found_came_then_or_earlier() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.ESTABLISHED), report(S.TERMINATED, CHECKED))
    assert describe.lasted(call, NOW) == "≤ 0:01"
    assert call.anomalies == (Anomaly.END_MISSED,)
    assert describe.trouble(call) == "", "what was missed is no fault of the call"
    assert "Ended:               2026-03-02T09:30:02.000Z or earlier" in ticket(call, NOW)
    assert timeline(call)[-1].remark == "it may have ended earlier"
    assert describe.lasted(call_of(report(S.ESTABLISHED), report(S.TERMINATED, CHECKED)), NOW) == "not known"


def test_an_end_that_a_check_found_without_a_reason_is_not_told_as_one_that_graph_sent_without() -> None:
    board = board_of([report(S.ESTABLISHING), report(S.ESTABLISHED)])
    outcome = CheckOutcome(Answer.FOUND, "Graph still has the call.", state="terminated")
    board = note(board, CallChecked(CALL, outcome), at(50))
    (call,) = board_of([report(S.TERMINATED, CHECKED)], board, start=50)
    why = describe.ending(call)
    assert why is not None
    assert why.explanation == "A check found that the call had ended; Graph's answer gave no result code."
    (call,) = board_of([report(S.TERMINATED, CHECKED, result=ResultInfo(200, 5002))], board, start=50)
    assert describe.end_line(call) == "Everyone else left (200/5002)"


# States without a stage


@pytest.mark.parametrize("odd", ["inLimbo", S.UNKNOWN_FUTURE_VALUE])
@pytest.mark.parametrize(("latest", "earlier"), [(S.TERMINATING, S.ESTABLISHED), (S.ESTABLISHING, S.INCOMING)])
def test_a_call_does_not_go_back_by_way_of_a_state_without_a_stage(odd: str, latest: S, earlier: S) -> None:
    call = call_of(report(S.INCOMING), report(S.ESTABLISHING), report(latest), report(odd), report(earlier))
    assert (call.state, call.timeline[-1].anomaly) == (odd, Anomaly.OUT_OF_ORDER)
    forward = call_of(report(S.ESTABLISHING), report(odd), report(S.ESTABLISHED))
    assert (forward.state, forward.timeline[-1].anomaly) == (S.ESTABLISHED, None)
