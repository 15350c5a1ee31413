from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.board import Board
from callmon.core.calls import Facts, Identity, ResultInfo
from callmon.core.choices import COLUMNS, SORTS
from callmon.core.draft import apply
from callmon.core.grouping import GroupBy, group_title
from callmon.core.query import Query, Which, rows
from callmon.core.sorting import Sort, SortBy, sort_named
from callmon.core.states import CallState
from callmon.core.view import Group, View
from tests.makers import at, board_of, report

S = CallState


def told(number: int, name: str = "", chain: str | None = None) -> Facts:
    """What is said of a call at its beginning."""
    source = Identity("user", f"u{number}", name) if name else None
    return Facts(direction="incoming" if name else None, source=source, chain_id=chain)


def sample() -> Board:
    """Five calls: 1 and 4 have ended, 5 was never established; 2 was established before 1 came."""
    board = board_of(
        [
            report(S.INCOMING, "created", "1", facts=told(1, "bo")),
            report(S.INCOMING, "created", "2", facts=told(2, "Ana")),
            report(S.ESTABLISHED, call_id="2"),
            report(S.INCOMING, "created", "3"),
            report(S.ESTABLISHED, call_id="1"),
            report(S.HOLD, call_id="2"),
            report(S.INCOMING, "created", "4", facts=told(4, "Cy")),
            report(S.ESTABLISHED, call_id="4"),
            report(S.INCOMING, "created", "5", facts=told(5, "ana")),
        ]
    )
    board = apply(board, report(S.TERMINATED, "deleted", "4", result=ResultInfo(500, 7000)), at(40))
    return apply(board, report(S.TERMINATED, "deleted", "1", result=ResultInfo(487, None)), at(41))


@pytest.mark.parametrize(
    ("by", "forward", "backward"),
    [
        (SortBy.NEWEST, "53214", "23541"),
        (SortBy.TIME, "23514", "53241"),
        (SortBy.STATE, "53241", "41253"),
        (SortBy.WHO, "52143", "34152"),
        (SortBy.INDEX, "12345", "54321"),
        (SortBy.NOTE, "53214", "41532"),
        (SortBy.ID, "12345", "54321"),
        (SortBy.SEEN, "12345", "54321"),
        (SortBy.HEARD, "32541", "14523"),
    ],
)
def test_orders(by: SortBy, forward: str, backward: str) -> None:
    board = sample()
    for expected, reverse in ((forward, False), (backward, True)):
        shown = "".join(row.id for row in rows(board, Query(sort=Sort(by, reverse)), at(50)))
        assert shown == expected


@pytest.mark.parametrize("by", [SortBy.BOT, SortBy.CHAIN, SortBy.TENANT])
def test_what_was_not_said_stands_last(by: SortBy) -> None:
    board = Board()
    for number, name in enumerate(("b", "", "C", "a"), 1):
        facts = Facts(chain_id=name or None, tenant_id=name or None)
        board = apply(board, report(S.INCOMING, "created", str(number), facts=facts), at(number), name)
    assert [row.id for row in rows(board, Query(sort=Sort(by)), at(9))] == ["4", "1", "3", "2"]


def test_there_is_an_order_for_each_column_and_each_has_a_name() -> None:
    assert set(SORTS) == {SortBy.NEWEST, *COLUMNS}
    for name in SORTS:
        assert sort_named(name) == Sort(SortBy(name))
        assert sort_named(f"-{name}") == Sort(SortBy(name), reverse=True)
    assert sort_named("--time") is sort_named("oops") is sort_named("") is None


@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_equal_stands_with_the_newest_on_top_also_if_the_order_is_reversed(reverse: bool) -> None:
    board = board_of([report(S.INCOMING, "created", one) for one in "123"])
    assert [row.id for row in rows(board, Query(sort=Sort(SortBy.STATE, reverse)), at(9))] == ["3", "2", "1"]


@given(st.sampled_from(SortBy), st.booleans(), st.floats(0, 1e6), st.floats(0, 1e6))
def test_time_alone_moves_no_call(by: SortBy, reverse: bool, first: float, second: float) -> None:
    board, query = sample(), Query(sort=Sort(by, reverse))
    assert [row.id for row in rows(board, query, at(first))] == [row.id for row in rows(board, query, at(second))]


@given(st.lists(st.text("abcxyzé株", max_size=3), min_size=2, max_size=6))
def test_reversed_names_stand_the_other_way_round(names: list[str]) -> None:
    distinct = list(dict.fromkeys(name.casefold() for name in names))
    board = board_of([report(S.INCOMING, "created", f"c{n}", facts=told(n, name)) for n, name in enumerate(distinct)])
    forward = [row.who for row in rows(board, Query(sort=Sort(SortBy.WHO)), at(9)) if row.who]
    backward = [row.who for row in rows(board, Query(sort=Sort(SortBy.WHO, reverse=True)), at(9)) if row.who]
    assert backward == forward[::-1]


# Once


def test_sorted_once_nothing_moves_and_what_is_new_comes_where_it_belongs() -> None:
    board = board_of([report(S.INCOMING, "created", one) for one in "123"])
    view = View(Query(sort=Sort(SortBy.STATE, once=True)), board)
    after = apply(board, report(S.ESTABLISHED, call_id="3"), at(9))
    assert not view.update(after, ["3"])
    assert [view[place] for place in range(3)] == ["3", "2", "1"]
    after = apply(after, report(S.INCOMING, "created", "4"), at(10))
    assert view.update(after, ["4"])
    assert [view[place] for place in range(4)] == ["4", "3", "2", "1"]


# Groups

LEGS = [
    report(S.INCOMING, "created", "1", facts=told(1, chain="A")),
    report(S.INCOMING, "created", "2", facts=told(2, chain="B")),
    report(S.INCOMING, "created", "3", facts=told(3, chain="A")),
    report(S.INCOMING, "created", "4"),
]
BY_CHAIN = Query(group=GroupBy.CHAIN)


def lines(view: View) -> list[str]:
    """Ids, and titles with how many calls stand below."""
    shown = [view[place] for place in range(len(view))]
    return [f"{line.name}:{view.size(line)}" if isinstance(line, Group) else line for line in shown]


def test_the_calls_of_a_group_stand_below_its_title() -> None:
    view = View(BY_CHAIN, board_of(LEGS))
    assert lines(view) == ["A:2", "3", "1", ":2", "4", "2"]
    assert (view.calls, len(view)) == (4, 6)


def test_a_group_keeps_its_place_when_calls_join_and_is_gone_with_its_last_call() -> None:
    board = board_of(LEGS)
    view = View(BY_CHAIN, board)
    board = apply(board, report(S.INCOMING, "created", "5", facts=told(5, chain="A")), at(9))
    board = apply(board, report(None, call_id="4", facts=told(4, chain="B")), at(10))
    assert view.update(board, ["4", "5"])
    assert lines(view) == ["B:2", "4", "2", "A:3", "5", "3", "1"], "4 and 2 are two legs of one chain now"
    active = View(Query(Which.ACTIVE, group=GroupBy.CHAIN), board)
    ended = board
    for one in "24":
        ended = apply(ended, report(S.TERMINATED, "deleted", one), at(20))
    assert active.update(ended, ["2", "4"])
    assert lines(active) == ["A:3", "5", "3", "1"]
    for one in "35":
        ended = apply(ended, report(S.TERMINATED, "deleted", one), at(21))
    assert active.update(ended, ["3", "5"])
    assert lines(active) == [":1", "1"], "what is left of a chain links nothing any more"


@given(st.permutations(LEGS), st.sampled_from([Which.ALL, Which.ACTIVE]), st.booleans())
def test_a_grouped_view_that_is_told_has_the_calls_of_a_new_one_group_by_group(
    legs: list[object], which: Which, reverse: bool
) -> None:
    query = Query(which, group=GroupBy.CHAIN, sort=Sort(SortBy.INDEX, reverse))
    kept, board = View(query), Board()
    for second, leg in enumerate([*legs, report(S.TERMINATED, "deleted", "1"), report(None, call_id="2")]):
        board = apply(board, leg, at(second))  # type: ignore[arg-type]  # reports, all of them
        kept.update(board, [leg.call_id])  # type: ignore[attr-defined]  # as above
        assert sorted(lines(kept)) == sorted(lines(View(query, board)))
        assert [kept.place(kept[place]) for place in range(len(kept))] == list(range(len(kept)))
        assert isinstance(kept[0], Group)


@pytest.mark.parametrize(
    ("place", "step", "expected"), [(0, 1, "3"), (3, 1, "4"), (3, -1, "1"), (-5, -1, "3"), (99, 1, "2")]
)
def test_the_call_near_a_place(place: int, step: int, expected: str) -> None:
    assert View(BY_CHAIN, board_of(LEGS)).call_near(place, step) == expected


def test_titles_are_harmless_and_say_what_is_not_known() -> None:
    assert group_title("\x1b[2J", GroupBy.CHAIN) == r"chain \x1b[2J"
    assert group_title("", GroupBy.TENANT) == "no tenant id"
