"""The cursor as stories: the call that a key would act on is in sight, and moves by itself only before it is used."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp, Resize

from callmon.tui.board_view import BoardView
from tests.tui.stage import Stage
from tests.tui.test_board import numbers

pytestmark = pytest.mark.anyio


def line(stage: Stage) -> int:
    """Below how many rows the cursor is; it fails where the cursor is out of sight."""
    call = stage.app.home.selected
    assert call is not None
    return numbers(stage).index(str(call.index))


def newest_in_sight(stage: Stage) -> int:
    """The number of the caller on top."""
    return int(numbers(stage)[0])


async def arrive(stage: Stage, numbers: range) -> None:
    """Calls come in, and are painted."""
    for number in numbers:
        stage.arrive(number, f"Caller {number}")
    await stage.settled()


async def test_the_first_calls_of_a_busy_console_leave_the_cursor_in_sight() -> None:
    stage = Stage(size=(80, 24))
    async with stage.playing():
        for first in range(1, 61, 6):
            await arrive(stage, range(first, first + 6))
            assert newest_in_sight(stage) == first + 5
            assert line(stage) >= 0
        before = line(stage)
        await stage.press("down")
        assert line(stage) == before + 1
        assert newest_in_sight(stage) == 60


async def test_until_it_is_used_the_cursor_stays_on_its_call_while_that_is_in_sight_and_then_begins_on_top() -> None:
    stage = Stage(size=(100, 24))
    async with stage.playing():
        await arrive(stage, range(1, 2))
        rows = stage.app.home.board_view.size.height - 1
        await arrive(stage, range(2, rows + 1))
        assert line(stage) == rows - 1
        await arrive(stage, range(rows + 1, rows + 2))
        assert line(stage) == 0


@pytest.mark.parametrize("key", ["x", "enter", "r", "c", "C", "v", "space", "M"])
async def test_whatever_acts_on_the_call_holds_the_cursor_on_it(key: str) -> None:
    stage = Stage(size=(100, 24))
    async with stage.playing():
        await arrive(stage, range(1, 4))
        await stage.press(key)
        chosen = stage.selected
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.home)
        await arrive(stage, range(4, 34))
        assert stage.selected == chosen
        assert line(stage) >= 0


async def test_a_key_that_has_nothing_to_do_with_the_call_holds_nothing() -> None:
    stage = Stage(size=(100, 24))
    async with stage.playing():
        await arrive(stage, range(1, 4))
        await stage.press("question_mark", "escape")
        await arrive(stage, range(4, 34))
        assert newest_in_sight(stage) == 33
        assert line(stage) >= 0


async def test_the_call_that_gave_up_the_cursor_leaves_a_view_to_which_it_does_not_belong() -> None:
    stage = Stage(size=(100, 24))
    async with stage.playing():
        await stage.press("1")
        await arrive(stage, range(1, 2))
        stage.end(1)
        await arrive(stage, range(2, 34))
        assert stage.app.home.board_view.view.calls == 32


async def test_rows_that_leave_take_the_cursor_to_no_other_call() -> None:
    stage = Stage(size=(100, 24))
    async with stage.playing():
        await arrive(stage, range(1, 41))
        await stage.press("1", "I")
        chosen = stage.selected
        for number in range(1, 21):
            stage.end(number)
        await stage.settled()
        assert stage.selected == chosen
        assert line(stage) == stage.app.home.board_view.size.height - 2, "and no room is left unused"


async def test_the_wheel_takes_the_cursor_along_rather_than_leave_it_out_of_sight() -> None:
    stage = Stage(size=(100, 24))
    for number in range(1, 41):
        stage.arrive(number, f"Caller {number}")
    async with stage.playing():
        board = stage.app.home.board_view
        rows = board.size.height - 1
        for event, top, at in ((MouseScrollDown, 37, 0), (MouseScrollDown, 34, 0), (MouseScrollUp, 37, 3)):
            wheel(board, event)
            await stage.until(lambda top=top: newest_in_sight(stage) == top)  # type: ignore[misc]  # a number
            assert line(stage) == at
        await stage.press("end")
        wheel(board, MouseScrollUp)
        await stage.until(lambda: newest_in_sight(stage) == rows + 3)
        assert line(stage) == rows - 1


def wheel(board: BoardView, event: type[MouseScrollDown | MouseScrollUp]) -> None:
    """Turn it over the board."""
    board.post_message(event(board, 5, 5, 0, 0, 0, False, False, False))


async def test_what_changes_before_the_board_is_told_its_size_is_painted_when_it_is() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        board_view = stage.app.home.board_view
        board_view._window.height = 0  # it has its room, and the message about that has not come yet
        stage.report(1, "hold")
        await stage.settled()
        board_view.post_message(Resize(board_view.size, board_view.virtual_size))
        await stage.until(lambda: "hold" in stage.text.split("Note")[1].splitlines()[1])
