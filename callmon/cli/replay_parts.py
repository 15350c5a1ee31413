"""What a replay works with: a recording in place of the journal, no feed, and nothing to hang up with."""

from __future__ import annotations

from dataclasses import dataclass

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.keymaps import keymap
from callmon.cli.pages import Flags
from callmon.cli.recordings import Recorded, recorded
from callmon.cli.screen import Warn
from callmon.replay.player import Player
from callmon.replay.recording import Recording
from callmon.replay.seeking import NowhereToGo, target
from callmon.replay.updates import Replay
from callmon.settings.sections.preferences import Preferences
from callmon.settings.sections.screen import ScreenSection
from callmon.tui.parts import Parts


class _ReplaySettings(ScreenSection, Preferences):
    """A recording needs no journal, feed or Graph."""


@dataclass(frozen=True, slots=True)
class Show:
    """What is to be played, and how it begins."""

    name: str
    piped: Recorded | None
    """None if the file of that name is still to be read."""
    player: Player
    speed: float
    place: str | None
    """As it is typed; None for the beginning."""
    playing: bool


def replay_parts(flags: Flags, show: Show, warn: Warn) -> Parts:
    """Read the recording, unless it was read already, and load the player. Raises `callmon.cli.exits.Failure`."""
    settings = configured(_ReplaySettings, flags, warn)
    keys = keymap(settings.keys)
    (entries, trouble), player = show.piped or recorded(show.name), show.player
    if trouble:
        warn(trouble)
    player.load([entry.at for entry in entries], speed=show.speed, playing=show.playing)
    if show.place is not None:
        place = target(show.place, player.where)
        if isinstance(place, NowhereToGo):
            raise Failure(f"--at: {place.sentence}", code=ExitCode.USAGE)
        player.seek(place)
    recording = Recording(show.name, entries, player)
    return Parts(
        recording,
        read_only=True,
        asks_graph=False,
        lang=settings.lang,
        label="REPLAY OF A PART" if trouble else "REPLAY",
        keymap=keys,
        updates=Replay(recording, settings.custom).updates,
        columns=settings.columns or (),
        custom=settings.custom,
        sort=settings.sort or "",
    )
