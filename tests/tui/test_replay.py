"""The replay as stories: the keys of the player on the console's own screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from callmon.replay.player import Player
from callmon.replay.recording import Recording
from callmon.replay.updates import Replay
from callmon.tui.app import ConsoleApp
from callmon.tui.help_screen import HelpScreen
from callmon.tui.look import Look
from callmon.tui.parts import Parts
from callmon.tui.replay_screen import ReplayScreen
from tests.replay.recorded import entries
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio


class ReplayStage(Stage):
    """The console on a recording whose clock on the wall is the stage's."""

    def __init__(self, *, playing: bool = False, look: Look | None = None, loaded: bool = True) -> None:
        super().__init__()
        self.player = Player(lambda: self.moment)
        recorded = entries()
        if loaded:
            self.player.load([entry.at for entry in recorded], playing=playing)
        recording = Recording("monday.jsonl", recorded, self.player)
        self.parts = Parts(
            recording, read_only=True, asks_graph=False, label="REPLAY", updates=Replay(recording).updates
        )
        home = partial(ReplayScreen, player=self.player)
        self.app = ConsoleApp(
            lambda: self.parts, now=self.player.now, monotonic=lambda: self.moment, look=look, home=home
        )

    async def settled(self) -> None:
        """Wait until the screen shows what the player says."""

        def shown() -> bool:
            self.moment += 0.3  # the screen paints four times a second
            return self.app.home.snapshot.position == str(self.player.where.index)

        await self.until(shown)

    @property
    def line(self) -> str:
        """Where the recording stands, as the screen says it."""
        return self.text.splitlines()[-2]

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[ReplayStage]:
        """The console runs."""
        async with super().playing():
            yield self


async def test_the_screen_says_that_it_is_a_replay_where_it_stands_and_how_fast() -> None:
    stage = ReplayStage()
    total = stage.player.where.total
    async with stage.playing():
        assert "REPLAY" in stage.text.splitlines()[0]
        await stage.until(lambda: f"1 of {total}  1x  " in stage.line)
        assert "‖ paused  2026-03-02 09:13:00 UTC" in stage.line
        assert "p Play/pause" in stage.text.splitlines()[-1]
        await stage.press("right_square_bracket", "right_square_bracket", "p")
        await stage.until(lambda: "4x" in stage.line and "▶ playing" in stage.line)
        await stage.press("z", "left_square_bracket")
        await stage.until(lambda: "2x" in stage.line and "silences skipped" in stage.line)


async def test_while_the_recording_is_loaded_nothing_is_claimed_of_it() -> None:
    stage = ReplayStage(loaded=False)
    async with stage.app.run_test(size=stage.size) as stage._pilot:
        await stage.until(lambda: stage.line.strip() == "… loading the recording")
        stage.player.load([entry.at for entry in entries()], playing=False)
        await stage.settled()
        await stage.until(lambda: "‖ paused  2026-03-02 09:13:00 UTC" in stage.line)


async def test_steps_and_seeks_go_on_and_back_and_the_board_follows() -> None:
    stage = ReplayStage()
    async with stage.playing():
        first = stage.text.split("Note")[1].splitlines()[1]
        assert "incoming" in first
        await stage.press("full_stop", "full_stop")
        await stage.settled()
        assert stage.player.where.index == 3
        assert "● established" in stage.text
        await stage.press("comma", "comma")
        await stage.settled()
        assert "● established" not in stage.text
        await stage.press("at", *"100%", "enter")
        await stage.settled()
        await stage.until(lambda: "■ at the end" in stage.line and "100%" in stage.line)
        assert stage.app.home.snapshot.board.ended >= 2
        await stage.press("at", *"0%", "enter")
        await stage.settled()
        assert len(stage.app.home.snapshot.board.calls) == 1
        await stage.until(lambda: stage.text.split("Note")[1].splitlines()[1].strip("▌ ") == first.strip("▌ "))


async def test_a_place_that_says_nothing_is_told_and_escape_gives_it_up() -> None:
    stage = ReplayStage()
    async with stage.playing():
        await stage.press("at", *"soon", "enter")
        await stage.until(lambda: stage.notices)
        assert "no place in the recording" in stage.notices[0]
        await stage.press("at", *"50%", "escape")
        await stage.press("full_stop")
        await stage.settled()
        assert stage.player.where.index == 2
        assert stage.app.home.query_.text == ""


async def test_it_plays_by_its_own_clock() -> None:
    stage = ReplayStage(playing=True)
    async with stage.playing():
        stage.moment += 30.0
        await stage.until(lambda: stage.player.where.index > 1)
        await stage.settled()
        await stage.press("p")
        index = stage.player.where.index
        stage.moment += 3000.0
        assert stage.player.where.index == index


async def test_there_is_no_hang_up_in_a_replay() -> None:
    stage = ReplayStage()
    async with stage.playing():
        await stage.press("full_stop", "full_stop", "x", "f9", "enter", "x")
        await stage.press("escape", "question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        assert "hang" not in stage.text.lower().replace("change", "")
        assert "one notification back" in stage.text
        await stage.press("escape")
        commands = {command.title for command in stage.app.get_system_commands(stage.app.screen)}
        assert "Skip silences" in commands
        assert "Hang up" not in commands


async def test_there_is_no_graph_to_ask_in_a_replay() -> None:
    stage = ReplayStage()
    async with stage.playing():
        await stage.press("enter", "v")
        await stage.until(lambda: "r Raw" in stage.text.splitlines()[-1])
        assert "Verify" not in stage.text
        await stage.press("question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        assert "Ask Graph" not in stage.text
        await stage.press("escape", "escape", "v", "i")
        await stage.until(lambda: "What came" in stage.text)
        assert "Checks" not in stage.text
        await stage.press("escape")
        assert "Verify" not in {command.title for command in stage.app.get_system_commands(stage.app.screen)}
        assert stage.notices == []
