"""The page about the feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from callmon.core.checking import Pause
from callmon.ports import FeedState, FeedStatus
from callmon.tui.feed_screen import FeedScreen
from callmon.tui.feed_text import checks_text
from callmon.tui.feed_words import feed_words
from tests.makers import at
from tests.tui.stage import Stage
from tests.tui.test_doubt import restarted

pytestmark = pytest.mark.anyio

LISTENS = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING)
ELSEWHERE = FeedStatus("http 127.0.0.1:8765", FeedState.ELSEWHERE)
FAILS = FeedStatus("file /var/log/nginx/access.log", FeedState.FAILED, "It cannot be read.")


async def test_one_page_tells_what_came_and_what_did_not() -> None:
    stage = Stage(size=(100, 50))
    stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING, "Turned away.", accepted=9, refused=4)
    restarted(stage)
    stage.tell(b"{")
    async with stage.playing():
        await stage.press("i")
        assert isinstance(stage.app.screen, FeedScreen)
        for text in (
            "● http 127.0.0.1:8765  listening  9 accepted, 4 refused",
            "Turned away.",
            "in the journal        10",
            "could not be read     1,",
            "taken for deaf after  60 s while calls are active, until more is known of the feed",
            "09:30:00 to 09:35:00 (5:00): did not listen",
            "0 made from here; only when you press v",
            "09:35:00  http 127.0.0.1:8765",
        ):
            assert text in stage.text
        stage.feed.status = replace(stage.feed.status, refused=5)
        stage.app.screen.look()
        await stage.until(lambda: "5 refused" in stage.text)
        await stage.press("i")
        assert not isinstance(stage.app.screen, FeedScreen)


async def test_it_says_so_when_the_feed_is_deaf() -> None:
    stage = Stage()
    restarted(stage)
    async with stage.playing():
        await stage.press("i")
        assert "none that is too long" in stage.text
        stage.pass_time(61)
        assert isinstance(stage.app.screen, FeedScreen)
        stage.app.screen.look()
        await stage.until(
            lambda: "DEAF: nothing comes though calls are active, since 2026-03-02 09:35:00" in stage.text
        )
        assert "since 2026-03-02 09:35:00: heard nothing" in stage.text


def test_why_checks_rest() -> None:
    pauses = {"": Pause(at(60), 1, "Wait."), "sales": Pause(at(9), 1, "Over.")}
    told = checks_text(3, pauses, at(10), automatic=True, key="v")
    assert told == "3 made from here; by themselves, and when you press v; none before 09:31:00: Wait."


@pytest.mark.parametrize(
    ("feeds", "width", "words"),
    [
        ((LISTENS,), 40, "● http 127.0.0.1:8765"),
        ((ELSEWHERE,), 60, "◦ http 127.0.0.1:8765 (another callmon listens)"),
        ((FAILS,), 30, "! failed: …/log/nginx/access.log"),
        ((LISTENS, LISTENS), 60, "● http 127.0.0.1:8765  ● http 127.0.0.1:8765"),
        ((LISTENS, ELSEWHERE, LISTENS), 40, "● 2 listening  ◦ 1 elsewhere"),
        ((LISTENS, FAILS, LISTENS), 40, "! 1 failed: …/log/nginx/access.log  ● 2 listening"),
        ((FAILS, FAILS), 40, "! 2 failed: …/log/nginx/access.log"),
    ],
)
def test_what_is_wrong_with_a_feed_is_said_first_where_there_is_little_room(
    feeds: Sequence[FeedStatus], width: int, words: str
) -> None:
    assert feed_words(feeds, width) == (words, FAILS not in feeds)
