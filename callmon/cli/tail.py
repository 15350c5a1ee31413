"""``callmon tail``: every transition of every call as a sentence."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import click

from callmon.cli import garbage
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode
from callmon.cli.journals import is_missing, none_yet, open_journal
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.signals import StopSignals, stop_signals
from callmon.cli.stdout_lines import nobody_reads, write_line
from callmon.cli.tail_line import lines
from callmon.cli.tail_news import News
from callmon.ports import Journal, JournalAway
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon tail": "what happens from now on, a sentence for each transition",
    "callmon tail --all": "also media, tones, operations, and who comes and goes",
    "callmon tail --since-start | grep terminated": "every end in the journal, then those to come",
    "callmon tail --json | jq -c 'select(.end)'": "the ends alone with their reasons, for a script",
}
_LOOK_EVERY_S = 0.1
_BEGUN_EVERY_S = 0.5
_STOP_S = 1.0
"""So long a thread that writes may take to end; one that is stuck on a full pipe never does."""


@click.command("tail", cls=Page, examples=_EXAMPLES)
@click.option("--all", "everything", is_flag=True, help="Also what goes on within a state.")
@click.option("--since-start", is_flag=True, help="First all that the journal holds.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines: at, id, kind, state, change, text, ..., end.")
@click.pass_obj
def command(flags: Flags, *, everything: bool, since_start: bool, as_json: bool) -> ExitCode:
    """Print one sentence for each transition of a call, until it is stopped.

    It follows the journal and does not listen itself: callmon or callmon listen does that. A line says when (UTC),
    which call, who, what, and for an end why. The lines are plain text for pipes and screen readers. While there is no
    journal yet, or it is away, as a Redis that is started again, it waits for it; then it goes on where it broke off.
    """
    return tail(flags, everything=everything, since_start=since_start, as_json=as_json)


def tail(flags: Flags, *, everything: bool = False, since_start: bool = False, as_json: bool = False) -> ExitCode:
    """Print the transitions, or everything that happens to calls, until it is stopped."""
    settings = configured(Settings, flags)
    with stop_signals() as signals, ExitStack() as stack:
        if is_missing(settings):
            since_start = True  # all that comes into a journal that is begun from now on comes from now on
            if (code := _awaited(settings, signals)) is not None:
                return code
        journal = stack.enter_context(open_journal(settings))
        following = _Tail(journal, settings.lang, everything=everything, since_start=since_start, as_json=as_json)
        garbage.while_running()
        thread = Thread(target=following.run, name="tail", daemon=True)
        thread.start()
        try:
            return _watch(following, signals, journal.location)
        finally:
            following.stop.set()
            thread.join(_STOP_S)


def _awaited(settings: Settings, signals: StopSignals) -> ExitCode | None:
    """Wait until somebody has begun the journal: whoever only looks begins none. How to end, if that comes before."""
    tell(f"{none_yet(settings)} Its lines come as soon as there is one.")
    while (code := signals.wait(_BEGUN_EVERY_S)) is None:
        if nobody_reads():
            return ExitCode.DONE
        with suppress(JournalAway):
            if not is_missing(settings):
                return None
    return code


@dataclass(slots=True)
class _Tail:
    """Writes the lines, on a thread of its own."""

    journal: Journal
    lang: str
    everything: bool
    since_start: bool
    as_json: bool
    stop: Event = field(default_factory=Event)
    ended: Future[None] = field(default_factory=Future)
    """Why there are no more lines: `JournalError` or `OutputLost`; no exception if nobody reads them."""
    news: News = field(init=False)

    def __post_init__(self) -> None:
        self.news = News(self.journal)

    def run(self) -> None:
        try:
            with suppress(BrokenPipeError):
                for change in self.news.changes(stop=self.stop, since_start=self.since_start):
                    for line in lines(change, self.lang, everything=self.everything, as_json=self.as_json):
                        write_line(line)
        except BaseException as error:  # noqa: BLE001  # it goes on where `ended` is asked
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)


def _watch(tail: _Tail, signals: StopSignals, location: str) -> ExitCode:
    """Tell how it goes until a signal comes, nobody reads any more, or it breaks down.

    Raises `callmon.ports.JournalError` or `callmon.cli.stdout_lines.OutputLost`.
    """
    narrator = Narrator(tail.news, location)
    while (code := signals.wait(_LOOK_EVERY_S)) is None:
        if tail.ended.done():
            tail.ended.result()
            return ExitCode.DONE
        if nobody_reads():
            return ExitCode.DONE
        narrator.look()
    return code


@dataclass(slots=True)
class Narrator:
    """Tells on stderr how it goes, each thing once."""

    news: News
    location: str
    _following: bool = False
    _away: bool = False
    _unreadable: int = 0

    def look(self) -> None:
        """Tell what is news of the following itself."""
        away, unreadable = self.news.away, self.news.unreadable
        if not self._following and self.news.caught_up.is_set():
            self._following = True
            tell(f"Following the journal {self.location}.")
        if self._unreadable != unreadable:
            self._unreadable = unreadable
            tell(f"Notifications that could not be read, in whole or in part: {unreadable}. The journal keeps them.")
        if self._away is not bool(away):
            self._away = not self._away
            again = "The journal can be read again: the lines go on where they broke off."
            tell(f"{away} callmon tries again by itself." if away else again)
