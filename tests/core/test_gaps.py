from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.gaps import Known, after_loss, after_news, after_record, after_silence, bringers
from callmon.core.listening import Fed, FeedKey, Gap
from callmon.core.records import FeedChanged
from tests.makers import at

HTTP, OTHER, PIPE, FILE = "http 127.0.0.1:8765", "http 127.0.0.1:9000", "stdin", "file x"
A, B = "console-1", "console-2"

Event = tuple[float, str, str, str]
"""Second, place, feed, and a state or what it brings: ``+`` and the bot."""
Told = tuple[float, float | None]


def after(*events: Event) -> Known:
    """What is known after these."""
    known, signs = Known({}, ()), dict[str, datetime]()
    for second, place, name, what in events:
        if what.startswith("+"):
            known = after_news(known, bringers(known.feeds)[place, name], what[1:], at(second))
        else:
            record = FeedChanged(name, what, run=place, place=place, marks=bool(place))
            known = after_record(known, record, at(second), {**signs})
        if what != "gone":
            signs[place or name] = at(second)
    return known


def spans(gaps: Iterable[Gap], bot: str = "") -> list[tuple[datetime, datetime | None]]:
    return [(gap.since, gap.until) for gap in gaps if gap.concerns([bot])]


def expected(told: Sequence[Told]) -> list[tuple[datetime, datetime | None]]:
    return [(at(since), None if until is None else at(until)) for since, until in told]


CASES: dict[str, tuple[Sequence[Event], Sequence[Told]]] = {
    "the first start": ([(1, A, HTTP, "listening"), (2, A, HTTP, "+")], []),
    "it never brought anything": (
        [(1, A, HTTP, "listening"), (5, A, HTTP, "stopped"), (9, A, HTTP, "listening")],
        [],
    ),
    "it stopped": ([(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, HTTP, "stopped")], [(5, None)]),
    "it stopped and started": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, HTTP, "stopped"), (9, A, HTTP, "listening")],
        [(5, 9)],
    ),
    "it stopped twice": (
        [
            (1, A, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (5, A, HTTP, "stopped"),
            (6, A, HTTP, "failed"),
            (9, A, HTTP, "listening"),
        ],
        [(5, 9)],
    ),
    "it went without a word": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (9, A, HTTP, "listening")],
        [(2, 9)],
    ),
    "an older program went without a word": (
        [(1, "", HTTP, "listening"), (2, "", HTTP, "+"), (9, A, HTTP, "listening")],
        [(2, 9)],
    ),
    "an older program stopped and this one started": (
        [(1, "", HTTP, "listening"), (2, "", HTTP, "+"), (5, "", HTTP, "stopped"), (9, A, HTTP, "listening")],
        [(5, 9)],
    ),
    "one of the same name starts elsewhere": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, B, HTTP, "listening")],
        [],
    ),
    "one of the same name that brought nothing stops elsewhere": (
        [
            (1, A, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (5, B, HTTP, "listening"),
            (6, A, HTTP, "+"),
            (7, B, HTTP, "stopped"),
        ],
        [],
    ),
    "one of the same name that brought nothing goes on elsewhere": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, B, HTTP, "listening"), (7, A, HTTP, "stopped")],
        [(7, None)],
    ),
    "another takes over": (
        [
            (1, A, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (5, B, HTTP, "listening"),
            (7, A, HTTP, "stopped"),
            (8, B, HTTP, "+"),
        ],
        [(7, 8)],
    ),
    "another that brought some, too, goes on": (
        [
            (1, A, HTTP, "listening"),
            (1, B, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (2, B, HTTP, "+"),
            (7, A, HTTP, "stopped"),
        ],
        [],
    ),
    "the last of two stops": (
        [
            (1, A, HTTP, "listening"),
            (1, B, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (2, B, HTTP, "+"),
            (7, A, HTTP, "stopped"),
            (8, B, HTTP, "stopped"),
            (9, A, HTTP, "listening"),
        ],
        [(8, 9)],
    ),
    "another that brought another bot goes on": (
        [
            (1, A, HTTP, "listening"),
            (1, B, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (2, B, HTTP, "+sales"),
            (7, A, HTTP, "stopped"),
        ],
        [(7, None)],
    ),
    "that of another bot stops": (
        [
            (1, A, HTTP, "listening"),
            (1, B, HTTP, "listening"),
            (2, A, HTTP, "+"),
            (2, B, HTTP, "+sales"),
            (7, B, HTTP, "stopped"),
        ],
        [],
    ),
    "a pipe ends beside a listener that never took anything": (
        [(1, A, HTTP, "listening"), (1, A, PIPE, "listening"), (2, A, PIPE, "+"), (7, A, PIPE, "stopped")],
        [(7, None)],
    ),
    "a file that is read later neither leaves a gap nor fills one": (
        [
            (1, A, HTTP, "listening"),
            (1, A, FILE, "listening"),
            (2, A, HTTP, "+"),
            (2, A, FILE, "+"),
            (5, A, HTTP, "stopped"),
            (6, A, FILE, "stopped"),
            (7, A, FILE, "listening"),
            (9, A, HTTP, "listening"),
        ],
        [(5, 9)],
    ),
    "it was found dead": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, "", "gone"), (9, A, HTTP, "listening")],
        [(5, 9)],
    ),
    "one that had brought nothing was found dead": (
        [(1, A, HTTP, "listening"), (1, B, HTTP, "listening"), (2, A, HTTP, "+"), (5, B, "", "gone")],
        [],
    ),
    "it was found dead and brings something": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, "", "gone"), (8, A, HTTP, "+")],
        [(5, 8)],
    ),
    "it was found dead and is not": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, "", "gone"), (8, A, "", "back")],
        [(5, 8)],
    ),
    "one that had stopped was found dead, and is not": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (3, A, HTTP, "stopped"), (5, A, "", "gone"), (8, A, "", "back")],
        [(3, None)],
    ),
    "the first that it brings comes after the end": (
        [(1, A, HTTP, "listening"), (5, A, HTTP, "stopped"), (6, A, HTTP, "+"), (9, A, HTTP, "listening")],
        [(6, 9)],
    ),
    "what comes after the end": (
        [(1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, HTTP, "stopped"), (6, A, HTTP, "+")],
        [(5, None)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_times_in_which_nothing_was_received(case: str) -> None:
    events, told = CASES[case]
    assert spans(after(*events).gaps) == expected(told)


def test_a_gap_ends_for_each_bot_when_something_listens_for_it() -> None:
    known = after(
        (1, A, HTTP, "listening"),
        (1, B, HTTP, "listening"),
        (2, A, HTTP, "+"),
        (2, A, HTTP, "+sales"),
        (5, A, HTTP, "stopped"),
        (7, B, HTTP, "+sales"),
    )
    assert spans(known.gaps, "sales") == expected([(5, 7)])
    assert spans(known.gaps) == expected([(5, None)])


def test_which_feed_did_not_listen_is_said_where_others_did() -> None:
    alone = after((1, A, PIPE, "listening"), (2, A, PIPE, "+"), (7, A, PIPE, "stopped"))
    beside = after((1, A, HTTP, "listening"), (1, A, PIPE, "listening"), (2, A, PIPE, "+"), (7, A, PIPE, "stopped"))
    assert [gap.feed for gap in (*alone.gaps, *beside.gaps)] == ["", PIPE]


# Of one place: each tells which runs are alive there


def run(feed: str, state: str, run: str, alive: str, place: str = A) -> FeedChanged:
    return FeedChanged(feed, state, run=run, place=place, alive=alive, marks=True)


KILLED: dict[str, tuple[list[tuple[FeedChanged, float]], Sequence[Told]]] = {
    "and started again": ([(run(HTTP, "listening", "b", "b"), 9)], [(2, 9)]),
    "and another port taken": ([(run(OTHER, "listening", "b", "b"), 9)], [(2, None)]),
    "then a file is followed": ([(run(FILE, "listening", "b", "b"), 9)], [(2, None)]),
    "not at all": ([(run(OTHER, "listening", "b", "a b"), 9)], []),
    "not at all, though its own file is gone": ([(run(HTTP, "stopped", "a", ""), 9)], [(9, None)]),
    "on another machine, for all that is known": ([(run(OTHER, "listening", "b", "b", B), 9)], []),
    "after it stood still": (
        [
            (FeedChanged(HTTP, "stopped", run="a"), 3),
            (FeedChanged(HTTP, "listening", run="a"), 4),
            (run(OTHER, "listening", "b", "b"), 9),
        ],
        [(3, 4), (4, None)],
    ),
    "after an older program said that it stood still": (
        [
            (FeedChanged(HTTP, "stopped"), 3),
            (FeedChanged(HTTP, "listening"), 4),
            (run(OTHER, "listening", "b", "b"), 9),
        ],
        [(3, 4), (4, None)],
    ),
}


@pytest.mark.parametrize("case", KILLED)
def test_a_listener_that_was_killed_is_no_listener(case: str) -> None:
    records, told = KILLED[case]
    signs = {"a": at(2)}
    known = after_record(Known({}, ()), run(HTTP, "listening", "a", "a"), at(1), {})
    known = after_news(known, FeedKey(A, HTTP), "", at(2))
    for record, second in records:
        known = after_record(known, record, at(second), signs)
        signs[record.run or "a"] = at(second)
    assert spans(known.gaps) == expected(told)


# Which feed brought it


def test_what_carries_a_run_was_brought_by_the_feed_of_that_run() -> None:
    known = after((1, A, HTTP, "listening"), (2, B, HTTP, "listening"))
    assert bringers(known.feeds) == {(A, HTTP): FeedKey(A, HTTP), (B, HTTP): FeedKey(B, HTTP)}


def test_what_carries_none_was_brought_by_the_feed_of_an_older_program() -> None:
    old = [FeedChanged(HTTP, state, run=place, place=place) for place, state in ((A, "listening"), (B, "stopped"))]
    known = Known({}, ())
    for record in old:
        known = after_record(known, record, at(1), {})
    assert bringers(known.feeds) == {("", HTTP): FeedKey(A, HTTP)}


def test_feeds_of_machines_that_are_no_more_are_forgotten_but_none_that_listens() -> None:
    events: list[Event] = [(0, "first", HTTP, "listening")]
    for number in range(200):
        events += [(number, f"m-{number}", HTTP, "listening"), (number, f"m-{number}", HTTP, "stopped")]
    known = after(*events)
    assert len(known.feeds) == 64
    assert known.feeds[FeedKey("first", HTTP)].listens
    assert isinstance(known.feeds[FeedKey("m-199", HTTP)], Fed)


# Other gaps


def test_gaps_that_last_are_the_last() -> None:
    known = after((1, A, HTTP, "listening"), (2, A, HTTP, "+"), (5, A, HTTP, "stopped"))
    gaps = after_silence(after_loss(known.gaps, at(7), at(6)), at(3), at(4))
    assert spans(gaps) == expected([(6, 7), (3, 4), (5, None)])
    assert spans(after_loss((), at(9), None), "any") == expected([(9, 9)])


events = st.lists(
    st.tuples(
        st.sampled_from([A, B]),
        st.sampled_from([HTTP, PIPE]),
        st.sampled_from(["listening", "stopped", "+", "+sales"]),
    ),
    max_size=30,
)


@given(events)
def test_a_gap_lasts_just_while_nothing_that_brought_a_bot_listens(told: list[tuple[str, str, str]]) -> None:
    known: list[Event] = []
    for second, (place, name, what) in enumerate(told):
        if not what.startswith("+") or any((place, name) == (event[1], event[2]) for event in known):
            known.append((second, place, name, what))
    feeds, gaps = after(*known)
    for bot in ("", "sales"):
        brought = [fed.listens for fed in feeds.values() if bot in fed.bots]
        lasting = [gap for gap in gaps if gap.until is None and gap.concerns([bot])]
        assert len(lasting) == (bool(brought) and not any(brought))
