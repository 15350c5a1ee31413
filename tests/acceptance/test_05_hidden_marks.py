"""Marked calls that a filter hides are listed, said to be hidden, and counted."""

from __future__ import annotations

import pytest

from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


async def test_two_marks_hidden_by_a_filter_are_listed() -> None:
    stage = Stage()
    for number, name in enumerate(("Ana", "Bo", "Cleo"), 1):
        stage.arrive(number, name)
    async with stage.playing():
        await stage.press("home", "space", "space", "space", "slash", *"ana", "enter")
        assert "Bo" not in stage.text
        assert "3 marked (2 not in this view)" in stage.text
        await stage.open_many_dialog()
        for name in ("Ana", "Bo", "Cleo"):
            assert name in stage.text
        assert stage.text.count("hidden by the view; ends for both") == 2
        assert "3 will be hung up (2 of them hidden by the view)" in stage.text
        await stage.confirm(3)
        await stage.until(lambda: len(stage.control.asked) == 3)
        assert sorted(stage.control.asked) == [call_id(number) for number in (1, 2, 3)]
