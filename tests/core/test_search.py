from __future__ import annotations

import pytest

from callmon.core.board import Board
from callmon.core.calls import Facts, Identity
from callmon.core.draft import apply
from callmon.core.grouping import GroupBy
from callmon.core.index import Index
from callmon.core.query import Query
from callmon.core.reports import Report
from callmon.core.search import Found, Search
from callmon.core.states import CallState
from callmon.core.view import View
from tests.makers import at, report


def told(number: int, name: str, chain: str | None = None) -> Report:
    """The newest call stands on top: 9 stands above 1."""
    facts = Facts(direction="incoming", source=Identity("user", "id", name), chain_id=chain)
    return report(CallState.ESTABLISHED, "created", str(number), facts=facts)


def board_with(*names: str, chain: str | None = None) -> Board:
    board = Board()
    for number, name in enumerate(names, 1):
        board = apply(board, told(number, name, chain), at(number))
    return board


@pytest.mark.parametrize("looked_before", [False, True])
@pytest.mark.parametrize(
    ("place", "step", "found"),
    [
        (-1, 1, Found("5", 1, 3, wrapped=False)),
        (0, 1, Found("3", 2, 3, wrapped=False)),
        (1, 1, Found("3", 2, 3, wrapped=False)),
        (4, 1, Found("5", 1, 3, wrapped=True)),
        (2, -1, Found("5", 1, 3, wrapped=False)),
        (0, -1, Found("1", 3, 3, wrapped=True)),
    ],
)
def test_it_finds_the_next_call_that_matches(*, place: int, step: int, found: Found, looked_before: bool) -> None:
    board = board_with("Ana", "Bo", "Ana", "Cy", "Ana")
    view, index, search = View(Query(), board), Index(board), Search("ana")
    if looked_before:
        assert list(search.look(view, index))
    assert search.find(view, index, place, step) == found


@pytest.mark.parametrize("text", ["", "  ", "zoe", "who:/(/", "nosuchfield:1"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    board = board_with("Ana", "Bo")
    assert Search(text).find(View(Query(), board), Index(board), -1, 1) is None


def test_it_says_what_is_wrong_with_the_text() -> None:
    assert "not a regular expression" in Search("who:/(/").understood.error
    assert Search("ana").understood.error == Search("").understood.error == ""


def test_what_has_changed_or_gone_since_is_looked_at_anew_and_nothing_is_kept_of_what_is_not_in_the_view() -> None:
    board = board_with("Ana", "Bo", "Ana")
    view, index, search = View(Query(), board), Index(board), Search("hold")
    assert search.find(view, index, -1, 1) is None
    board = apply(board, report(CallState.HOLD, call_id="2"), at(9))
    index.update(board, ["2"])
    view.update(board, ["2"])
    assert search.find(view, index, -1, 1) == Found("2", 1, 1, wrapped=False)
    narrow = View(Query(text="ana"), board)
    assert search.find(narrow, index, -1, 1) is None
    assert set(search._known) == {"1", "3"}


def test_the_title_of_a_group_is_never_found() -> None:
    board = board_with("Ana", "Bo", chain="ana")
    view = View(Query(group=GroupBy.CHAIN), board)
    assert not isinstance(view[0], str)
    assert Search("ana").find(view, Index(board), -1, 1) == Found("2", 1, 2, wrapped=False)
