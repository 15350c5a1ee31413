"""``callmon export``: notifications out of the journal."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import click

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.finding import find_call
from callmon.cli.interchange import exported
from callmon.cli.journals import looked_into
from callmon.cli.output import json_text, tell
from callmon.cli.pages import Flags, Page
from callmon.cli.stdout_lines import write_line
from callmon.core import wire
from callmon.core.query import Query, Which, filter_error, matches
from callmon.core.redaction import Redactor
from callmon.core.text import visible
from callmon.monitor import now_in
from callmon.ports import START, Entry, EntryKind, Journal
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon export > calls.jsonl": "all notifications; callmon import takes them",
    "callmon export --call 3f1c8a2e --redact": "those of one call, to be passed on",
    "callmon export --filter 'is:failed category:network'": "those of the calls of which this holds",
}
_KEY = 32


@click.command("export", cls=Page, examples=_EXAMPLES)
@click.option("--call", "call_id", metavar="ID", help="Only notifications of this call; the start of its id is enough.")
@click.option("--filter", "text", metavar="TEXT", default="", help="Only those of calls that match, as for list.")
@click.option("--redact", is_flag=True, help="Without names, numbers, addresses, ids of people and secrets.")
@click.pass_obj
def command(flags: Flags, call_id: str | None, *, text: str, redact: bool) -> None:
    """Print the notifications in the journal as JSON lines: at, origin, headers, body (or body_base64).

    A notification that is about several calls is printed whole. With --redact the same text becomes the same pseudonym
    within one export, and another in the next; call ids, states, codes and times stay. The sentences that Graph gives
    for an end are kept as far as they name nobody who is named elsewhere: look at them before you pass them on.
    """
    settings = configured(Settings, flags)
    if problem := filter_error(Query(Which.ALL, text, settings.lang)):
        raise Failure(problem, code=ExitCode.USAGE)
    with looked_into(settings) as journal:
        if journal is None:
            if call_id is not None:
                raise _no_such_call(call_id)
            return
        wanted = _wanted(journal, call_id, text, settings.lang)
        _print(_notifications(journal, wanted), Redactor(secrets.token_bytes(_KEY)) if redact else None)


def _no_such_call(call_id: str) -> Failure:
    return Failure(
        f"The journal knows no call whose id is {visible(call_id)} or starts so. callmon list --all shows them.",
        code=ExitCode.NO_SUCH_CALL,
    )


def _wanted(journal: Journal, call_id: str | None, text: str, lang: str) -> frozenset[str] | None:
    """The comparable ids of the calls that are asked for; None for all notifications, whatever they are about."""
    if call_id is None and not text.strip():
        return None
    board = now_in(journal).board
    calls = list(board)
    if call_id is not None:
        call = find_call(board, call_id)
        if call is None:
            raise _no_such_call(call_id)
        calls = [call]
    return frozenset(call.id for call in calls if matches(call, Query(Which.ALL, text, lang)))


def _notifications(journal: Journal, wanted: frozenset[str] | None) -> Iterator[Entry]:
    position = START
    while batch := journal.read(position):
        position = batch[-1].position
        for stored in batch:
            entry = stored.entry
            if entry.kind is EntryKind.NOTIFICATION and (wanted is None or _is_about(entry, wanted)):
                yield entry


def _is_about(entry: Entry, wanted: frozenset[str]) -> bool:
    return any(report.call_id in wanted for report in wire.parse(entry.body).reports)


def _print(entries: Iterator[Entry], redactor: Redactor | None) -> None:
    written = left_out = 0
    try:
        for entry in entries:
            shown = entry if redactor is None else _redacted(entry, redactor)
            if shown is None:
                left_out += 1
            else:
                write_line(json_text(exported(shown), indent=None))
                written += 1
    except BrokenPipeError:
        return
    except OSError as error:
        raise Failure(f"The export cannot be written: {error.strerror or error}.") from error
    tell(f"{written} notifications exported.")
    if left_out:
        tell(f"{left_out} left out: they are not JSON, so the names in them cannot be found.")


def _redacted(entry: Entry, redactor: Redactor) -> Entry | None:
    """Of the origin, only how it came: the rest may name a file or a machine."""
    body = redactor.body(entry.body)
    if body is None:
        return None
    origin = entry.origin.split(" ", 1)[0]
    return replace(entry, body=body, headers=redactor.headers(entry.headers), origin=origin)
