from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.core import gathering
from callmon.core.deliveries import Deliveries
from callmon.core.gathering import Gathering

ID = "x-microsoft-skype-message-id"
ORIGINAL = "x-microsoft-skype-original-message-id"


def after(*seen: tuple[dict[str, str], bytes]) -> Deliveries:
    taking = Gathering(Deliveries())
    for headers, body in seen:
        taking.repeats(headers, body)
    return taking.seen


def knows(known: Deliveries, headers: dict[str, str], body: bytes) -> bool:
    return Gathering(known).repeats(headers, body)


@pytest.mark.parametrize(
    ("headers", "body", "known"),
    [
        ({ID: "a"}, b"1", True),
        ({ID: "a"}, b"2", False),
        ({ID: "b"}, b"1", False),
        ({ID: "b", ORIGINAL: "a"}, b"1", True),
        ({ID: "b", ORIGINAL: "a"}, b"2", False),
        ({ID: "b", ORIGINAL: "c"}, b"1", False),
        ({ORIGINAL: "a"}, b"1", True),
        ({ID: ""}, b"1", False),
        ({}, b"1", False),
    ],
)
def test_a_delivery_is_known_by_its_id_and_its_body(headers: dict[str, str], body: bytes, known: bool) -> None:
    assert knows(after(({ID: "a"}, b"1")), headers, body) is known


def test_without_an_id_nothing_is_remembered() -> None:
    assert after(({}, b"1"), ({ID: ""}, b"1")) == Deliveries()


def test_a_delivery_is_known_whichever_of_two_ids_it_had() -> None:
    twice = after(({ID: "a"}, b"1"), ({ID: "b", ORIGINAL: "a"}, b"1"))
    assert knows(twice, {ID: "b"}, b"1")
    assert knows(twice, {ID: "a"}, b"1")


@given(st.lists(st.integers(0, 60), max_size=200), st.integers(1, 20))
@example([0, 1, 2, 3, 0, 4], 3)  # sent again when it is among those that are let go next
def test_the_latest_are_known_and_the_memory_is_bounded(numbers: list[int], remembered: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_REMEMBERED", remembered)
        known = after(*(({ID: str(number)}, b"%d" % number) for number in numbers))
    assert len(known.newer) + len(known.older) <= 2 * remembered
    for number in numbers[-remembered:]:
        assert knows(known, {ID: str(number)}, b"%d" % number)
    assert not knows(known, {ID: "61"}, b"61")


@given(st.lists(st.integers(0, 60), max_size=200), st.integers(1, 20), st.integers(1, 9))
def test_how_they_are_gathered_does_not_matter(numbers: list[int], remembered: int, size: int) -> None:
    seen = [({ID: str(number % 40)}, b"%d" % number) for number in numbers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_REMEMBERED", remembered)
        at_once, piece_by_piece = after(*seen), Deliveries()
        for start in range(0, len(seen), size):
            taking = Gathering(piece_by_piece)
            for headers, body in seen[start : start + size]:
                taking.repeats(headers, body)
            piece_by_piece = taking.seen
    assert piece_by_piece == at_once
