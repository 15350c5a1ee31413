"""What the screen's loop must not do, however many calls there are."""

from __future__ import annotations

from asyncio import Event
from dataclasses import replace
from typing import Any

import pytest

from callmon.core.text import same_id
from callmon.ports import Target
from callmon.snapshot import Snapshot
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.prompt import Prompt
from callmon.tui.slices import Slices
from tests.tui.stage import Stage, call_id, caller

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


class SlowStage(Stage):
    """On its clock every look takes as long as a slice may, so that what is long is done bit by bit."""

    @property
    def moment(self) -> float:
        self._moment += 0.01
        return self._moment

    @moment.setter
    def moment(self, moment: float) -> None:
        self._moment = moment


def with_calls(count: int) -> SlowStage:
    """Every tenth caller is called Ana."""
    stage = SlowStage()
    for number in range(1, count + 1):
        stage.report(number, "established", "created", **caller("Ana" if number % 10 == 0 else "Bo"))
    return stage


@pytest.fixture
def slices_wait(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Whatever is not done in its first slice goes on when this is set."""
    go_on, goes_on = Event(), Slices._go_on

    async def wait(self: Slices, *work: Any) -> None:
        await go_on.wait()
        await goes_on(self, *work)

    monkeypatch.setattr(Slices, "_go_on", wait)
    return go_on


async def test_while_a_view_of_many_calls_is_made_keys_are_taken_and_the_last_one_counts(slices_wait: Event) -> None:
    stage = with_calls(120)
    async with stage.playing():
        slices_wait.set()
        await stage.until(lambda: "All 120" in stage.text)
        slices_wait.clear()
        before = stage.selected
        await stage.press("slash", *"anax", "backspace")
        await stage.until(lambda: "filter “ana”: …" in stage.text)
        assert stage.app.home.query_one(Prompt).value == "ana"
        board = stage.app.home.board_view
        assert board.view.calls == 120
        assert stage.selected == before
        stage.report(5, "hold", **caller("Ana"))
        stage.report(10, "terminated", "deleted")
        stage.report(121, "established", "created", **caller("Ana"))
        await stage.settled()
        await stage.press("enter")
        slices_wait.set()
        await stage.until(lambda: "filter “ana”: 14 shown" in stage.text)
        shown = {stage.call(number).id for number in (5, 121, *range(10, 121, 10))}
        assert set(board.view) == shown
        assert board.view[0] == stage.call(121).id
        assert stage.selected == before


async def test_a_search_among_many_calls_goes_as_far_as_keys_were_pressed(slices_wait: Event) -> None:
    stage = with_calls(120)
    async with stage.playing():
        slices_wait.set()
        await stage.until(lambda: "All 120" in stage.text)
        slices_wait.clear()
        before = stage.selected
        await stage.press("f3", *"ana", "enter")
        await stage.until(lambda: not stage.app.home.query(Prompt))
        await stage.until(lambda: "search “ana”: …" in stage.text)
        assert stage.selected == before
        slices_wait.set()
        await stage.until(lambda: "search “ana”: 1 of 12" in stage.text)
        slices_wait.clear()
        await stage.press("n", "n", "n", "N")
        assert "1 of 12" not in stage.text
        slices_wait.set()
        await stage.until(lambda: "search “ana”: 3 of 12" in stage.text)
        assert stage.selected == stage.call(100).id


async def test_a_search_that_is_given_up_finds_nothing_later(slices_wait: Event) -> None:
    stage = with_calls(120)
    async with stage.playing():
        slices_wait.set()
        await stage.until(lambda: "All 120" in stage.text)
        slices_wait.clear()
        before = stage.selected
        await stage.press("f3", *"ana", "escape")
        await stage.until(lambda: not stage.app.home.query(Prompt))
        slices_wait.set()
        await stage.settled()
        assert stage.selected == before
        assert "search" not in stage.text.split("State")[0]
