from __future__ import annotations

import pytest

from callmon.core import hangup_words
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Kind
from callmon.core.describe import state_word, trouble
from callmon.core.draft import apply
from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try
from callmon.core.hangup_words import ANSWER_WITHIN_S
from callmon.core.query import row, tone
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.states import CallState
from tests.makers import CALL, at, board_of, note, payload, replayed, the_report

ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Accepted.", status=204)
THROTTLED = HangUpOutcome(Answer.THROTTLED, "Too many requests.", status=429)
ASKED_AT = 10
LATE = ASKED_AT + ANSWER_WITHIN_S


def asked() -> Board:
    """Ada asked for the end of an established call."""
    board = board_of([the_report(payload(3)), the_report(payload(4))])
    return note(board, HangUpAsked(CALL, "1", "ada@console-1"), at(ASKED_AT))


def answered(outcome: HangUpOutcome = ACCEPTED) -> Board:
    return note(asked(), HangUpAnswered(CALL, "1", outcome), at(ASKED_AT + 1))


def only(board: Board) -> Call:
    (call,) = board
    return call


@pytest.mark.parametrize(
    ("kind", "recording", "words", "short"),
    [
        (Kind.PEER, None, "The call ends for both sides.", "ends for both"),
        (Kind.GROUP, None, "the others stay in it, and the call goes on", "bot's leg only"),
        (Kind.UNKNOWN, None, "is not known", "at least"),
        (Kind.GROUP, True, "the recording stops. The people keep talking", "recording stops"),
        (Kind.UNKNOWN, True, "the recording stops", "recording stops"),
    ],
)
def test_what_a_hang_up_does(kind: Kind, recording: bool | None, words: str, short: str) -> None:
    call = replayed(3)._replace(kind=kind, facts=Facts(recording=recording))
    assert words in hangup_words.effect(call)
    assert short in hangup_words.effect_in_short(call)


def test_a_call_that_nobody_has_answered_may_be_refused() -> None:
    call = replayed(3)._replace(state=CallState.INCOMING, answered=False)
    assert "reject, so it may refuse this" in hangup_words.effect(call)
    assert "reject" not in hangup_words.effect(call._replace(state=CallState.ESTABLISHED))


def test_what_to_expect_of_a_hang_up() -> None:
    assert "200/7000" in hangup_words.expects()


def test_how_a_hang_up_stands_and_who_asked_for_it() -> None:
    assert hangup_words.state(replayed(3, 4)) == hangup_words.note(replayed(3, 4), at(5)) == ""
    call = only(asked())
    assert hangup_words.state(call) == "Hang-up asked by ada@console-1; no answer is recorded yet."
    assert hangup_words.note(call, at(11)) == "asked by ada, no answer yet"
    call = only(answered())
    assert hangup_words.state(call) == (
        "Hang-up by ada@console-1: accepted by Graph (204). The call has not been reported as ended yet."
    )
    assert hangup_words.note(call, at(12)) == "ada: accepted, no end yet"
    call = only(answered(THROTTLED))
    assert hangup_words.state(call, at(LATE)) == "Hang-up by ada@console-1: Too many requests."
    assert hangup_words.note(call, at(12)) == "ada: Too many requests."


@pytest.mark.parametrize(
    ("status", "told"),
    [(204, "accepted by Graph (204)"), (200, "accepted by Graph (200)"), (None, "accepted by Graph")],
)
def test_the_status_that_came_is_told_and_no_other(status: int | None, told: str) -> None:
    """Older versions took other successes for acceptances, and their journals have them."""
    board = answered(HangUpOutcome(Answer.ACCEPTED, "Accepted.", status=status))
    assert hangup_words.state(only(board)) == (
        f"Hang-up by ada@console-1: {told}. The call has not been reported as ended yet."
    )
    assert f"{told}, but no end was reported." in hangup_words.state(only(board), at(LATE + 1))
    checked = note(board, CallChecked(CALL, CheckOutcome(Answer.FOUND, "Graph has the call.")), at(21))
    assert f"{told}, but not confirmed" in hangup_words.state(only(checked))


def test_a_hang_up_after_which_graph_still_had_the_call_is_not_confirmed() -> None:
    checked = note(answered(), CallChecked(CALL, CheckOutcome(Answer.FOUND, "Graph has the call.")), at(21))
    call = only(checked)
    assert "not confirmed" in hangup_words.state(call)
    assert "not confirmed" in hangup_words.note(call, at(22))
    assert "not confirmed" in trouble(call)
    assert not hangup_words.lapsed(call, at(1e6))


BY_ITSELF = "It ended by itself meanwhile; nothing was sent."
MAYBE = "It ended after ada@console-1 had asked for a hang-up, which may have ended it; nothing more was sent."
TRIES = (Try("2026-03-02T09:30:00.000Z", Answer.UNAVAILABLE, 503), Try("2026-03-02T09:30:01.000Z", Answer.GONE, 404))
ENDED_FIRST = [
    # what a hang-up from elsewhere came to, what is said of an end before which nothing was sent from here
    (ACCEPTED, "It ended after Graph had accepted a hang-up by ada@console-1; nothing more was sent."),
    (None, MAYBE),
    (HangUpOutcome(Answer.UNREACHABLE, "No answer."), MAYBE),
    (HangUpOutcome(Answer.UNAVAILABLE, "Busy.", status=503), MAYBE),
    (HangUpOutcome(Answer.UNEXPECTED, "Odd.", status=200), MAYBE),
    (HangUpOutcome(Answer.GONE, "No such call.", status=404, tries=TRIES), MAYBE),
    (HangUpOutcome(Answer.GONE, "No such call.", status=404), BY_ITSELF),
    (HangUpOutcome(Answer.NOT_ALLOWED, "No.", status=403), BY_ITSELF),
    (HangUpOutcome(Answer.CONFLICT, "No.", status=409), BY_ITSELF),
    (HangUpOutcome(Answer.REFUSED_HERE, "Called off."), BY_ITSELF),
    (THROTTLED, BY_ITSELF),
]


@pytest.mark.parametrize(("outcome", "told"), ENDED_FIRST)
def test_a_call_that_somebody_else_hung_up_did_not_end_by_itself(outcome: HangUpOutcome | None, told: str) -> None:
    board = asked() if outcome is None else answered(outcome)
    call = only(apply(board, the_report(payload(8)), at(12)))
    assert hangup_words.ended_first(call) == told


def test_a_call_that_nobody_hung_up_ended_by_itself() -> None:
    assert hangup_words.ended_first(replayed(3, 4, 8)) == BY_ITSELF


def test_a_call_that_has_ended_says_what_was_answered() -> None:
    call = only(apply(answered(), the_report(payload(8)), at(12)))
    assert hangup_words.state(call, at(1e6)) == "Hang-up by ada@console-1: Accepted."
    assert not hangup_words.lapsed(call, at(1e6))


def test_nobody_is_said_to_be_hanging_up_when_no_answer_can_come_any_more() -> None:
    call = only(asked())
    fresh, late = row(call, at(LATE - 0.1)), row(call, at(LATE))
    assert (fresh.state, fresh.tone, fresh.note) == ("hanging up", "ending", "asked by ada, no answer yet")
    assert (late.state, late.tone, late.note) == ("established", "live", "asked by ada, no answer recorded")
    assert hangup_words.state(call, at(LATE)) == "Hang-up asked by ada@console-1; no answer was recorded."


@pytest.mark.parametrize(
    ("ahead_s", "state"), [(2, "hanging up"), (ANSWER_WITHIN_S, "established"), (7200, "established")]
)
def test_nobody_is_said_to_be_hanging_up_by_a_clock_that_is_far_ahead(ahead_s: float, state: str) -> None:
    now = at(ASKED_AT - ahead_s)
    assert row(only(asked()), now).state == state
    left = hangup_words.why_left(only(asked()), now)
    assert left.startswith("is being hung up") is (state == "hanging up")


def test_nobody_is_said_to_be_hanging_up_long_after_graph_accepted_it() -> None:
    call = only(answered())
    late = at(LATE + 1)
    assert (state_word(call, at(LATE)), tone(call, at(LATE))) == ("hanging up", "ending")
    assert (state_word(call, late), tone(call, late)) == ("established", "live")
    assert hangup_words.note(call, late) == "ada: accepted, no end reported"
    assert (
        hangup_words.state(call, late) == "Hang-up by ada@console-1: accepted by Graph (204), but no end was reported."
    )


def test_an_answer_that_comes_late_is_told_after_all() -> None:
    board = note(asked(), HangUpAnswered(CALL, "1", THROTTLED), at(LATE + 5))
    assert hangup_words.note(only(board), at(LATE + 6)) == "ada: Too many requests."


def test_hostile_names_are_made_visible() -> None:
    board = board_of([the_report(payload(4))])
    call = only(note(board, HangUpAsked(CALL, "1", "a\x1b[2Jda@console-1"), at(ASKED_AT)))
    assert "\x1b" not in hangup_words.state(call) + hangup_words.note(call, at(11)) + hangup_words.ended_first(call)
