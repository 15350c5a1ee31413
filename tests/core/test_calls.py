from __future__ import annotations

import pytest

from callmon.core.calls import NO_FACTS, Facts, Identity, Participant, ResultInfo, merge
from callmon.core.states import ANSWERED, EXPECTED, Anomaly, CallState, goes_back, judge, state_named

S = CallState


def test_the_table_of_moves_knows_every_state() -> None:
    assert set(EXPECTED) == {None, *CallState}


def test_no_expected_move_is_odd() -> None:
    moves = [(before, after) for before, targets in EXPECTED.items() for after in targets]
    known = [(before, after) for before, after in moves if after is not S.UNKNOWN_FUTURE_VALUE]
    assert {judge(before, after) for before, after in known} == {None}


def test_ended_is_final_and_every_other_state_can_end() -> None:
    assert EXPECTED[S.TERMINATED] == frozenset()
    assert all(S.TERMINATED in EXPECTED[state] for state in CallState if state is not S.TERMINATED)


@pytest.mark.parametrize("state", [*CallState, "parked"])
def test_a_repeat_is_normal(state: str) -> None:
    assert judge(state, state) is None


MOVES: list[tuple[str | None, str, Anomaly | None]] = [
    (None, S.INCOMING, None),
    (None, S.ESTABLISHING, None),
    (None, S.RINGING, Anomaly.BEGINNING_MISSED),
    (None, S.ESTABLISHED, Anomaly.BEGINNING_MISSED),
    (None, S.TERMINATING, Anomaly.BEGINNING_MISSED),
    (None, S.TERMINATED, Anomaly.BEGINNING_MISSED),
    (None, "parked", Anomaly.UNKNOWN_STATE),
    (S.INCOMING, S.ESTABLISHED, Anomaly.STEP_SKIPPED),
    (S.INCOMING, S.TERMINATED, None),
    (S.ESTABLISHING, S.INCOMING, Anomaly.OUT_OF_ORDER),
    (S.ESTABLISHING, S.RINGING, None),
    (S.ESTABLISHING, S.TRANSFERRING, Anomaly.STEP_SKIPPED),
    (S.ESTABLISHED, S.ESTABLISHING, Anomaly.OUT_OF_ORDER),
    (S.ESTABLISHED, S.TRANSFER_ACCEPTED, Anomaly.STEP_SKIPPED),
    (S.TRANSFERRING, S.ESTABLISHED, None),
    (S.HOLD, S.ESTABLISHED, None),
    (S.TERMINATING, S.ESTABLISHED, Anomaly.OUT_OF_ORDER),
    (S.TERMINATED, S.ESTABLISHED, Anomaly.AFTER_END),
    (S.TERMINATED, "parked", Anomaly.AFTER_END),
    (S.ESTABLISHED, "parked", Anomaly.UNKNOWN_STATE),
    (S.ESTABLISHED, S.UNKNOWN_FUTURE_VALUE, Anomaly.UNKNOWN_STATE),
    ("parked", S.ESTABLISHED, None),
    ("parked", S.INCOMING, None),
    (S.UNKNOWN_FUTURE_VALUE, S.HOLD, None),
]


@pytest.mark.parametrize(("before", "after", "odd"), MOVES)
def test_what_is_odd_about_a_move(before: str | None, after: str, odd: Anomaly | None) -> None:
    assert judge(before, after) is odd


def test_stages() -> None:
    assert goes_back(S.TERMINATING, S.ESTABLISHED)
    assert not goes_back(S.ESTABLISHED, S.HOLD)
    assert not goes_back(S.HOLD, S.ESTABLISHED)
    assert not goes_back(S.TERMINATING, "parked")
    assert not goes_back("parked", S.INCOMING)
    assert not goes_back(None, S.INCOMING)


def test_only_answered_calls_can_be_held_or_transferred() -> None:
    assert {S.ESTABLISHED, S.HOLD, S.TRANSFERRING, S.TRANSFER_ACCEPTED} == ANSWERED


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("established", S.ESTABLISHED),
        ("Established", S.ESTABLISHED),
        ("TRANSFERACCEPTED", S.TRANSFER_ACCEPTED),
        ("transferAccepted", S.TRANSFER_ACCEPTED),
        ("Parked", "Parked"),
        ("", ""),
    ],
)
def test_states_are_named_in_any_case(text: str, state: str) -> None:
    assert state_named(text) == state
    assert isinstance(state_named(text), CallState) is isinstance(state, CallState)


def test_a_partial_notification_adds_and_never_takes_away() -> None:
    known = Facts(direction="incoming", chain_id="a", targets=(Identity("user", "1"),))
    assert merge(known, Facts(chain_id="b", subject="Sales")) == known._replace(chain_id="b", subject="Sales")
    assert merge(known, NO_FACTS) is known
    assert merge(known, Facts(direction="incoming")) is known


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        (Identity("user", "0caa0608-b970-4990-91d3-51fd2d2c3628", "Ana"), "Ana"),
        (Identity("user", "0caa0608-b970-4990-91d3-51fd2d2c3628"), "user 0caa0608-b970"),
        (Identity("phone", "+4512345678"), "+4512345678"),
        (Identity("phone"), "unnamed phone"),
        (Identity("guest"), "unnamed guest"),
    ],
)
def test_what_to_call_somebody(identity: Identity, shown: str) -> None:
    assert identity.shown == shown
    assert Participant("p", identity).shown == shown


def test_a_participant_without_an_identity_is_called_by_its_own_id() -> None:
    assert Participant("0d7664b6-6432-43ed-8d27-d9e7adec188c", None).shown == "participant 0d7664b6-6432"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ResultInfo(200, 5001, "Ended."), "200/5001"),
        (ResultInfo(0), "0"),
        (ResultInfo(None, "transferring"), "transferring"),
        (ResultInfo(), ""),
    ],
)
def test_a_result_in_short(result: ResultInfo, text: str) -> None:
    assert str(result) == text
