"""The mouse as stories: what can be read can be clicked, and the first click on a call never acts."""

from __future__ import annotations

import pytest

from callmon.core.query import Which
from callmon.core.sorting import Sort, SortBy
from callmon.core.text import same_id
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.look import Look
from callmon.tui.prompt import Prompt
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


def two_callers(look: Look | None = None) -> Stage:
    """Ana, and above her Bo."""
    stage = Stage(size=(110, 30), look=look)
    stage.arrive(1, "Ana Ruiz")
    stage.arrive(2, "Bo Chen")
    return stage


async def click(stage: Stage, words: str) -> None:
    """Click where these words are."""
    assert stage._pilot is not None
    y, line = next((y, line) for y, line in enumerate(stage.text.splitlines()) if words in line)
    await stage._pilot.click(offset=(line.index(words) + 1, y))


@pytest.mark.parametrize("look", [Look(), Look(color=False)])
async def test_a_click_on_a_view_shows_it(look: Look) -> None:
    stage = two_callers(look)
    async with stage.playing():
        for words, which in (("2 Ended", Which.ENDED), ("4 Trouble", Which.TROUBLE), ("1 Active", Which.ACTIVE)):
            await click(stage, words)
            await stage.until(lambda which=which: stage.app.home.query_.which is which)  # type: ignore[misc]  # a view


async def test_a_click_beside_the_views_shows_no_other() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *"2 Ended", "enter")
        await stage.until(lambda: not stage.app.home.query(Prompt))
        await click(stage, "filter “2 Ended”")
        assert stage.app.home.query_.which is Which.ALL


async def test_a_click_on_a_column_sorts_by_it_and_another_the_other_way_round() -> None:
    stage = two_callers()
    async with stage.playing():
        for words, sort in (
            ("With", Sort(SortBy.WHO)),
            ("With", Sort(SortBy.WHO, reverse=True)),
            ("Time", Sort(SortBy.TIME)),
            ("Note", Sort(SortBy.NOTE)),
        ):
            await click(stage, words)
            await stage.until(lambda sort=sort: stage.app.home.query_.sort == sort)  # type: ignore[misc]  # an order


async def test_a_column_that_is_not_there_usually_has_an_order_too() -> None:
    stage = two_callers()
    async with stage.playing():
        stage.app.home.toggle_column("bot")
        await stage.settled()
        await click(stage, " Bot")
        await stage.until(lambda: stage.app.home.query_.sort == Sort(SortBy.BOT))


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    stage = two_callers()
    async with stage.playing():
        await click(stage, "/ Filter")
        await stage.until(lambda: isinstance(stage.app.focused, Prompt))
        await stage.press("escape")
        await stage.until(lambda: "x Hang up" in stage.text)
        await click(stage, "x Hang up")
        await stage.until(lambda: isinstance(stage.app.screen, HangUpDialog))
        assert stage.control.asked == []
        await stage.press("escape")
        await click(stage, "Enter Detail")
        await stage.until(lambda: isinstance(stage.app.screen, DetailScreen))
        await click(stage, "Esc Back")
        await stage.until(lambda: stage.app.screen is stage.app.home)


async def test_a_click_on_a_call_only_selects_it() -> None:
    stage = two_callers()
    async with stage.playing():
        await click(stage, "Ana Ruiz")
        assert stage.selected == same_id(call_id(1))
        assert stage.app.screen is stage.app.home
        assert stage.control.asked == []
