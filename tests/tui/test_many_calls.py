"""What the screen's loop must not do, however many calls there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callmon.core.text import same_id
from callmon.ports import Target
from callmon.snapshot import Snapshot
from callmon.tui.hangup_dialog import HangUpDialog
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


async def test_the_first_key_waits_on_the_loop_for_no_way_to_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    ready: list[bool] = []
    looked: list[bool] = []

    def is_ready() -> bool:
        looked.append(True)
        return bool(ready)

    def why_not(_target: Target) -> str:
        assert ready, "it would have been waited for"
        return ""

    monkeypatch.setattr(stage.control, "why_not", why_not)
    stage.parts = replace(stage.parts, hangup_ready=is_ready, auto_check=True)
    stage.arrive(1)
    stage.arrive(2)
    async with stage.playing():
        await stage.press("v", "x", "x", "down")
        await stage.until(lambda: len(looked) > 10)
        assert stage.selected == same_id(call_id(1))
        assert not stage.control.checked
        ready.append(True)
        await stage.until(lambda: isinstance(stage.app.screen, HangUpDialog))
        assert isinstance(stage.app.screen, HangUpDialog)
        assert stage.app.screen.call.id == same_id(call_id(2)), "the one that was meant"
        await stage.until(lambda: stage.control.checked == [call_id(2)])
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.home)
