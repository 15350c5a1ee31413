"""``callmon audit``: who hung up what, and whether anybody has changed what the journal says about it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

import click

from callmon.cli.audit_text import attempt_document, attempt_lines, sound, verdict_document, verdict_lines
from callmon.cli.completing import known_calls
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.finding import find_call
from callmon.cli.journals import looked_into
from callmon.cli.moments import moment
from callmon.cli.output import say, say_json, tell
from callmon.cli.pages import Flags, Page
from callmon.core.attempts import Attempt, Told, joined
from callmon.core.audit import SEALED, Kept, Link, verify
from callmon.core.origins import is_imported
from callmon.core.records import HangUpAnswered, HangUpAsked, decode
from callmon.core.text import same_id, visible
from callmon.monitor import absorb
from callmon.ports import Journal, Stored
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot

_EXAMPLES = {
    "callmon audit --since 7d": "one line for each attempt to hang a call up",
    "callmon audit --call 3f1c8a2e --json": "those of one call, for a script",
    "callmon audit --verify": "whether the trail is whole, and its last seal to note down",
    "callmon audit --verify --expect SEAL": "whether a seal noted earlier is still in it",
}
_SEAL = re.compile(r"[0-9a-f]{64}")


class _Trail(NamedTuple):
    """The audit trail of a journal, and everything else that it tells."""

    entries: list[Stored]
    snapshot: Snapshot
    kept: Kept | None = None


@click.command("audit", cls=Page, examples=_EXAMPLES)
@click.option(
    "--call",
    "call_id",
    metavar="ID",
    shell_complete=known_calls,
    help="Only the attempts on this call; the start of its id will do.",
)
@click.option(
    "--since", callback=moment, metavar="TIME", help="Only attempts since then: 2h, 7d, or 2026-03-02T09:30 (UTC)."
)
@click.option("--verify", "verifying", is_flag=True, help="Walk the chain of seals instead.")
@click.option("--expect", "expected", metavar="SEAL", default="", help="With --verify: a seal that must be in it.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array; with --verify, an object.")
@click.pass_obj
def command(
    flags: Flags, *, call_id: str | None, since: datetime | None, verifying: bool, expected: str, as_json: bool
) -> ExitCode:
    """Say who hung up what, when, why, and what came back.

    Each entry of the trail carries a seal: a digest of the seal before it and of everything it says. --verify walks
    that chain, compares it with the count and last seal that the journal keeps, and ends with 0 if it is whole, with 1
    if not. Who can write the journal can also rewrite these and seal a false trail anew; a last seal noted elsewhere
    shows that, given as --expect.
    """
    expected = expected.strip().lower()
    if (expected and not verifying) or (verifying and (call_id or since)):
        raise Failure("--expect goes with --verify; --call and --since go without it.", code=ExitCode.USAGE)
    if expected and not _SEAL.fullmatch(expected):
        raise Failure("A seal has 64 hexadecimal digits; check how it was copied.", code=ExitCode.USAGE)
    settings = configured(Settings, flags)
    with looked_into(settings) as journal:
        trail = _read(journal) if journal is not None else _Trail([], Snapshot())
    return _verified(trail, expected, as_json) if verifying else _told(trail, call_id, since, as_json)


def _read(journal: Journal) -> _Trail:
    kept = journal.trail()  # first: entries that come while the rest is read are none that are missing
    snapshot, entries = Snapshot(), []
    while batch := journal.read(snapshot.position):
        snapshot = absorb(snapshot, batch).snapshot
        entries += [stored for stored in batch if stored.seal or stored.entry.kind in SEALED]
    return _Trail(entries, snapshot, kept)


def _verified(trail: _Trail, expected: str, as_json: bool) -> ExitCode:
    links = [
        Link(entry.kind, entry.at, entry.origin, entry.bot, entry.body, mark)
        for entry, mark in ((stored.entry, stored.seal) for stored in trail.entries)
    ]
    verdict = verify(links, expected, trail.kept)
    whole = sound(verdict, expected)
    if as_json:
        say_json(verdict_document(verdict, expected))
    else:
        (say if whole else tell)("\n".join(verdict_lines(verdict, expected)))
    return ExitCode.DONE if whole else ExitCode.FAILED


def _told(trail: _Trail, call_id: str | None, since: datetime | None, as_json: bool) -> ExitCode:
    board = trail.snapshot.board
    attempts = [one for one in _attempts(trail) if since is None or (one.at is not None and one.at >= since)]
    if call_id is not None:
        meant = _meant(trail, call_id)
        attempts = [one for one in attempts if same_id(one.call_id) == meant]
    if as_json:
        say_json([attempt_document(one, board) for one in attempts])
    elif attempts:
        say("\n".join(attempt_lines(attempts, board)))
    else:
        tell("No attempt to hang a call up is recorded here.")
    return ExitCode.DONE


def _attempts(trail: _Trail) -> list[Attempt]:
    records = [(stored.entry, decode(stored.entry.kind, stored.entry.body)) for stored in trail.entries]
    return joined(
        Told(entry.at, entry.bot, record, is_imported(entry.origin))
        for entry, record in records
        if isinstance(record, HangUpAsked | HangUpAnswered)
    )


def _meant(trail: _Trail, text: str) -> str:
    """The comparable id of the call that is meant: one of the board, or one that only the trail knows."""
    call = find_call(trail.snapshot.board, text)
    if call is not None:
        return call.id
    wanted = same_id(text.strip())
    if any(same_id(one.call_id) == wanted for one in _attempts(trail)):
        return wanted
    raise Failure(f"The journal knows no call {visible(text)}.", code=ExitCode.NO_SUCH_CALL)
