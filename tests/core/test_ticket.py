from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Identity, ResultInfo
from callmon.core.draft import apply
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.listening import Gap
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.ticket import ticket
from tests.makers import CALL, at, board_of, call_of, note, report

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2ln"
OUTCOME = HangUpOutcome(
    Answer.UNAVAILABLE,
    "The service failed (503).",
    status=503,
    code="7500",
    message="Try later.",
    request_id="0c3a3b5e-95a7-4d2c-8a0b-3c1f8f5c1d11",
    client_request_id="f00dfeed-0000-4000-8000-000000000001",
    date="Mon, 02 Mar 2026 09:30:04 GMT",
)


def story() -> Call:
    """Answered after 2 s, a hang-up that failed after 5 s, a fault after 20 s."""
    facts = Facts("incoming", Identity("user", "u1", "Ana"), None, "chain-1", "scenario-1", "tenant-1")
    board = board_of([report("incoming", "created", facts=facts), report("establishing"), report("established")])
    board = note(board, HangUpAsked(CALL, "attempt", "ada@console-1"), at(5))
    board = note(board, HangUpAnswered(CALL, "attempt", OUTCOME), at(5.25))
    found = CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", request_id="check-request")
    board = note(board, CallChecked(CALL, found), at(7))
    end = ResultInfo(500, 560500, "A fault. DiagCode: 500#560500.@")
    (call,) = apply(board, report("terminated", "deleted", result=end), at(20.5))
    return call


STORY = story()


@pytest.mark.parametrize(
    "line",
    [
        f"Call id:             {CALL}",
        "Call chain id:       chain-1",
        "Scenario id:         scenario-1",
        "Tenant id:           tenant-1",
        "Direction:           incoming",
        "Kind:                unknown",
        "First seen:          2026-03-02T09:30:00.000Z",
        "Established:         2026-03-02T09:30:02.000Z",
        "Ended:               2026-03-02T09:30:20.500Z",
        "Duration:            0:18",
        "Written:             2026-03-02T09:31:40.000Z",
        "End code/subcode:    500/560500",
        "End message:         A fault. DiagCode: 500#560500.@",
        "Hang-up asked:       2026-03-02T09:30:05.000Z by ada@console-1",
        "Hang-up answered:    2026-03-02T09:30:05.250Z The service failed (503).",
        "  HTTP status:       503",
        "  Error code:        7500",
        "  Error message:     Try later.",
        "  request-id:        0c3a3b5e-95a7-4d2c-8a0b-3c1f8f5c1d11",
        "  client-request-id: f00dfeed-0000-4000-8000-000000000001",
        "  Date:              Mon, 02 Mar 2026 09:30:04 GMT",
        "  request-id:        check-request",
        "  2026-03-02T09:30:02.000Z  established",
        "  2026-03-02T09:30:20.500Z  terminated",
    ],
)
def test_what_support_asks_for(line: str) -> None:
    assert line in ticket(STORY, at(100), "en").split("\n")


def test_why_it_ended_is_told_in_words() -> None:
    (meaning,) = (line for line in ticket(STORY, at(100), "en").split("\n") if line.startswith("Meaning:"))
    assert "phone" in meaning.lower()


def test_the_end_is_told_in_the_language_that_was_asked_for() -> None:
    end = ResultInfo(200, 5001)
    call = call_of(report("incoming", "created"), report("terminated", "deleted", result=end))
    assert ticket(call, at(9), "en").isascii()
    assert not ticket(call, at(9), "zh-CN").isascii()


def test_a_call_that_lives_has_no_end() -> None:
    told = ticket(call_of(report("incoming", "created")), at(9), "en")
    assert "Ended:               not yet" in told
    assert "Call chain id:       not known" in told
    assert "End code" not in told
    assert "Hang-up" not in told


def test_an_answer_that_was_not_seen_came_then_or_earlier() -> None:
    told = ticket(call_of(report("established")), at(9), "en")
    assert "Established:         2026-03-02T09:30:00.000Z or earlier" in told
    assert "Duration:            ≥ 0:09" in told


def test_an_end_without_a_reason_says_so() -> None:
    assert "End code/subcode:    not known" in ticket(call_of(report("terminated", "deleted")), at(9), "en")


def test_a_call_that_is_gone_has_no_reason() -> None:
    gone = CheckOutcome(Answer.GONE, "Graph knows no such call.", status=404)
    (call,) = note(board_of([report("established")]), CallChecked(CALL, gone), at(9))
    told = ticket(call, at(20), "en")
    assert "Gone: its end was never reported; Graph answered 404." in told
    assert "Meaning" not in told


def test_a_hang_up_without_an_answer_says_so() -> None:
    (call,) = note(board_of([report("established")]), HangUpAsked(CALL, "attempt", "ada@console-1"), at(5))
    assert "Hang-up answered:    no answer is recorded" in ticket(call, at(9), "en")


def test_steps_that_are_no_longer_kept_are_counted() -> None:
    call = call_of(*(report("established", tone=f"tone1 #{number}") for number in range(250)))
    assert f"{call.steps_dropped} earlier steps are left out" in ticket(call, at(999), "en")
    assert call.steps_dropped > 0


def test_gaps_stand_in_the_timeline() -> None:
    gap = Gap(at(3), at(4), certain=True)
    assert ticket(STORY, at(100), "en", [gap]) != ticket(STORY, at(100), "en")
    assert "2026-03-02T09:30:03.000Z  callmon did not listen" in ticket(STORY, at(100), "en", [gap])


def test_a_token_in_a_message_is_not_told() -> None:
    end = ResultInfo(500, 1, f"Refused: Bearer {JWT}")
    told = ticket(call_of(report("terminated", "deleted", result=end)), at(9), "en")
    assert "Refused: Bearer (hidden token)" in told
    assert JWT not in told


@given(st.text(max_size=20), st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_whatever_was_said_stays_on_its_line(text: str, later: timedelta) -> None:
    who = Identity(text, text, text)
    facts = Facts(text, who, (who,), text, text, text, text, text, text, termination_reason=text)
    end = ResultInfo(text, text, text)
    board = board_of([report(text, text, facts=facts, tone=text), report("established")])
    board = note(board, HangUpAsked(CALL, text, text, text), at(5))
    board = note(board, HangUpAnswered(CALL, text, HangUpOutcome(Answer.GONE, text, request_id=text)), at(6))
    (call,) = apply(board, report("terminated", "deleted", result=end), at(7))
    told = ticket(call, at(8) + later, "en")
    assert told.replace("\n", "").isprintable()
    plain = ticket(call._replace(facts=facts._replace(tenant_id="x")), at(8) + later, "en")
    assert told.count("\n") == plain.count("\n")


def test_the_bot_is_named_where_there_are_several() -> None:
    (call,) = apply(Board(), report("established"), at(0), "front-desk")
    assert "Bot:                 front-desk" in ticket(call, at(1)).splitlines()
    assert "Bot:" not in ticket(STORY, at(1))
