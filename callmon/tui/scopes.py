"""Every key of the console: which screens and widgets have keys, and whose keys work at the same time."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

from callmon.tui.board_view import BoardView
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.help_screen import HelpScreen
from callmon.tui.keys import Keymap, key_table, named
from callmon.tui.page import Page
from callmon.tui.prompt import Prompt
from callmon.tui.raw_screen import RawScreen
from callmon.tui.replay_screen import ReplayScreen
from callmon.tui.summary_screen import SummaryScreen


@dataclass(frozen=True, slots=True)
class Scope:
    """Where keys work at the same time, so that none may mean two things."""

    name: str
    """For people: ``the board``."""
    bindings: dict[str, Binding]
    """By their ids."""


_REPLAY, _DIALOG = "the board of a replay", "the hang-up dialog"

SCOPES = tuple(
    Scope(name, dict(named(binding for kind in kinds for binding in kind.BINDINGS)))
    for name, kinds in (
        ("the board", (ConsoleScreen, BoardView)),
        (_REPLAY, (ReplayScreen, ConsoleScreen, BoardView)),
        ("the detail", (DetailScreen, Page)),
        ("the raw view", (RawScreen, Page)),
        ("the summary", (SummaryScreen, Page)),
        (_DIALOG, (HangUpDialog,)),
        ("a line to type into", (Prompt,)),
        ("the help", (HelpScreen,)),
    )
)


def help_table(home: ConsoleScreen, keymap: Keymap, *, hang_ups: bool) -> list[tuple[str, str]]:
    """All keys there are with this home and what they do, each action once; silent on hang-ups if there are none."""
    absent = {_DIALOG if not hang_ups else "", _REPLAY if not isinstance(home, ReplayScreen) else ""}
    shown = sorted((scope for scope in SCOPES if scope.name not in absent), key=lambda scope: scope.name != _REPLAY)
    bindings = [binding for scope in shown for binding in scope.bindings.values()]
    return key_table(bindings, () if hang_ups else {"hang-up"}, keymap)
