"""What the screen's loop must not do, however many calls there are."""

from __future__ import annotations

import pytest

from callmon.core.text import same_id
from callmon.snapshot import Snapshot
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


async def test_the_status_line_never_compares_all_calls_with_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        compared: list[object] = []

        def compare(one: Snapshot, other: object) -> bool:
            compared.append(other)
            return one is other

        monkeypatch.setattr(Snapshot, "__eq__", compare)
        stage.arrive(2)
        await stage.settled()
        assert "2 active" in stage.text
        assert not compared


async def test_what_was_painted_of_calls_that_are_out_of_sight_is_forgotten() -> None:
    stage = Stage(size=(132, 24))
    for number in range(1, 61):
        stage.arrive(number)
    async with stage.playing():
        await stage.press("end")
        await stage.until(lambda: stage.selected == same_id(call_id(1)))
        await stage.settled()
        stage.pass_time(61)
        await stage.settled()
        board = stage.app.home.board_view
        in_sight = {one for _, one in board._visible_calls()}
        assert in_sight
        assert set(board._times) == in_sight
