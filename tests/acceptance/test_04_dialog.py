"""The dialog says which call it is and what a hang-up does here; the button under the finger is Cancel."""

from __future__ import annotations

from typing import Any

import pytest

from callmon.tui.hangup_dialog import HangUpDialog
from tests.tui.stage import Stage, call_id, caller

pytestmark = pytest.mark.anyio

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


@pytest.mark.parametrize("size", [(80, 24), (132, 40)], ids=str)
async def test_the_dialog_names_the_call_and_says_what_a_hang_up_does(size: tuple[int, int]) -> None:
    stage = Stage(size=size)
    stage.report(1, "incoming", "created", tenantId=TENANT, **caller("Ana Ruiz"))
    stage.report(1, "established")
    async with stage.playing():
        stage.pass_time(65)
        dialog = await stage.open_dialog()
        for words in (
            "Hang up call #1?",
            call_id(1),
            "incoming",
            "Ana Ruiz",
            "Front desk",
            "1:05",
            "established",
            TENANT,
            "The call ends for both",
            "200/7000",
            "Cancel (n)",
        ):
            assert words in stage.text
        assert dialog.focused is not None
        assert dialog.focused.id == "cancel"
        await stage.press("enter")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpDialog))
        assert stage.control.asked == []


@pytest.mark.parametrize(
    ("more", "effect"),
    [
        ({"chatInfo": {"threadId": "19:meeting_x@thread.v2"}}, "Only the bot's leg ends"),
        ({"incomingContext": {"observedParticipantId": "1"}}, "the recording stops"),
        ({}, "is not known"),
    ],
    ids=["group", "recording", "unknown"],
)
async def test_the_effect_depends_on_what_is_known_of_the_call(more: dict[str, Any], effect: str) -> None:
    stage = Stage()
    stage.report(1, "established", **more)
    async with stage.playing():
        await stage.open_dialog()
        assert effect in stage.text
