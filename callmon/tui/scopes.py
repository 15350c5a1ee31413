"""Every key of the console: which screens and widgets have keys, and whose keys work at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen

from callmon.tui.board_view import BoardView
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.feed_screen import FeedScreen
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.hangups_dialog import HangUpsDialog
from callmon.tui.help_screen import HelpScreen
from callmon.tui.keys import LEAVE, ON_TOP, Keymap, key_table, named
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


_REPLAY = "the board of a replay"
_DIALOG, _DIALOG_OF_MANY = "the hang-up dialog", "the dialog of several hang-ups"


def _bindings(kinds: Sequence[type[DOMNode]]) -> Iterator[BindingType]:
    """Those of a screen and of what has the focus there, and what else works on it."""
    for kind in kinds:
        yield from kind.BINDINGS
    yield from (LEAVE,) if any(issubclass(kind, ModalScreen) for kind in kinds) else ON_TOP


SCOPES = tuple(
    Scope(name, dict(named(_bindings(kinds))))
    for name, kinds in (
        ("the board", (ConsoleScreen, BoardView)),
        (_REPLAY, (ReplayScreen, ConsoleScreen, BoardView)),
        ("the detail", (DetailScreen, Page)),
        ("the raw view", (RawScreen, Page)),
        ("the summary", (SummaryScreen, Page)),
        ("the page about the feeds", (FeedScreen, Page)),
        (_DIALOG, (HangUpDialog,)),
        (_DIALOG_OF_MANY, (HangUpsDialog,)),
        ("a line to type into", (Prompt,)),
        ("the help", (HelpScreen,)),
    )
)


def help_table(home: ConsoleScreen, keymap: Keymap, without: Collection[str]) -> list[tuple[str, str]]:
    """All keys there are with this home and what they do, each action once.

    It is silent on some, by their ids; with ``hang-up`` also on what is in its dialogs.
    """
    absent = {_DIALOG, _DIALOG_OF_MANY} if "hang-up" in without else set()
    absent |= set() if isinstance(home, ReplayScreen) else {_REPLAY}
    shown = sorted((scope for scope in SCOPES if scope.name not in absent), key=lambda scope: scope.name != _REPLAY)
    bindings = [binding for scope in shown for binding in scope.bindings.values()]
    return key_table(bindings, without, keymap)
