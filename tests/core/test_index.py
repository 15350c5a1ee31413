from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callmon.core.board import Board
from callmon.core.draft import prune
from callmon.core.filter_fields import haystack
from callmon.core.index import Index
from callmon.core.reports import Report
from callmon.core.states import CallState
from callmon.core.text import same_id
from tests.makers import board_of, report

NAMES = ["1", "2", "3", "4"]
REPORTS = st.builds(report, st.sampled_from([None, *CallState]), st.just("updated"), st.sampled_from(NAMES))


@given(st.lists(st.lists(REPORTS, max_size=4), max_size=6), st.lists(st.sampled_from(["en", "zh-CN"]), min_size=6))
def test_it_has_the_calls_of_the_board_and_their_text_as_it_is_now(
    batches: list[list[Report]], langs: list[str]
) -> None:
    board, index = Board(), Index()
    for number, (batch, lang) in enumerate(zip(batches, langs, strict=False)):
        board = board_of(batch, board, start=number * 10)
        index.update(board, {same_id(one.call_id) for one in batch})
        assert {call.id: call for call in index.calls()} == dict(board.calls.items())
        for call in board:
            assert index.get(call.id) is call
            assert index.haystack(call, lang) == haystack(call, lang)


def test_a_call_that_was_let_go_is_let_go() -> None:
    before = board_of([report(None, "deleted", f"{one:032x}") for one in range(23)])
    index = Index(before)
    texts = [index.haystack(call, "en") for call in before]
    after = prune(before, keep=20)
    index.update(after, {call.id for call in before} - {call.id for call in after})
    assert len(texts) == 23
    assert {call.id for call in index.calls()} == set(after.calls.keys())
    assert set(index._texts) == set(after.calls.keys())


def test_the_text_of_a_call_as_it_was_is_not_taken_for_that_of_the_call_as_it_is() -> None:
    before = board_of([report(CallState.ESTABLISHED, call_id="1")])
    index = Index(before)
    after = board_of([report(CallState.HOLD, call_id="1")], before, start=5)
    index.update(after, ["1"])
    assert "established" in index.haystack(before.calls["1"], "en")
    assert "hold" in index.haystack(after.calls["1"], "en")
