from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.audit import Link, Tampering, Verdict, seal, verify
from tests.makers import at


def trail(count: int, unsealed: int = 0) -> list[Link]:
    """A trail as a journal writes it; its first entries may be from before sealing."""
    links: list[Link] = []
    last = ""
    for number in range(count):
        kind = ("hangup-asked", "hangup-answered")[number % 2]
        parts = {"origin": "ada@console-1", "bot": "", "body": b'{"n": %d}' % number}
        if number >= unsealed:
            last = seal(last, kind, at(number), **parts)  # type: ignore[arg-type]  # the parts have the right types
        links.append(Link(kind, at(number), "ada@console-1", "", b'{"n": %d}' % number, last))
    return links


def test_a_trail_that_nobody_touched_is_whole() -> None:
    links = trail(6)
    assert verify(links) == Verdict(6, 0, links[-1].seal)


def test_an_empty_trail_is_whole_and_has_no_seal() -> None:
    assert verify([]) == Verdict(0, 0, "")


def test_entries_from_before_sealing_are_counted_apart() -> None:
    links = trail(5, unsealed=2)
    assert verify(links) == Verdict(3, 2, links[-1].seal)


def changed(links: Sequence[Link]) -> list[Link]:
    return [*links[:2], links[2]._replace(body=b"{}"), *links[3:]]


def taken_out(links: Sequence[Link]) -> list[Link]:
    return [*links[:2], *links[3:]]


def put_in(links: Sequence[Link]) -> list[Link]:
    return [*links[:2], links[1]._replace(body=b"{}"), *links[2:]]


def put_in_without_a_seal(links: Sequence[Link]) -> list[Link]:
    return [*links[:2], links[1]._replace(seal=""), *links[2:]]


def swapped(links: Sequence[Link]) -> list[Link]:
    return [*links[:2], links[3], links[2], *links[4:]]


def sealed_anew(links: Sequence[Link]) -> list[Link]:
    """Changed by somebody who also made a fitting seal for the entry, but not for those after it."""
    false = links[2]._replace(body=b"{}")
    new = seal(links[1].seal, false.kind, false.at, origin=false.origin, bot=false.bot, body=false.body)
    return [*links[:2], false._replace(seal=new), *links[3:]]


@pytest.mark.parametrize(
    ("tamper", "number", "what"),
    [
        (changed, 3, Tampering.CHANGED),
        (taken_out, 3, Tampering.CHANGED),
        (put_in, 3, Tampering.PUT_IN),
        (put_in_without_a_seal, 3, Tampering.UNSEALED),
        (swapped, 3, Tampering.PUT_IN),
        (sealed_anew, 4, Tampering.CHANGED),
    ],
)
def test_the_first_entry_that_does_not_fit_is_named(
    tamper: Callable[[Sequence[Link]], list[Link]], number: int, what: Tampering
) -> None:
    links = trail(6)
    verdict = verify(tamper(links))
    assert verdict.broken is not None
    assert (verdict.broken.number, verdict.broken.what) == (number, what)
    assert verdict.broken.link == tamper(links)[number - 1]
    assert verdict.sealed == number - 1


@given(st.integers(1, 8), st.data())
def test_no_part_of_any_entry_can_change_unseen(count: int, data: st.DataObject) -> None:
    links = trail(count)
    place = data.draw(st.integers(0, count - 1))
    part = data.draw(st.sampled_from(["kind", "at", "origin", "bot", "body", "seal"]))
    old = getattr(links[place], part)
    new: Any = {"at": at(99), "body": b"[]", "seal": "0" * 64}.get(part, f"{old}x")
    links[place] = links[place]._replace(**{part: new})
    assert verify(links).broken is not None


@given(st.integers(1, 8), st.data())
def test_what_is_cut_off_at_the_end_is_found_by_a_seal_that_was_noted(count: int, data: st.DataObject) -> None:
    links = trail(count)
    noted = data.draw(st.integers(1, count))
    left = data.draw(st.integers(0, count))
    verdict = verify(links[:left], links[noted - 1].seal)
    assert verdict.broken is None, "what is left is a whole chain"
    assert verdict.noted == (noted if noted <= left else None)


def test_a_trail_that_was_sealed_anew_from_the_start_lacks_the_seal_that_was_noted() -> None:
    noted = trail(4)[-1].seal
    false = []
    last = ""
    for link in trail(4):
        told = link._replace(origin="bob@console-2")
        last = seal(last, told.kind, told.at, origin=told.origin, bot=told.bot, body=told.body)
        false.append(told._replace(seal=last))
    verdict = verify(false, noted)
    assert (verdict.broken, verdict.noted) == (None, None)


def test_a_seal_that_is_empty_is_not_expected_of_anybody() -> None:
    assert verify(trail(2, unsealed=2), "").noted is None
