"""``callmon export``: entries out of the journal."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from callmon.cli.completing import known_calls
from callmon.cli.configured import configured
from callmon.cli.filters import understood
from callmon.cli.finding import find_call, no_such_call
from callmon.cli.interchange import exported
from callmon.cli.journals import looked_into
from callmon.cli.known_entries import moment_of
from callmon.cli.output import json_text, tell
from callmon.cli.pages import Flags, Page
from callmon.cli.stdout_lines import write_line
from callmon.core import redaction_records, wire
from callmon.core.custom import CustomColumn, names_of
from callmon.core.query import Query, Which, matches
from callmon.core.records import FeedChanged, decode
from callmon.core.redaction import Redactor
from callmon.core.text import same_id
from callmon.monitor import entries_in, now_in
from callmon.ports import START, Entry, EntryKind, Journal, Position, Stored
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon export > calls.jsonl": "everything; callmon import and replay take it",
    "callmon export --call 3f1c8a2e --redact": "what is about one call, to be passed on",
    "callmon export --filter 'is:failed category:network'": "of the calls of which this holds",
}
_KEY = 32


@click.command("export", cls=Page, examples=_EXAMPLES)
@click.option(
    "--call",
    "call_id",
    metavar="ID",
    shell_complete=known_calls,
    help="Only what is about this call; the start of its id is enough.",
)
@click.option("--filter", "text", metavar="TEXT", default="", help="Only what is about calls that match, as for list.")
@click.option("--redact", is_flag=True, help="Without names, numbers, addresses, ids of people and secrets.")
@click.pass_obj
def command(flags: Flags, call_id: str | None, *, text: str, redact: bool) -> None:
    """Print what is in the journal as JSON lines: at, origin, headers, body (or body_base64).

    Lines with a kind are callmon's own: hang-ups, checks, and when feeds listened; imported elsewhere or replayed, they
    give the same board. A notification that is about several calls is printed whole.

    With --redact the same text becomes the same pseudonym
    within one export, and another in the next; call ids, states, codes and times stay. The sentences that Graph gives
    for an end are kept as far as they name nobody who is named elsewhere: look at them before you pass them on.
    """
    settings = configured(Settings, flags)
    query = understood(Query(Which.ALL, text, settings.lang, custom=names_of(settings.custom)))
    with looked_into(settings) as journal:
        if journal is None:
            if call_id is not None:
                raise no_such_call(call_id)
            return
        wanted = _wanted(journal, call_id, query, settings.custom)
        if redact:
            _tell(*_redacted(journal, wanted))
        else:
            _tell(_print(stored.entry for stored in _entries(journal, wanted)))


@dataclass(slots=True)
class _Count:
    """What was printed."""

    notifications: int = 0
    own: int = 0
    """Entries of callmon's own."""
    told: bool = True
    """Whether somebody read it to the end."""


def _wanted(
    journal: Journal, call_id: str | None, query: Query, custom: Sequence[CustomColumn]
) -> frozenset[str] | None:
    """The comparable ids of the calls that are asked for; None for everything, whatever it is about."""
    if call_id is None and not query.text.strip():
        return None
    board = now_in(journal, custom).board
    calls = list(board)
    if call_id is not None:
        call = find_call(board, call_id)
        if call is None:
            raise no_such_call(call_id)
        calls = [call]
    return frozenset(call.id for call in calls if matches(call, query))


def _entries(journal: Journal, wanted: frozenset[str] | None, last: Position | None = None) -> Iterator[Stored]:
    """Those about the calls that are wanted, and what was said of feeds, up to a position or the end."""
    if wanted == frozenset() or last == START:
        return
    for stored in entries_in(journal):
        if wanted is None or _is_about(stored.entry, wanted):
            yield stored
        if stored.position == last:
            return


def _is_about(entry: Entry, wanted: frozenset[str]) -> bool:
    if entry.kind is EntryKind.NOTIFICATION:
        return any(report.call_id in wanted for report in wire.parse(entry.body).reports)
    record = decode(entry.kind, entry.body)
    return record is not None and (isinstance(record, FeedChanged) or same_id(record.call_id) in wanted)


def _print(entries: Iterator[Entry]) -> _Count:
    """Print what is left of them. Raises `callmon.cli.stdout_lines.OutputLost`."""
    count, before = _Count(), Counter[bytes]()
    try:
        for entry in entries:
            moment = moment_of(entry)
            write_line(json_text(exported(entry, before[moment]), indent=None))
            before[moment] += 1
            count.notifications += entry.kind is EntryKind.NOTIFICATION
            count.own += entry.kind is not EntryKind.NOTIFICATION
    except BrokenPipeError:
        count.told = False
    return count


def _redacted(journal: Journal, wanted: frozenset[str] | None) -> tuple[_Count, int]:
    """Print them redacted; with how many were left out.

    They are read twice: a name may stand in a sentence before it is told whose it is.
    """
    redactor = Redactor(secrets.token_bytes(_KEY))
    last, left_out = START, 0
    for stored in _entries(journal, wanted):
        _without_people(stored.entry, redactor)
        last = stored.position

    def shown() -> Iterator[Entry]:
        nonlocal left_out
        for stored in _entries(journal, wanted, last):
            told = _without_people(stored.entry, redactor)
            left_out += told is None
            if told is not None:
                yield told

    count = _print(shown())
    return count, left_out


def _without_people(entry: Entry, redactor: Redactor) -> Entry | None:
    if entry.kind is EntryKind.NOTIFICATION:
        body = redactor.body(entry.body)
    else:
        body = redaction_records.record(redactor, entry.kind, entry.body)
    if body is None:
        return None
    return entry._replace(
        body=body,
        headers=redactor.headers(entry.headers),
        origin=redaction_records.origin(redactor, entry.kind, entry.origin),
        run=redaction_records.run(redactor, entry.run),
    )


def _tell(count: _Count, left_out: int = 0) -> None:
    if not count.told:
        return
    tell(f"{count.notifications} notifications exported.")
    if count.own:
        tell(f"With them {count.own} of callmon's own: hang-ups, checks, when feeds listened.")
    if left_out:
        tell(f"{left_out} left out: they are not JSON, so the names in them cannot be found.")
