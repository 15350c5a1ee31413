"""What is in doubt, and a feed that brings nothing, on the screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callmon.core.records import FeedChanged, encode
from callmon.ports import Entry, EntryKind
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio


def fed(stage: Stage, state: str) -> None:
    body = encode(FeedChanged("http 127.0.0.1:8765", state))
    stage.journal.append(Entry(EntryKind.FEED, stage.now, "callmon", body))


def restarted(stage: Stage, calls: int = 3) -> None:
    """Calls were heard of, then nobody listened for five minutes."""
    fed(stage, "listening")
    for number in range(1, calls + 1):
        stage.arrive(number, f"Caller {number}")
    fed(stage, "stopped")
    stage.now += timedelta(seconds=300)
    fed(stage, "listening")


async def test_after_a_restart_every_row_says_that_it_is_unverified_and_why() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        assert stage.text.count("?● established") == 3
        assert stage.text.count("unverified since 09:30:00") == 3
        assert "Not certain since 2026-03-02 09:30:00: callmon did not" in stage.text
        assert "3 in doubt" in stage.text
        assert "gap 09:30:00–09:35:00" in stage.text  # noqa: RUF001  # as on the screen
        assert "4 Trouble 3" in stage.text
        stage.report(2, "hold")
        await stage.settled()
        assert stage.text.count("?● established") == 2
        assert "2 in doubt" in stage.text
        assert "4 Trouble 2" in stage.text


async def test_at_80_columns_the_row_has_room_for_the_time_of_the_doubt() -> None:
    stage = Stage(size=(80, 24))
    restarted(stage)
    async with stage.playing():
        assert stage.text.count("unverified since 09:30:00") == 3


async def test_silence_raises_doubt_without_any_news() -> None:
    stage = Stage()
    stage.report(1, "incoming", "created")
    async with stage.playing():
        stage.pass_time(30)
        await stage.settled()
        assert "in doubt" not in stage.text
        stage.pass_time(31)
        await stage.settled()
        assert "?↓ incoming" in stage.text
        assert "silent since 09:30:00" in stage.text
        stage.report(1, "establishing")
        await stage.settled()
        assert "in doubt" not in stage.text


async def test_the_filter_finds_what_is_in_doubt_and_follows_it() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await stage.press("slash", *"is:unverified", "enter")
        assert stage.text.count("?● established") == 3
        await stage.press("down")
        stage.report(3, "hold")
        await stage.settled()
        assert stage.text.count("?● established") == 2


async def test_the_summary_counts_what_is_in_doubt() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await stage.press("s")
        assert "3 active calls" in stage.text
        assert "unverified 3" in stage.text


async def test_nothing_is_repainted_while_nothing_changes() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        before = stage.app.home.snapshot
        stage.pass_time(1)
        assert stage.app.home.snapshot is before
