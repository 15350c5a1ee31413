from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core import deliveries
from callmon.core.deliveries import Deliveries

ID = "x-microsoft-skype-message-id"
ORIGINAL = "x-microsoft-skype-original-message-id"


def after(*seen: tuple[dict[str, str], bytes]) -> Deliveries:
    known = Deliveries()
    for headers, body in seen:
        known = known.with_one_more(headers, body)
    return known


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
    assert after(({ID: "a"}, b"1")).knows(headers, body) is known


def test_without_an_id_nothing_is_remembered() -> None:
    assert after(({}, b"1"), ({ID: ""}, b"1")) == Deliveries()


def test_a_delivery_is_known_whichever_of_two_ids_it_had() -> None:
    twice = after(({ID: "a"}, b"1"), ({ID: "b", ORIGINAL: "a"}, b"1"))
    assert twice.knows({ID: "b"}, b"1")
    assert twice.knows({ID: "a"}, b"1")


@given(st.lists(st.integers(0, 60), max_size=200), st.integers(1, 20))
def test_the_latest_are_known_and_the_memory_is_bounded(numbers: list[int], remembered: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "_REMEMBERED", remembered)
        known = after(*(({ID: str(number)}, b"%d" % number) for number in numbers))
    assert len(known.newer) + len(known.older) <= 2 * remembered
    for number in numbers[-remembered:]:
        assert known.knows({ID: str(number)}, b"%d" % number)
    assert not known.knows({ID: "61"}, b"61")
