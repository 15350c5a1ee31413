"""A feed that is silent while calls are active: said within a minute, in every row, and in the timeline."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import OpenTerminal
from tests.e2e.console import open_console, post
from tests.tui.stage import Stage, call_id, notification
from tests.tui.test_doubt import fed


@pytest.mark.anyio
async def test_within_a_minute_it_is_said_to_be_deaf() -> None:
    stage = Stage()
    fed(stage, "listening")
    stage.arrive(1)
    async with stage.playing():
        stage.pass_time(55)
        await stage.settled()
        assert "DEAF" not in stage.text
        stage.pass_time(5)
        await stage.settled()
        assert "DEAF" in stage.text
        assert "?● established" in stage.text
        assert "callmon heard nothing since then" in stage.text
        stage.report(1, "hold")
        await stage.settled()
        assert "DEAF" not in stage.text
        assert "callmon heard nothing until 09:31:00" in stage.text


@pytest.mark.e2e
def test_on_a_real_terminal_it_is_said_and_taken_back(terminal: OpenTerminal, free_port: int) -> None:
    pane = open_console(terminal, free_port, CALLMON_DEAF_AFTER_S="2")
    post(free_port, notification(call_id(1), "established"))
    post(free_port, notification(call_id(2), "established"))
    pane.shows("DEAF", "2 in doubt", "?● established", "callmon heard nothing since then")
    pane.press("Enter")
    pane.shows("nothing at all was received since")
    pane.press("q")
    pane.shows("DEAF", "2 in doubt")
    post(free_port, notification(call_id(1), "hold"))
    pane.until(lambda: "DEAF" not in pane.screen)
    pane.shows("‖ hold")
    pane.press("q")
    pane.shows("exit=0")
