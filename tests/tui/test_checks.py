"""Asking Graph from the console: by key, and by itself for calls in doubt."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from callmon.core import describe
from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome
from callmon.ports import EntryKind
from tests.tui.stage import Stage, call_id, caller
from tests.tui.test_doubt import fed, restarted

pytestmark = pytest.mark.anyio

GONE = CheckOutcome(Answer.GONE, "Graph knows no such call (any more).", status=404)
TURNED_AWAY = CheckOutcome(Answer.NOT_ALLOWED, "Graph refused: the token is of another tenant.", status=403)


def checking(stage: Stage) -> Stage:
    stage.parts = replace(stage.parts, auto_check=True)
    return stage


async def pass_seconds(stage: Stage, seconds: int) -> None:
    for _ in range(seconds):
        stage.pass_time(1)
        await stage.settled()
        await stage.until(lambda: not stage.app._checks.checks._under_way)


async def test_a_ghost_is_found_out() -> None:
    stage = checking(Stage())
    stage.control.found = GONE
    stage.report(1, "incoming", "created")
    async with stage.playing():
        await pass_seconds(stage, 30)
        assert stage.control.checked == []
        await pass_seconds(stage, 40)
        await stage.until(lambda: stage.call(1).gone)
        await stage.settled()
        assert stage.control.checked == [call_id(1)]
        assert "Gone: its end was never reported" in stage.text
        await pass_seconds(stage, 120)
        assert stage.control.checked == [call_id(1)]


async def test_after_a_restart_each_call_is_asked_about_and_settled() -> None:
    stage = checking(Stage())
    restarted(stage)
    async with stage.playing():
        assert "3 in doubt" in stage.text
        await pass_seconds(stage, 12)
        await stage.until(lambda: "in doubt" not in stage.text)
        assert sorted(stage.control.checked) == [call_id(number) for number in (1, 2, 3)]


async def test_of_an_answer_that_a_check_told_only_the_bounds_are_known() -> None:
    stage = checking(Stage())
    stage.control.found = replace(stage.control.found, body=b'{"state": "established"}')
    fed(stage, "listening")
    stage.report(1, "incoming", "created", **caller("Ana Ruiz"))
    stage.now += timedelta(seconds=13)
    fed(stage, "stopped")
    stage.now += timedelta(seconds=271)
    fed(stage, "listening")
    async with stage.playing():
        await pass_seconds(stage, 12)
        await stage.until(lambda: "● established" in stage.text and "unverified" not in stage.text)
        stage.pass_time(60)
        await stage.press("enter")
        await stage.until(lambda: "incoming  for at most 4:" in stage.text)
        assert re.search(r"≥ 1:\d\d +● established", stage.text)
        assert "it may have been answered earlier" in stage.text


async def test_who_is_turned_away_stops_asking_and_the_doubt_stays_with_its_reason() -> None:
    stage = checking(Stage(size=(160, 50)))
    stage.control.found = TURNED_AWAY
    restarted(stage, calls=9)
    async with stage.playing():
        await pass_seconds(stage, 20)
        assert len(stage.control.checked) == 1
        assert "9 in doubt" in stage.text
        await stage.press("3")
        stage.app.home.board_view.selected = stage.call(int(stage.control.checked[0][:2], 16)).id
        stage.app.home._show_selected()
        await stage.until(lambda: "to no avail" in stage.text)


async def test_nobody_asks_by_himself_if_that_is_not_wanted() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await pass_seconds(stage, 10)
        assert stage.control.checked == []
        assert "3 in doubt" in stage.text


async def test_the_key_asks_about_the_selected_call_and_tells_what_came_of_it() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        selected = stage.selected
        await stage.press("v")
        await stage.until(lambda: any("Graph still has the call" in notice for notice in stage.notices))
        await stage.until(lambda: "2 in doubt" in stage.text)
        assert [call.replace("-", "") for call in stage.control.checked] == [selected]
        assert len(stage.journal.entries(EntryKind.CALL_CHECKED)) == 1


async def test_the_key_held_down_asks_once() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await stage.press(*"vvvvvvvv")
        await stage.until(lambda: any("Graph still has the call" in notice for notice in stage.notices))
        await stage.press(*"vvvv")
        assert len(stage.control.checked) == 1


async def test_a_call_is_asked_about_once_a_minute_and_what_came_of_it_is_told_again() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await stage.press("v")
        await stage.until(lambda: stage.notices and "Graph still has the call" in stage.notices[-1])
        stage.pass_time(20)
        await stage.press("v")
        await stage.until(lambda: "checked 20s ago: Graph still has the call" in stage.notices[-1])
        stage.pass_time(40)
        await stage.press("v")
        await stage.until(lambda: len(stage.control.checked) == 2)


async def test_a_throttled_check_is_told_and_holds_for_the_next_call() -> None:
    stage = Stage()
    stage.control.found = CheckOutcome(Answer.THROTTLED, "Graph throttles.", retry_after_s=600, status=429)
    restarted(stage)
    async with stage.playing():
        await stage.press("v")
        await stage.until(lambda: stage.notices and "Graph throttles." in stage.notices[-1])
        await stage.press("down", "v")
        await stage.until(lambda: "Graph wants no checks before" in stage.notices[-1])
        assert len(stage.control.checked) == 1


async def test_the_key_works_in_the_detail_and_read_only() -> None:
    stage = Stage(read_only=True)
    restarted(stage)
    async with stage.playing():
        await stage.press("enter", "v")
        await stage.until(lambda: stage.control.checked)


async def test_where_nothing_can_be_asked_the_key_says_why() -> None:
    stage = Stage(signed_in=False)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("v")
        assert "No credentials are set" in stage.notices[-1]


async def test_a_call_that_has_ended_can_be_asked_about_and_stays_ended() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.end(1)
    async with stage.playing():
        stage.pass_time(60)
        await stage.press("2", "v")
        await stage.until(lambda: stage.control.checked == [call_id(1)])
        await stage.until(lambda: "an end is final here, so it stays among the ended" in stage.notices[-1])
        assert stage.call(1).ended
        assert "arrived after the end" in describe.trouble(stage.call(1))
