"""``callmon import``: recorded notifications into the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

import click

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode
from callmon.cli.interchange import imported
from callmon.cli.journals import open_journal
from callmon.cli.known_entries import KnownEntries
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.recordings import opened
from callmon.cli.splitting import pieces
from callmon.core import wire
from callmon.core.text import visible
from callmon.hangup import utc_now
from callmon.ports import Entry, EntryKind, Journal
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon import calls.jsonl": "one notification a line, or what callmon export wrote",
    "callmon import bot.log.gz": "packed with gzip",
    "journalctl -u bot -o cat | callmon import -": "from a pipe",
}
_BATCH = 500
_REASONS_TOLD = 5

_Numbered = tuple[int, Entry]
"""An entry and which of the file it is, counted from 1."""


@dataclass(slots=True)
class _Count:
    """What was found in one file."""

    imported: int = 0
    unreadable: int = 0
    known: int = 0
    """Lines of an export that were in the journal already."""
    reasons: list[str] = field(default_factory=list)


@click.command("import", cls=Page, examples=_EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_obj
def command(flags: Flags, files: Sequence[str]) -> ExitCode:
    """Put recorded notifications into the journal.

    A FILE holds one notification a line (JSON lines), or whole JSON documents or lists of them; - is standard input.
    It may be packed with gzip.    They count as received now. What cannot be read is kept and counted.

    What callmon export wrote keeps its times, origins and headers. Of it, what is in the journal already (same time,
    same body) is left out, so importing it again doubles nothing; to know that, the whole journal is read once, and
    some 100 bytes of memory are needed for each notification in it.
    """
    settings = configured(Settings, flags)
    code = ExitCode.DONE
    with open_journal(settings) as journal:
        known = KnownEntries(journal)
        for name in files:
            count = _Count()
            try:
                with opened(name) as stream:
                    _import(journal, _entries(stream, name, known, count), count)
            except OSError as error:
                tell(f"{visible(name)} cannot be read ({error.strerror or error}). Check the path and who may read it.")
                code = ExitCode.FAILED
            _tell_count(name, count)
    return code


def _entries(stream: IO[bytes], name: str, known: KnownEntries, count: _Count) -> Iterator[_Numbered]:
    origin = f"import {visible(name)}"
    for number, piece in enumerate(pieces(stream), 1):
        entry = imported(piece)
        if entry is None:
            yield number, Entry(EntryKind.NOTIFICATION, utc_now(), origin, piece)
        elif known.is_new(entry):
            yield number, entry
        else:
            count.known += 1


def _import(journal: Journal, entries: Iterator[_Numbered], count: _Count) -> None:
    while batch := list(islice(entries, _BATCH)):
        journal.submit([entry for _, entry in batch]).result()
        for number, entry in batch:
            _judge(number, entry, count)


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
    if count.known:
        tell(f"{shown}: {count.known} left out, because they are in the journal already.")
