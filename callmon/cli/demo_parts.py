"""What the demo works with: a journal to throw away, a real listener, and a simulated Graph that POSTs to it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from callmon.cli.configured import configured
from callmon.cli.exits import Failure
from callmon.cli.feeds import post_to
from callmon.cli.keymaps import keymap
from callmon.cli.pages import Flags
from callmon.cli.screen import Warn
from callmon.feeds.http import HttpFeed
from callmon.feeds.server import ServerCannotStart
from callmon.graph.auth import StaticToken
from callmon.graph.control import GraphControl
from callmon.hangup import HangUp
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import FeedState
from callmon.settings.sections.preferences import Preferences
from callmon.settings.sections.screen import ScreenSection
from callmon.simulator.faults import MIX, Faults
from callmon.simulator.player import Simulation
from callmon.tui.parts import Parts


@dataclass(frozen=True, slots=True)
class Show:
    """What is to be simulated."""

    calls: int
    seed: int
    speed: float
    faults: bool
    """Whether hang-ups meet trouble."""


class _DemoSettings(ScreenSection, Preferences):
    """The hands know the same keys in the demo."""


def demo_parts(flags: Flags, show: Show, stack: ExitStack, warn: Warn) -> Parts:
    """Make and start the parts. Raises `callmon.cli.exits.Failure` and `callmon.ports.JournalError`."""
    preferences = configured(_DemoSettings, flags, warn)
    keys = keymap(preferences.keys)
    directory = stack.enter_context(TemporaryDirectory(prefix="callmon-demo-", ignore_cleanup_errors=True))
    journal = stack.enter_context(closing(SqliteJournal.open(Path(directory) / "journal.db")))
    feed = HttpFeed(journal, "127.0.0.1", 0)
    stack.callback(feed.stop)
    status = feed.start()
    if status.state is not FeedState.LISTENING:
        raise Failure(status.detail)
    faults = Faults(MIX if show.faults else (), show.seed)
    simulation = Simulation(post_to(status), calls=show.calls, seed=show.seed, speed=show.speed, faults=faults)
    stack.callback(simulation.stop)
    try:
        root = simulation.start()
    except ServerCannotStart as error:
        raise Failure(error.sentence) from error
    control = GraphControl(root, StaticToken(simulation.token))
    stack.callback(control.close)
    return Parts(
        journal,
        [feed],
        HangUp(journal, control, None),
        read_only=preferences.read_only,
        lang=preferences.lang,
        label="DEMO",
        keymap=keys,
        columns=preferences.columns or (),
        custom=preferences.custom,
        sort=preferences.sort or "",
        begin=lambda: post_to(status),
        awaited="The simulated ones begin in a moment." if show.calls else "",
        auto_check=True,
    )
