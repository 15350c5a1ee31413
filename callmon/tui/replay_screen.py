"""The board of a recording: the console's own screen with the keys of a player, and without a hang-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from callmon.replay.player import Player
from callmon.replay.seeking import FORMS, NowhereToGo, target
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.key_line import KeyLine
from callmon.tui.messages import PromptClosed, PromptTyped
from callmon.tui.prompt import Prompt
from callmon.tui.replay_line import ReplayLine

_SEEK = "seek"
_LOOK_EVERY_S = 0.25


class ReplayScreen(ConsoleScreen):
    """Shows what the board was at the player's time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "play", "Play/pause", id="replay-play", tooltip="Replay: play, or stand still"),
        Binding("full_stop", "step(1)", "On", id="replay-step", tooltip="Replay: one notification on"),
        Binding("comma", "step(-1)", "Back", id="replay-back", tooltip="Replay: one notification back"),
        Binding("right_square_bracket", "speed(1)", "Faster", id="replay-faster", tooltip="Replay: faster, up to 64x"),
        Binding(
            "left_square_bracket", "speed(-1)", "Slower", id="replay-slower", tooltip="Replay: slower, down to 0.5x"
        ),
        Binding("z", "skip", "Skip silences", id="replay-skip", tooltip="Replay: jump over silences, or no more"),
        Binding("at", "seek", "Go to", id="replay-seek", tooltip="Replay: go to a time, a share, so far on or back"),
    ]

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float], player: Player) -> None:
        """`clock` is the player's; `monotonic` goes on as time does out here."""
        super().__init__(clock, monotonic)
        self.player = player
        self._line = ReplayLine(id="replay")

    def compose(self) -> ComposeResult:
        """The console, and above its keys where the recording stands."""
        for widget in super().compose():
            if isinstance(widget, KeyLine):
                yield self._line
            yield widget

    def on_mount(self) -> None:
        """At another speed a second of the recording is no second."""
        self._line.show(self.player.where)
        self.set_interval(_LOOK_EVERY_S, self._look)

    def _look(self) -> None:
        where = self.player.where
        self._line.show(where)
        self.tick(where.now)

    def action_play(self) -> None:
        """Play or stand; at the end, play again."""
        self.player.toggle()
        self._look()

    def action_step(self, entries: int) -> None:
        """Stand, so many notifications on or back."""
        self.player.step(entries)
        self._look()

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self.player.faster(steps)
        self._look()

    def action_skip(self) -> None:
        """Jump over silences, or no more."""
        self.player.skip_silences()
        self._look()

    async def action_seek(self) -> None:
        """Ask where to go."""
        await self.finder.show(Prompt(_SEEK, "", (), FORMS, kept_when_left=False))

    @on(PromptTyped)
    def _seek_typed(self, event: PromptTyped) -> None:
        if event.purpose == _SEEK:
            event.prevent_default()  # the console takes what it does not know for a search

    @on(PromptClosed)
    async def _seek_closed(self, event: PromptClosed) -> None:
        if event.purpose != _SEEK:
            return
        event.prevent_default()
        await self.finder.close("")
        if event.kept and event.text.strip():
            place = target(event.text, self.player.where)
            if isinstance(place, NowhereToGo):
                self.notify(place.sentence, severity="warning", markup=False)
            else:
                self.player.seek(place)
                self._look()
