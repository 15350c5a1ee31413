"""A console whose hang-ups have to be armed first."""

from __future__ import annotations

import pytest

from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.hangups_dialog import HangUpsDialog
from tests.tui.stage import THROTTLED, Stage, call_id

pytestmark = pytest.mark.anyio

IDLE_S = 300.0


def disarmed(calls: int = 1) -> Stage:
    stage = Stage(arm_for_s=IDLE_S)
    for number in range(1, calls + 1):
        stage.arrive(number)
    return stage


def titles(stage: Stage) -> list[str]:
    return [command.title for command in stage.app.get_system_commands(stage.app.screen)]


async def test_it_starts_disarmed_and_the_key_says_how_to_arm() -> None:
    stage = disarmed()
    async with stage.playing():
        assert "DISARMED" in stage.text
        assert "x Hang up" not in stage.text
        assert "a Arm" in stage.text
        assert "Hang up" not in titles(stage)
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert stage.notices == ["Hang-ups are disarmed. a arms them; then press this key again."]
        assert not isinstance(stage.app.screen, HangUpDialog)


async def test_a_key_arms_it_with_a_badge_that_counts_down() -> None:
    stage = disarmed()
    async with stage.playing():
        await stage.press("a")
        await stage.until(lambda: "ARMED 5:00" in stage.text)
        assert "DISARMED" not in stage.text
        stage.pass_time(1)
        await stage.until(lambda: "ARMED 4:59" in stage.text)
        await stage.until(lambda: "x Hang up" in stage.text)
        assert "a Disarm" in stage.text
        assert "Hang up" in titles(stage)
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        assert stage.control.asked == [call_id(1)]


async def test_it_disarms_itself_when_no_key_is_pressed_and_every_key_counts() -> None:
    stage = disarmed()
    async with stage.playing():
        await stage.press("a")
        stage.pass_time(IDLE_S - 1)
        await stage.press("j")
        stage.pass_time(IDLE_S - 1)
        await stage.until(lambda: "ARMED 0:01" in stage.text)
        stage.pass_time(1)
        await stage.until(lambda: "DISARMED" in stage.text)
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert not isinstance(stage.app.screen, HangUpDialog)


async def test_the_same_key_disarms_it() -> None:
    stage = disarmed()
    async with stage.playing():
        await stage.press("a", "a")
        await stage.until(lambda: "DISARMED" in stage.text)


@pytest.mark.parametrize("calls", [1, 3])
async def test_a_dialog_that_still_asks_closes_when_it_is_disarmed(calls: int) -> None:
    stage = disarmed(calls)
    async with stage.playing():
        await stage.press("a", *(["U"] if calls > 1 else []))
        await (stage.open_many_dialog() if calls > 1 else stage.open_dialog())
        stage.pass_time(IDLE_S)
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpDialog | HangUpsDialog))
        told = "No key was pressed for too long: hang-ups are disarmed again, and nothing was sent."
        await stage.until(lambda: stage.notices == [told])
        await stage.press(*(str(calls) if calls > 1 else ""), "y")
        await stage.settled()
        assert stage.control.asked == []


async def test_a_key_that_comes_too_late_finds_it_disarmed_before_any_second_has_ticked() -> None:
    stage = disarmed()
    async with stage.playing():
        await stage.press("a")
        await stage.open_dialog()
        stage.moment += IDLE_S
        await stage.press("y")
        await stage.settled()
        assert stage.control.asked == []


async def test_a_request_that_has_left_is_not_touched_by_disarming() -> None:
    stage = disarmed()
    stage.control.open.clear()
    async with stage.playing():
        await stage.press("a")
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        stage.pass_time(IDLE_S)
        assert stage.app.screen is dialog
        stage.control.open.set()
        await stage.until(lambda: dialog.outcome is not None)


async def test_what_became_of_a_hang_up_stays_to_be_read_but_cannot_be_tried_again() -> None:
    stage = disarmed()
    stage.control.outcome = THROTTLED
    async with stage.playing():
        await stage.press("a")
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: "Try again (y)" in stage.text)
        stage.pass_time(IDLE_S)
        await stage.until(lambda: "Try again (y)" not in stage.text)
        assert stage.app.screen is dialog
        assert "Not hung up" in stage.text
        stage.pass_time(2)
        await stage.press("y")
        await stage.settled()
        assert len(stage.control.asked) == 1
        assert stage.notices == []


async def test_the_detail_says_how_to_arm_too() -> None:
    stage = disarmed()
    async with stage.playing():
        await stage.press("enter", "x")
        await stage.until(lambda: stage.notices)
        await stage.press("a")
        await stage.open_dialog()


async def test_other_keys_of_the_operator_are_told() -> None:
    stage = Stage(arm_for_s=IDLE_S, keymap={"hang-up": "f8", "arm": "f7"})
    stage.arrive(1)
    async with stage.playing():
        await stage.press("f8")
        await stage.until(lambda: stage.notices)
        assert stage.notices == ["Hang-ups are disarmed. F7 arms them; then press this key again."]
        await stage.press("f7")
        await stage.open_dialog("f8")


async def test_where_hang_ups_are_always_armed_there_is_nothing_to_arm() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        assert "ARMED" not in stage.text
        await stage.press("a")
        assert "a Arm" not in stage.text
        await stage.press("question_mark")
        assert "Arm hang-ups" not in stage.text


async def test_read_only_cannot_be_armed() -> None:
    stage = Stage(read_only=True, arm_for_s=IDLE_S)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("a", "x")
        await stage.settled()
        assert "READ-ONLY" in stage.text
        assert "ARMED" not in stage.text
        assert stage.notices == []
        assert "Arm" not in titles(stage)
