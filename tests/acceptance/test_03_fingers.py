"""Fingers that do not mean it: type-ahead, held keys, pasted text, clicks. Not one hang-up comes of them."""

from __future__ import annotations

import pytest
from textual import events

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.ports import EntryKind
from callmon.tui.quiet import LET_GO_S, QUIET_S
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio

PARAGRAPH = "please fix my fax, xyz: y y y\nx 3\ny\n3 y\n"


def stage_with(calls: int) -> Stage:
    stage = Stage()
    for number in range(1, calls + 1):
        stage.arrive(number)
    return stage


def named(text: str) -> list[str]:
    """The keys that a terminal sends for a text."""
    names = {" ": "space", "\n": "enter"}
    return [names.get(char, char) for char in text]


async def nothing_is_sent(stage: Stage) -> None:
    await stage.settled()
    assert stage.control.asked == []
    assert not stage.journal.entries(EntryKind.HANGUP_ASKED)


FINGERS = {
    "x enter": ["x", "enter"],
    "x x": ["x", "x"],
    "x y at once": ["x", "y"],
    "held x": ["x"] * 15,
    "held y": ["x", *["y"] * 15],
    "held enter": ["x", *["enter"] * 9],
    "alternating": named("yx" * 15),
    "a paragraph into the wrong window": named(PARAGRAPH),
}


@pytest.mark.parametrize("keys", FINGERS.values(), ids=FINGERS)
@pytest.mark.parametrize("marked", [0, 3], ids=["one call", "marked calls"])
async def test_keys_that_come_in_a_burst(keys: list[str], marked: int) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press(*(["U"] if marked else []), *keys)
        await nothing_is_sent(stage)


@pytest.mark.parametrize("marked", [0, 3], ids=["one call", "marked calls"])
async def test_keys_that_repeat_within_less_than_the_quiet_time(marked: int) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press(*(["U"] if marked else []), "x")
        for key in [*["y"] * 20, *"3y3y", *["enter", "y"] * 5, *["3"] * 10]:
            stage.moment += 0.25 * QUIET_S
            await stage.press(key)
        await nothing_is_sent(stage)


@pytest.mark.parametrize("marked", [0, 3], ids=["one call", "marked calls"])
async def test_text_that_the_terminal_says_was_pasted(marked: int) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press(*(["U"] if marked else []))
        await (stage.open_many_dialog() if marked else stage.open_dialog())
        for text in (PARAGRAPH, "y", "3", "3\ny"):
            stage.app.post_message(events.Paste(text))
        await nothing_is_sent(stage)
        assert stage.app.screen is not stage.app.home


@pytest.mark.parametrize("marked", [0, 3], ids=["one call", "marked calls"])
async def test_clicks_wherever_they_fall_as_the_dialog_opens(marked: int) -> None:
    stage = stage_with(3)
    width, height = stage.size
    async with stage.playing():
        pilot = stage._pilot
        assert pilot is not None
        await stage.press(*(["U"] if marked else []), "x")
        screen = stage.app.screen
        for y in range(3, height - 2, 6):
            for x in range(24, width - 20, 18):
                await pilot.click(offset=(x, y))
                if stage.app.screen is not screen:  # it hit Cancel
                    await stage.press("x")
                    screen = stage.app.screen
        await nothing_is_sent(stage)


async def test_clicking_the_red_button_of_several_does_nothing_without_their_number() -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press("U")
        await stage.open_many_dialog()
        assert stage._pilot is not None
        for _ in range(3):
            stage.be_quiet()
            await stage._pilot.click("#confirm")
        await nothing_is_sent(stage)


async def test_clicks_and_double_clicks_on_the_board_only_select() -> None:
    stage = stage_with(3)
    async with stage.playing():
        assert stage._pilot is not None
        for times in (1, 2, 3):
            await stage._pilot.click("#board", offset=(30, 2), times=times)
        assert stage.app.screen is stage.app.home
        await nothing_is_sent(stage)


@pytest.mark.parametrize("begins_to_repeat_s", [0.25, 0.5, 0.66, 1.0])
@pytest.mark.parametrize("marked", [0, 3], ids=["one call", "marked calls"])
async def test_a_key_that_came_too_soon_and_is_held(marked: int, begins_to_repeat_s: float) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await stage.press(*(["U"] if marked else []))
        await (stage.open_many_dialog() if marked else stage.open_dialog())
        await stage.press("3" if marked else "tab")
        stage.moment += 0.25
        for pause_s in [begins_to_repeat_s, *[0.03] * 40]:
            await stage.press("y")
            stage.moment += pause_s
        await stage.until(lambda: "came too soon or was held" in " ".join(stage.text.split()))
        await nothing_is_sent(stage)
        stage.moment += LET_GO_S
        await stage.press("y")
        await stage.until(lambda: len(stage.control.asked) == (marked or 1))


async def test_the_key_that_confirmed_is_held_while_a_refusal_comes_back() -> None:
    stage = stage_with(1)
    stage.control.outcome = HangUpOutcome(Answer.CONFLICT, "Not now.", retry_helps=True, status=409)
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        stage.moment += 0.66
        for _ in range(20):
            await stage.press("y")
            stage.moment += 0.03
        await stage.settled()
        assert len(stage.control.asked) == 1
