"""What the console is given to work with. It does not know how these were made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from callmon.core.custom import CustomColumn
from callmon.memory import NOTHING, Memory
from callmon.ports import Feed, Journal
from callmon.snapshot import Update
from callmon.watch import Watch

if TYPE_CHECKING:  # the first paint comes before there is one
    from callmon.hangup import HangUp


def always() -> bool:
    """Whatever happens."""
    return True


def nothing_to_begin() -> str:
    """There is no feed here."""
    return ""


def forget(_memory: Memory) -> None:
    """Remember nothing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A journal to follow, feeds to watch, and the means to hang up."""

    journal: Journal
    feeds: Sequence[Feed] = ()
    """Whoever made the parts stops the feeds and closes the journal, when the console has ended. They may come to be no
    sooner than with `begin`."""
    hangup: HangUp | None = None
    """None if there is nothing to sign in with."""
    no_hangup_because: str = ""
    """If `hangup` is None: why, and what to do."""
    hangup_ready: Callable[[], bool] = always
    """Whether `hangup` says at once what it can hang up; asking brings that nearer. Waits for nothing."""
    read_only: bool = False
    """No hang-up key at all."""
    arm_for_s: float | None = None
    """Hang-ups have to be armed first, and are disarmed after so many seconds without a key; None: always armed."""
    lang: str = "en"
    """The language of end reasons."""
    label: str = ""
    """A word for the status line, such as ``DEMO``."""
    label_color: str = ""
    """Its colour: a name or ``#rrggbb``; empty for the usual one of a badge."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Other keys for actions, by their ids (`callmon.tui.keymap.read`)."""
    updates: Callable[[Event], Iterator[Update]] | None = None
    """What the journal tells until the event is set; what `callmon.monitor.follow` makes of it if None."""
    begin: Callable[[], str] = nothing_to_begin
    """Starts the feeds; returns the address to which notifications may be POSTed, empty if there is none here.

    It is called once, from a thread, when the first of what the journal holds is on the screen, or it turned
    out to be unreadable. It may raise `StartError`.
    """
    awaited: str = ""
    """If calls are about to come by themselves: a sentence about them, in place of how to send one."""
    asks_graph: bool = True
    """Whether there is a Graph that may be asked about calls, with or without the means to; else no key does."""
    auto_check: bool = False
    """Whether calls in doubt are checked without anybody asking for it."""
    columns: Sequence[str] = ()
    """Of the board, by name (`callmon.core.choices.COLUMNS`); none for those that are remembered."""
    custom: Sequence[CustomColumn] = ()
    """Columns that somebody made."""
    sort: str = ""
    """What the board is sorted by (`callmon.core.sorting.sort_named`); empty for what is remembered."""
    bell: Sequence[str] = ()
    """What the bell rings for (`callmon.core.choices.BELLS`)."""
    memory: Memory = NOTHING
    """How the console was left."""
    remember: Callable[[Memory], object] = forget
    """Keeps how the console is. Waits for no disk, and never raises."""
    watch: Watch = field(default_factory=Watch)
    """What is in doubt, and for how long a feed may be silent."""
