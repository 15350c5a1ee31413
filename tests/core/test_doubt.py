from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from callmon.core import describe
from callmon.core.answers import Answer
from callmon.core.calls import Call, DoubtKind
from callmon.core.doubt import PATIENCE_S, doubt_of, proven_at, silent_at
from callmon.core.filtering import parse
from callmon.core.hangup import CheckOutcome
from callmon.core.listening import Gap
from callmon.core.query import Query, Which, matches, row
from callmon.core.records import CallChecked
from callmon.core.states import CallState
from tests.makers import CALL, at, board_of, call_of, note, report

FOUND = CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", body=b"{}")
BUSY = CheckOutcome(Answer.THROTTLED, "Graph asks to wait.", status=429)


def checked(outcome: CheckOutcome, second: float, *more: float) -> Call:
    """An established call, last heard of at second 1, that was checked."""
    board = board_of([report("incoming", "created"), report("established")])
    for moment in (second, *more):
        board = note(board, CallChecked(CALL, outcome), at(moment))
    (call,) = board
    return call


@pytest.mark.parametrize("state", PATIENCE_S)
def test_silence_raises_doubt_when_its_state_lets_expect_a_word(state: str) -> None:
    call = call_of(report(state))
    limit = PATIENCE_S[state]
    assert doubt_of(call, at(limit - 0.1)) is None
    doubt = doubt_of(call, at(limit))
    assert doubt is not None
    assert (doubt.kind, doubt.since) == (DoubtKind.SILENT, at(0))
    assert state in doubt.because


@pytest.mark.parametrize("state", [None, "parked", CallState.UNKNOWN_FUTURE_VALUE])
def test_a_call_in_no_known_state_is_doubted_like_an_established_one(state: str | None) -> None:
    call = call_of(report(state))
    assert silent_at(call, PATIENCE_S) == at(PATIENCE_S[CallState.ESTABLISHED])
    assert doubt_of(call, at(PATIENCE_S[CallState.ESTABLISHED])) is not None


def test_a_call_that_rings_is_doubted_sooner_than_one_on_which_people_talk() -> None:
    quick = {CallState.INCOMING, CallState.ESTABLISHING, CallState.RINGING, CallState.TERMINATING}
    assert max(PATIENCE_S[state] for state in quick) < PATIENCE_S[CallState.ESTABLISHED]
    assert PATIENCE_S[CallState.ESTABLISHED] < PATIENCE_S[CallState.HOLD]


def test_patience_can_be_set() -> None:
    call = call_of(report("established"))
    assert doubt_of(call, at(20), patience={"established": 20}) is not None
    assert doubt_of(call, at(20), patience={"hold": 1}) is None


def test_what_has_ended_is_not_doubted() -> None:
    call = call_of(report("established"), report("terminated", "deleted"))
    assert doubt_of(call, at(1e6), (Gap(at(5), at(9), certain=True),)) is None


GAPS = {
    "none": ((), None),
    "over before it was heard of": ((Gap(at(-9), at(-5), certain=True),), None),
    "not listening since": ((Gap(at(10), None, certain=True),), (at(10), "has not listened since 09:30:10")),
    "did not listen": (
        (Gap(at(10), at(20), certain=True),),
        (at(10), "did not listen from 09:30:10 to 09:30:20, and nothing was heard of the call since"),
    ),
    "lines were lost": (
        (Gap(at(10), at(20), certain=False, feed="file x", lost=True),),
        (at(10), "file x may have lost lines from 09:30:10 to 09:30:20"),
    ),
    "may not have": ((Gap(at(10), at(20), certain=False),), (at(10), "may not have listened")),
    "deaf": ((Gap(at(10), None, certain=False, deaf=True),), (at(10), "nothing at all was received since 09:30:10")),
    "was deaf": (
        (Gap(at(10), at(20), certain=False, deaf=True),),
        (at(10), "nothing at all was received from 09:30:10 to 09:30:20, though calls were active"),
    ),
    "to the next day": (
        (Gap(at(10), at(86_410), certain=True),),
        (at(10), "did not listen from 09:30:10 to 2026-03-03 09:30:10, and"),
    ),
    "the first of two": (
        (Gap(at(10), at(20), certain=True), Gap(at(25), at(30), certain=True)),
        (at(10), "from 09:30:10 to 09:30:20"),
    ),
    "heard of in the middle": ((Gap(at(0), at(20), certain=True),), (at(1), "did not listen")),
}


@pytest.mark.parametrize("case", GAPS)
def test_where_nobody_listened_a_call_is_unverified(case: str) -> None:
    gaps, expected = GAPS[case]
    doubt = doubt_of(call_of(report("incoming"), report("established")), at(40), gaps)
    if expected is None:
        assert doubt is None
    else:
        assert doubt is not None
        assert (doubt.kind, doubt.since) == (DoubtKind.UNVERIFIED, expected[0])
        assert expected[1] in doubt.because


def test_a_word_from_graph_settles_it() -> None:
    gaps = (Gap(at(10), at(20), certain=True),)
    board = board_of([report("established")])
    board = board_of([report("hold")], board, start=20)
    (call,) = board
    assert doubt_of(call, at(21), gaps) is None


def test_a_check_that_found_the_call_settles_it() -> None:
    gaps = (Gap(at(10), at(20), certain=True),)
    call = checked(FOUND, 25)
    assert proven_at(call) == at(25)
    assert doubt_of(call, at(26), gaps) is None
    assert doubt_of(checked(FOUND, 15), at(26), gaps) is not None
    assert doubt_of(checked(BUSY, 25), at(26), gaps) is not None


def test_while_nobody_listens_a_check_holds_for_the_moment() -> None:
    gaps = (Gap(at(10), None, certain=True),)
    assert doubt_of(checked(FOUND, 25), at(26), gaps) is None
    assert doubt_of(checked(FOUND, 25), at(25 + 900), gaps) is not None


def test_checks_in_a_row_are_counted_until_graph_speaks() -> None:
    assert [checked(FOUND, *range(2, 2 + count)).check for count in (1, 2, 3)] == [
        (at(1 + count), FOUND, count) for count in (1, 2, 3)
    ]
    board = board_of([report("established")])
    board = note(board, CallChecked(CALL, BUSY), at(5))
    board = note(board_of([report("hold")], board, start=6), CallChecked(CALL, BUSY), at(7))
    (call,) = board
    assert call.check is not None
    assert call.check.in_a_row == 1


# What is said of it


def doubted(outcome: CheckOutcome | None = None) -> Call:
    call = checked(outcome, 25) if outcome else call_of(report("incoming"), report("established"))
    return call._replace(doubt=doubt_of(call, at(40), (Gap(at(10), at(30), certain=True),)))


def test_the_row_has_a_sign_and_a_word() -> None:
    shown = row(doubted(), at(40))
    assert (shown.doubtful, shown.note, shown.state) == (True, "unverified since 09:30:10", "established")
    plain = row(call_of(report("established")), at(40))
    assert (plain.doubtful, plain.note) == (False, "its beginning was not seen")


def test_a_time_of_another_day_has_its_date() -> None:
    day = timedelta(days=1)
    call = call_of(report("incoming"), report("established"))
    gap = Gap(at(10), at(30), certain=True)
    doubt = doubt_of(call, at(40) + day, (gap,))
    assert doubt is not None
    assert "did not listen from 2026-03-02 09:30:10 to 09:30:30" in doubt.because
    lasting = doubt_of(call, at(40) + day, (replace(gap, until=None),))
    assert lasting is not None
    assert lasting.because.endswith("has not listened since 2026-03-02 09:30:10")
    assert row(call._replace(doubt=doubt), at(40) + day).note == "unverified since 2026-03-02 09:30:10"


def test_the_detail_says_since_when_why_and_what_came_of_checking() -> None:
    assert describe.doubt_sentence(call_of(report("established"))) == ""
    assert describe.doubt_sentence(doubted()) == (
        "Not certain since 2026-03-02 09:30:10: callmon did not listen from 09:30:10 to 09:30:30, "
        "and nothing was heard of the call since."
    )
    assert describe.doubt_sentence(doubted(BUSY)).endswith("Checked at 09:30:25, to no avail: Graph asks to wait.")
    assert "to no avail" not in describe.doubt_sentence(doubted(FOUND))


FILTERS = {"is:unverified": (True, False), "is:doubtful": (True, True), "!is:doubtful": (False, False)}


@pytest.mark.parametrize("text", FILTERS)
def test_filters(text: str) -> None:
    silent = call_of(report("established"))
    silent = silent._replace(doubt=doubt_of(silent, at(2000)))
    wanted = parse(text)
    assert not hasattr(wanted, "sentence")
    assert (matches(doubted(), Query(text=text)), matches(silent, Query(text=text))) == FILTERS[text]
    assert matches(call_of(report("established")), Query(text=text)) == text.startswith("!")


def test_a_call_in_doubt_is_in_trouble() -> None:
    assert matches(doubted(), Query(Which.TROUBLE))
    assert describe.trouble(doubted()).startswith("unverified since 09:30:10")
