"""A dialog on one call, which ends; another takes its row; yes is said: nothing is sent for the other."""

from __future__ import annotations

import pytest

from callmon.core.text import same_id
from callmon.ports import EntryKind
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


def row_of(stage: Stage, number: int) -> int | None:
    return stage.app.home.board_view.view.place(same_id(call_id(number)))


async def test_yes_is_about_the_call_of_the_dialog_not_about_its_row() -> None:
    stage = Stage()
    stage.arrive(1, "Ana")
    stage.arrive(2, "Bo")
    async with stage.playing():
        await stage.press("3", "home")
        row = row_of(stage, 2)
        dialog = await stage.open_dialog()
        assert dialog.call.spelled == call_id(2)
        stage.end(2)
        await stage.settled()
        assert row_of(stage, 1) == row, "Ana's call has taken the row of Bo's"
        stage.moment += 5
        await stage.press("y")
        await stage.settled()
        assert "It ended by itself meanwhile; nothing was sent." in stage.text
        assert stage.control.asked == []
        assert not stage.journal.entries(EntryKind.HANGUP_ASKED)
        await stage.press("escape")
        assert stage.app.home.board_view.selected == same_id(call_id(2)), "the cursor went with its call"


async def test_of_several_only_those_that_live_are_hung_up_whoever_has_their_rows_now() -> None:
    stage = Stage()
    for number in range(1, 5):
        stage.arrive(number)
    async with stage.playing():
        await stage.press("3", "home", "space", "space", "space")
        await stage.open_many_dialog()
        stage.end(3)
        stage.arrive(5)
        await stage.settled()
        stage.be_quiet()
        await stage.confirm(2)
        await stage.until(lambda: len(stage.control.asked) == 2)
        assert sorted(stage.control.asked) == [call_id(2), call_id(4)]
