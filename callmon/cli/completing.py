"""What the shell offers where something is to be named: calls, if they can be told at once, and what settings hold."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from callmon.core.choices import COLUMNS, SORTS
from callmon.core.custom import names_of
from callmon.core.reasons import catalogue

if TYPE_CHECKING:  # nobody waits for the settings who completes nothing
    from callmon.settings.model import Settings
    from callmon.snapshot import Snapshot

_WITHIN_S = 1.0
"""Who presses Tab waits no longer; of a journal that takes longer to read nothing is offered."""


def active_calls(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The calls that are active now and whose id starts so, with state and who is on them."""
    return _calls(context, start, with_ended=False)


def known_calls(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The same with those that have ended."""
    return _calls(context, start, with_ended=True)


def orders(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """What a list can be sorted by, and the other way round."""
    names = (*SORTS, *_custom(context))
    return _starting(start, (*names, *(f"-{name}" for name in names)))


def columns(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The columns that are not named yet, behind those that are."""
    before, comma, last = start.rpartition(",")
    named = before.split(",")
    left = [name for name in (*COLUMNS, *_custom(context)) if name not in named]
    return [CompletionItem(f"{before}{comma}{item.value}") for item in _starting(last, left)]


def profiles(_context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The profiles of the settings file."""
    from callmon.settings.file import FileProblem, config_path, read_file  # noqa: PLC0415  # as above
    from callmon.settings.profiles import profiles_in  # noqa: PLC0415  # as above

    read = read_file(config_path())
    return [] if isinstance(read, FileProblem) else _starting(start, [name for name, _ in profiles_in(read)])


def bots(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The bots that have a name in the settings."""
    settings = _settings(context)
    return [] if settings is None else _starting(start, settings.bots)


def categories(_context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The categories of the catalogue."""
    return _starting(start, sorted({row.reading.category for row in catalogue()}))


def sources(_context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """The sources of the catalogue."""
    return _starting(start, sorted({row.reading.source for row in catalogue()}))


def _starting(start: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(start)]


def _settings(context: click.Context) -> Settings | None:
    """None if they do not hold: whoever runs the command is told why."""
    from callmon.settings.loading import Loaded, load  # noqa: PLC0415  # as above
    from callmon.settings.model import Settings  # noqa: PLC0415  # as above

    loaded = load(Settings, context.find_root().ensure_object(dict))
    return loaded.settings if isinstance(loaded, Loaded) else None


def _custom(context: click.Context) -> tuple[str, ...]:
    settings = _settings(context)
    return () if settings is None else names_of(settings.custom)


def _calls(context: click.Context, start: str, *, with_ended: bool) -> list[CompletionItem]:
    from callmon.clocks import utc_now  # noqa: PLC0415  # as above
    from callmon.core.query import row  # noqa: PLC0415  # as above

    settings = _settings(context)
    snapshot = _snapshot(settings) if settings is not None else None
    if snapshot is None:
        return []
    now = utc_now()
    calls = sorted((call for call in snapshot.board if with_ended or not call.ended), key=lambda call: -call.index)
    return [
        CompletionItem(call.spelled, help=f"{shown.state} {shown.who}")
        for call in calls
        if call.spelled.lower().startswith(start.lower())
        for shown in (row(call, now),)
    ]


def _snapshot(settings: Settings) -> Snapshot | None:
    from callmon.cli.journals import open_journal  # noqa: PLC0415  # as above
    from callmon.journal.addresses import FileAddress  # noqa: PLC0415  # as above
    from callmon.journal.opening import not_begun  # noqa: PLC0415  # as above
    from callmon.monitor import absorb  # noqa: PLC0415  # as above
    from callmon.ports import JournalError  # noqa: PLC0415  # as above
    from callmon.snapshot import Snapshot  # noqa: PLC0415  # as above

    if not isinstance(settings.journal, FileAddress) or not_begun(settings.journal):  # another machine may not answer
        return None
    deadline = time.monotonic() + _WITHIN_S
    snapshot = Snapshot()
    try:
        with open_journal(settings) as journal:
            while batch := journal.read(snapshot.position):
                snapshot = absorb(snapshot, batch).snapshot
                if time.monotonic() > deadline:
                    return None
    except JournalError:
        return None
    return snapshot
