"""Notices as stories: few, brief, and where they hide nothing of a call."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast

from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio

NO_CREDENTIALS = (
    "No credentials: set CALLMON_TENANT_ID, CALLMON_CLIENT_ID and CALLMON_CLIENT_SECRET to those of the bot's "
    "application registration. Without them callmon can watch calls, but neither hang them up nor check them."
)
"""The longest notice that there is in everyday life."""


async def test_at_most_two_notices_are_there_and_they_leave_the_facts_of_the_call_alone() -> None:
    stage = Stage(size=(132, 24))
    stage.arrive(1, "Ana Ruiz")
    async with stage.playing():
        for number in range(1, 5):
            stage.app.notify(f"Notice {number}.", markup=False)
        await stage.until(lambda: stage.notices == ["Notice 3.", "Notice 4."])
        await stage.until(lambda: "Notice 4." in stage.text)
        last, line_of_keys = stage.text.splitlines()[-2:]
        assert last.endswith(" Notice 3.")
        assert line_of_keys.endswith(" Notice 4.")
        assert line_of_keys.startswith(" x Hang up")
        assert stage.text.count("Notice") == 2


async def test_a_long_notice_is_there_as_a_whole_on_a_narrow_screen() -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1, "Ana Ruiz")
    sentence = " ".join(["No credentials are set, so nothing can be hung up."] * 4)
    async with stage.playing():
        stage.app.notify(sentence, markup=False)
        await stage.until(lambda: stage.app.home.query(Toast))
        await stage.settled()
        assert sentence in " ".join(line.strip(" ▌") for line in stage.text.splitlines()[-3:])


async def test_a_notice_has_the_rows_that_it_needs_on_the_smallest_screen_that_hangs_up() -> None:
    stage = Stage(size=(60, 12))
    stage.arrive(1, "Ana Ruiz")
    async with stage.playing():
        stage.app.notify(NO_CREDENTIALS, markup=False)
        await stage.until(lambda: stage.app.home.query(Toast))
        await stage.settled()
        assert NO_CREDENTIALS in " ".join(line.strip(" ▌") for line in stage.text.splitlines()[-6:])
        assert "Ana Ruiz" in stage.text
