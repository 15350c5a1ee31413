"""Marks as stories: they are on calls, not on rows."""

from __future__ import annotations

import pytest

from callmon.core.text import same_id
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


def marked(stage: Stage) -> list[int]:
    """The numbers of the marked calls."""
    known = {same_id(call_id(number)): number for number in range(1, 30)}
    return sorted(known[each] for each in stage.app.home.board_view.marks.ids)


def stage_with(count: int) -> Stage:
    stage = Stage()
    for number in range(1, count + 1):
        stage.arrive(number, f"Caller {number}")
    return stage


async def test_space_marks_the_call_and_goes_down_and_marks_are_seen_and_counted() -> None:
    stage = stage_with(4)
    async with stage.playing():
        await stage.press("space", "space")
        assert marked(stage) == [3, 4]
        assert stage.selected == same_id(call_id(2))
        assert "✓ 2 marked, u unmarks" in stage.text
        assert stage.text.count("✓") == 3
        await stage.press("k", "space")
        assert marked(stage) == [4]


async def test_a_range_goes_from_the_last_mark_to_the_cursor() -> None:
    stage = stage_with(6)
    async with stage.playing():
        await stage.press("j", "space", "j", "j", "M")
        assert marked(stage) == [2, 3, 4, 5] == marked(stage)
        await stage.press("u")
        assert marked(stage) == []
        await stage.press("M")
        assert len(marked(stage)) == 1, "without a mark to begin at, it marks the one"


async def test_inverting_is_about_the_view_only() -> None:
    stage = stage_with(4)
    stage.end(1)
    async with stage.playing():
        await stage.press("3", "end", "space")
        assert marked(stage) == [1]
        await stage.press("1", "U")
        assert marked(stage) == [1, 2, 3, 4], "the ended call is not in this view, and keeps its mark"
        await stage.press("U")
        assert marked(stage) == [1]
        assert "1 marked (1 not in this view)" in stage.text


async def test_marks_stay_with_their_calls_whatever_rows_do() -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press("end", "space")
        for number in range(4, 9):
            stage.arrive(number)
        stage.end(2)
        await stage.settled()
        assert marked(stage) == [1]
        await stage.press("slash", *"nobody", "enter")
        assert marked(stage) == [1]
        assert "1 marked (1 not in this view)" in stage.text


async def test_the_mark_of_a_call_that_has_ended_dims_and_stays() -> None:
    stage = stage_with(2)
    async with stage.playing():
        await stage.press("3", "space")
        stage.end(2)
        await stage.settled()
        assert marked(stage) == [2]
        board = stage.app.home.board_view
        assert board._lead(same_id(call_id(2)), stage.call(2))[1] in {"changed", "faint"}


async def test_one_marked_call_is_the_one_that_is_meant_and_the_dialog_says_so() -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press("space", "j")
        dialog = await stage.open_dialog()
        assert dialog.call.spelled == call_id(3)
        assert "the cursor is on another one" in stage.text
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        assert stage.control.asked == [call_id(3)]
        assert marked(stage) == []


async def test_the_detail_hangs_up_its_own_call_whatever_is_marked() -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press("space", "space", "enter")
        dialog = await stage.open_dialog()
        assert dialog.call.spelled == call_id(1)
