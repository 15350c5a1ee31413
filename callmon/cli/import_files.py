"""``callmon import``: recorded notifications, and what callmon exported with them, into the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import click

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode
from callmon.cli.import_order import Backward, in_order
from callmon.cli.interchange import imported
from callmon.cli.journals import open_journal
from callmon.cli.known_entries import KnownEntries
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.progress import Progress
from callmon.cli.recording_file import opened, why_unread
from callmon.cli.splitting import pieces
from callmon.clocks import utc_now
from callmon.core import wire
from callmon.core.origins import IMPORTED, imported_from
from callmon.core.text import visible
from callmon.feeds.extraction import Extract, extractor, moment
from callmon.ports import Entry, EntryKind, Journal
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon import calls.jsonl calls.jsonl.1.gz": "one notification a line, or what callmon export wrote",
    "callmon import --field message.body --time-field time bot.log": "from JSON log lines",
    "kubectl logs bot | callmon import -": "from a pipe",
}
_BATCH = 500
_REASONS_TOLD = 5

_Numbered = tuple[int, Entry]
"""An entry and which of the file it is, counted from 1."""


@dataclass(slots=True)
class _Count:
    """What was found in one file."""

    imported: int = 0
    """Notifications."""
    own: int = 0
    """Entries of callmon's own that were imported."""
    unreadable: int = 0
    known: int = 0
    """What was in the journal already."""
    skipped: int = 0
    """Lines that carry no notification."""
    stamped: int = 0
    """Notifications without a time of their own."""
    reasons: list[str] = field(default_factory=list)


def _time(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    at = None if value is None else moment(value)
    if value is not None and at is None:
        raise click.BadParameter("it is not a time such as 2026-03-02T09:30:00Z.")
    return at


@click.command("import", cls=Page, examples=_EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--field", metavar="PATH", help="Where in a JSON line it stands.  [env: CALLMON_FOLLOW_FIELD]")
@click.option("--time-field", metavar="PATH", help="Where in a JSON line its time stands.  [env: CALLMON_TIME_FIELD]")
@click.option("--at", metavar="TIME", callback=_time, help="When those without a time were received; else it is now.")
@click.pass_obj
def command(
    flags: Flags, *, files: Sequence[str], field: str | None, time_field: str | None, at: datetime | None
) -> ExitCode:
    """Put recorded notifications, and what callmon exported with them, into the journal.

    A FILE holds one notification a line (JSON lines), or whole JSON documents or lists of them, plain or gzip; - is
    standard input. What cannot be read is kept and counted.

    What is in the journal already is left out, so importing it again doubles nothing: what callmon export wrote keeps
    its times, origins and headers, and is known by time and body; everything else by its body, and by how often it is
    there. To know that, the whole journal is read once, and some 200 bytes of memory are needed for each entry.

    Files given together are read in the order of the first times that they tell. Those that tell none stay in their
    places: give the oldest first.

    Hang-ups and checks that were exported come along, marked as imported: callmon audit says so of them. When feeds
    listened counts only until a feed of this journal itself has listened.
    """
    settings = configured(Settings, flags)
    extract = extractor(
        settings.follow_field if field is None else field, settings.time_field if time_field is None else time_field
    )
    rules, code = Rules(extract, at, Backward()), ExitCode.DONE
    with open_journal(settings) as journal:
        known = KnownEntries(journal)
        for name in in_order(files, extract):
            count, trouble = _Count(), ""
            known.begin_file()
            try:
                with opened(name) as file, Progress(visible(name), file.size) as progress:
                    entries = _entries(file.stream, name, rules, known, count)
                    _import(journal, entries, count, lambda: progress.reached(file.position))
            except OSError as error:
                trouble, code = why_unread(name, error), ExitCode.FAILED
            _tell_count(name, count)
            if trouble:
                tell(trouble)
    if backward := rules.backward.sentence:
        tell(backward)
    return code


@dataclass(frozen=True, slots=True)
class Rules:
    """How a piece of a file becomes an entry."""

    extract: Extract
    at: datetime | None
    """The time of what has none; now if None."""
    backward: Backward


def _entries(stream: IO[bytes], name: str, rules: Rules, known: KnownEntries, count: _Count) -> Iterator[_Numbered]:
    origin = f"{IMPORTED}{visible(name)}"
    told_at: datetime | None
    for number, piece in enumerate(pieces(stream), 1):
        line = imported(piece)
        if line is not None:
            entry, told_at = line.entry, line.entry.at
            if entry.kind is not EntryKind.NOTIFICATION:
                entry = entry._replace(origin=imported_from(visible(name), entry.origin))
        else:
            taken = rules.extract(piece)
            if taken is None:
                count.skipped += 1
                continue
            told_at = taken.at or rules.at
            entry = Entry(EntryKind.NOTIFICATION, told_at or utc_now(), origin, taken.body)
            count.stamped += told_at is None
        if known.is_new(entry, has_time=line is not None, again=line.again if line is not None else 0):
            if told_at is not None:
                rules.backward.saw(told_at)
            yield number, entry
        else:
            count.known += 1


def _import(journal: Journal, entries: Iterator[_Numbered], count: _Count, goes_on: Callable[[], None]) -> None:
    for batch in filter(None, _batches(entries)):
        journal.submit([entry for _, entry in batch]).result()
        for number, entry in batch:
            if entry.kind is EntryKind.NOTIFICATION:
                _judge(number, entry, count)
            else:
                count.own += 1
        goes_on()


def _batches(entries: Iterator[_Numbered]) -> Iterator[list[_Numbered]]:
    """What is read before an `OSError` is given before it is raised. The last one may be empty."""
    batch: list[_Numbered] = []
    try:
        for numbered in entries:
            batch.append(numbered)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except OSError:
        yield batch
        raise
    yield batch


def _judge(number: int, entry: Entry, count: _Count) -> None:
    count.imported += 1
    rejected = wire.parse(entry.body).rejected
    if rejected:
        count.unreadable += 1
        count.reasons.append(f"number {number}: {rejected[0].reason}")
        del count.reasons[_REASONS_TOLD:]


def _tell_count(name: str, count: _Count) -> None:
    shown = visible(name)
    for reason in count.reasons:
        tell(f"{shown}, {visible(reason)}")
    tell(f"{shown}: {count.imported} imported, {count.unreadable} of them unreadable (kept as they are).")
    if count.own:
        tell(f"{shown}: with them {count.own} of callmon's own: hang-ups, checks, when feeds listened.")
    if count.known:
        tell(f"{shown}: {count.known} left out, because they are in the journal already.")
    if count.skipped:
        lines = "1 line" if count.skipped == 1 else f"{count.skipped} lines"
        tell(f"{shown}: {lines} without a notification skipped.")
    if count.imported and count.stamped:
        tell(f"{shown}: those without a time of their own count as received now; --time-field or --at say otherwise.")
