from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Participant, ResultInfo
from callmon.core.draft import apply, prune
from callmon.core.grouping import GroupBy
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.index import Index
from callmon.core.query import Query, Row, Which, matches, row, rows, tone
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.reports import Report, Resource
from callmon.core.sorting import NEWEST_FIRST, Sort, SortBy, order
from callmon.core.states import CallState
from callmon.core.text import same_id
from callmon.core.view import Line, View
from tests.makers import CALL, at, board_of, call_of, note, replayed, report

S = CallState
NOW = at(100)


def ids(board: Board, query: Query) -> list[str]:
    """The calls of a view, in order."""
    return [one.id for one in rows(board, query, NOW)]


def in_view(view: View) -> list[Line]:
    """The same, as a view tells it."""
    return [view[place] for place in range(len(view))]


# Rows


def test_the_row_of_a_living_call() -> None:
    assert row(replayed(35), NOW) == Row(
        id="57dab8b1894c409ab240bd8beae78896",
        index=1,
        time="1m",
        glyph="↓",
        state="incoming",
        tone="new",
        kind="peer",
        direction="←",
        who="Test User",
        note="",
    )


def test_the_row_of_an_ended_call() -> None:
    shown = row(replayed(3, 4, 5, 6, 7, 8), NOW)
    assert (shown.time, shown.glyph, shown.state, shown.tone) == ("0:04", "×", "terminated", "ended")  # noqa: RUF001  # the sign that is shown
    assert (shown.direction, shown.kind, shown.note.endswith("(200/5002)")) == ("→", "?", True)


def test_the_row_of_a_call_that_never_was_established() -> None:
    assert row(replayed(15, 16), NOW).time == "–"  # noqa: RUF001  # the dash that is shown


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (S.INCOMING, "new"),
        (S.ESTABLISHED, "live"),
        (S.HOLD, "held"),
        (S.TERMINATING, "ending"),
        (S.TERMINATED, "ended"),
        (S.UNKNOWN_FUTURE_VALUE, "unknown"),
        ("Parked", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_tone_of_a_state(state: str | None, expected: str) -> None:
    assert tone(call_of(report(state)), NOW) == expected


def test_every_state_of_the_schema_but_the_unknown_one_has_a_tone() -> None:
    assert {state for state in CallState if tone(call_of(report(state)), NOW) == "unknown"} == {S.UNKNOWN_FUTURE_VALUE}


def test_a_fault_and_a_ghost_are_failures() -> None:
    assert tone(replayed(1), NOW) == "failed"
    board = note(board_of([report(S.ESTABLISHED)]), CallChecked(CALL, CheckOutcome(Answer.GONE, "Gone.")), at(9))
    (call,) = board
    assert (tone(call, NOW), row(call, NOW).state) == ("failed", "gone")


def test_a_living_call_notes_the_hang_up_before_what_is_odd() -> None:
    board = board_of([report(S.ESTABLISHED)])
    (call,) = board
    assert row(call, NOW).note == "its beginning was not seen"
    board = note(board, HangUpAsked(CALL, "1", "ada@console-1"), at(9))
    (call,) = board
    shown = row(call, at(10))
    assert (shown.state, shown.tone) == ("hanging up", "ending")
    assert shown.note == "asked by ada, no answer yet"


# Which calls


@pytest.mark.parametrize(
    ("which", "expected"),
    [(Which.ACTIVE, [3, 2]), (Which.ENDED, [4, 1]), (Which.ALL, [3, 2, 4, 1]), (Which.TROUBLE, [2, 4])],
)
def test_views(which: Which, expected: list[int]) -> None:
    fault = ResultInfo(500, 560500)
    board = board_of(
        [
            report(S.ESTABLISHING, call_id="1"),
            report(S.INCOMING, call_id="2"),
            report(S.INCOMING, call_id="3"),
            report(S.TERMINATED, "deleted", "1", result=ResultInfo(200, 5002)),
            report(S.ESTABLISHING, call_id="4"),
            report(S.TERMINATED, "deleted", "4", result=fault),
            report(S.HOLD, call_id="2"),
        ]
    )
    assert ids(board, Query(which)) == [str(number) for number in expected]


PEOPLE = report(resource=Resource.PARTICIPANTS, path="participants", roster=(Participant("p-77", None),))
WORDS: list[tuple[str, bool]] = [
    ("", True),
    ("  ", True),
    ("ESTABLISHED", True),
    ("established unknown", True),
    ("established incoming", False),
    ("!incoming", True),
    ("!established", False),
    ("established !incoming", True),
    ("!", True),
    (CALL, True),
    (CALL.replace("-", ""), True),
    ("#1", True),
    ("#2", False),
    ("p-77", True),
    ("p-78", False),
    ("state:established", True),
    ("state:hold", False),
    ("nosuchfield:x", True),
]


@pytest.mark.parametrize(("text", "shown"), WORDS)
def test_the_filter(text: str, shown: bool) -> None:
    assert matches(call_of(report(S.ESTABLISHED), PEOPLE), Query(text=text)) is shown


def test_a_filter_that_cannot_be_read_is_said_and_hides_nothing() -> None:
    assert "nosuchfield" in Query(text="nosuchfield:x").understood.error
    assert Query(text="state:established").understood.error == ""


@given(st.text(max_size=30))
def test_any_filter_is_understood_or_refused_in_words(text: str) -> None:
    query = Query(text=text)
    shown = matches(call_of(report(S.ESTABLISHED)), query)
    assert shown or not query.understood.error
    assert query.understood.error.isprintable()


# Order


def test_the_newest_active_call_and_the_latest_end_come_first() -> None:
    board = board_of(
        [report(S.ESTABLISHING, call_id=one) for one in "1234"] + [report(S.TERMINATED, "deleted", one) for one in "31"]
    )
    assert ids(board, Query()) == ["4", "2", "1", "3"]


def test_calls_that_end_at_one_moment_keep_the_order_of_their_numbers() -> None:
    board = Board()
    for one in ("1", "2", "3"):
        board = apply(board, report(S.TERMINATED, "deleted", one), at(5))
    assert ids(board, Query()) == ["3", "2", "1"]
    assert len({order(NEWEST_FIRST)(call) for call in board}) == 3


def test_what_changes_but_the_end_moves_no_call() -> None:
    board = board_of([report(S.ESTABLISHING, call_id=one) for one in "123"])
    view = View(Query(), board)
    for state in (S.ESTABLISHED, S.HOLD, S.TERMINATING):
        board = apply(board, report(state, call_id="2"), at(50))
        assert not view.update(board, ["2"])
        assert in_view(view) == ["3", "2", "1"]


# A view that is kept


def test_the_call_under_the_cursor_stays_where_it_is_when_it_ends() -> None:
    board = board_of([report(S.ESTABLISHING, call_id=one) for one in "123"])
    view = View(Query(Which.ACTIVE), board)
    board = apply(apply(board, report(None, "deleted", "2"), at(9)), report(None, "deleted", "3"), at(9))
    assert view.update(board, ["2", "3"], keep="2")
    assert in_view(view) == ["2", "1"]
    assert "2" in view
    assert view.place("2") == 0
    assert view.update(board, ["2"])
    assert in_view(view) == ["1"]
    assert (view.place("2"), "2" in view) == (None, False)


def test_what_is_not_in_a_view_is_not_kept_in_it() -> None:
    board = board_of([report(S.TERMINATED, "deleted", "1")])
    view = View(Query(Which.ACTIVE))
    assert not view.update(board, ["1", "unheard-of"], keep="1")
    assert in_view(view) == []


def test_a_call_that_was_let_go_leaves_even_if_it_is_kept() -> None:
    before = board_of([report(None, "deleted", f"{one:032x}") for one in range(23)])
    view = View(Query(), before)
    after = prune(before, keep=20)
    gone = {call.id for call in before} - {call.id for call in after}
    assert view.update(after, gone, keep=f"{0:032x}")
    assert in_view(view) == ids(after, Query())


NAMES = ["1", "2", "3", "4"]
REPORTS = st.builds(
    report,
    st.sampled_from([None, *CallState, "Parked"]),
    st.sampled_from(["created", "updated", "deleted"]),
    st.sampled_from(NAMES),
)
SORTS = st.builds(Sort, st.sampled_from(SortBy), st.booleans())
QUERIES = st.builds(
    Query, st.sampled_from(Which), st.sampled_from(["", "established", "!hold", "is:odd", "#2"]), sort=SORTS
)


@given(st.lists(st.lists(REPORTS, max_size=4), max_size=8), QUERIES, st.sampled_from([*NAMES, None]))
def test_a_view_that_is_told_what_changed_equals_a_new_one(
    batches: list[list[Report]], query: Query, keep: str | None
) -> None:
    board = Board()
    told, keeping = View(query), View(query)
    for number, batch in enumerate(batches):
        board = board_of(batch, board, start=number * 10)
        changed = {same_id(one.call_id) for one in batch}
        before = in_view(told)
        assert told.update(board, changed) or in_view(told) == before
        assert in_view(told) == ids(board, query) == in_view(View(query, board))
        was_there = keep in keeping
        keeping.update(board, changed, keep)
        assert [one for one in in_view(keeping) if one != keep] == [one for one in in_view(told) if one != keep]
        assert (keep in keeping) == (was_there or keep in told)
        places = [keeping.place(one) for one in in_view(keeping)]
        assert places == list(range(len(keeping)))


GROUPED = st.builds(
    Query, st.sampled_from(Which), st.sampled_from(["", "established"]), sort=SORTS, group=st.sampled_from(GroupBy)
)


@given(
    st.lists(st.lists(REPORTS, max_size=4), min_size=2, max_size=4), QUERIES | GROUPED, QUERIES | GROUPED, st.booleans()
)
def test_a_view_that_is_made_bit_by_bit_equals_one_that_is_made_at_once(
    batches: list[list[Report]], query: Query, before: Query, old_goes_on: bool
) -> None:
    board = board_of([one for batch in batches[:-1] for one in batch])
    index, old = Index(board), View(before, board)
    work = View.bit_by_bit(query, index.calls(), None, index.haystack, old)
    next(work, None)
    changed = {same_id(one.call_id) for one in batches[-1]}
    later = board_of(batches[-1], board, start=50)
    index.update(later, changed)
    if old_goes_on:
        old.update(later, changed)
    try:
        while True:
            next(work)
    except StopIteration as end:
        view = end.value
    view.update(later, changed)
    kept_up = View(query, board)
    kept_up.update(later, changed)
    assert list(view) == list(kept_up)
    assert [view.place(line) for line in view] == list(range(len(view)))


def test_an_answered_hang_up_is_noted() -> None:
    board = note(board_of([report(S.ESTABLISHED)]), HangUpAsked(CALL, "1", "ada@console-1"), at(9))
    (call,) = note(board, HangUpAnswered(CALL, "1", HangUpOutcome(Answer.THROTTLED, "Too many requests.")), at(10))
    assert row(call, NOW).note == "ada: Too many requests."
