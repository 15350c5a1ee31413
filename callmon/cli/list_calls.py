"""``callmon list``: the calls of now."""

from __future__ import annotations

from functools import partial

import click

from callmon.cli.completing import columns, orders
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.filters import understood
from callmon.cli.journals import looked_into, read_snapshot
from callmon.cli.list_table import columns_named, table
from callmon.cli.output import legible, say, say_json, tell
from callmon.cli.pages import Flags, Page
from callmon.cli.watching import seen_now
from callmon.clocks import utc_now
from callmon.core.choices import SORTS
from callmon.core.custom import names_of
from callmon.core.document import call_document
from callmon.core.query import Query, Which, rows
from callmon.core.sorting import NEWEST_FIRST, Sort, sort_named
from callmon.monitor import now_in
from callmon.settings.model import Settings
from callmon.settings.values import quoted
from callmon.snapshot import Snapshot

_EXAMPLES = {
    "callmon list": "the active calls, the newest on top",
    "callmon list --all --json": "all calls, with the ended ones, for a script",
    "callmon list --sort -heard": "what was heard of last on top",
    "callmon list --verify": "ask Graph first whether they still exist",
    "callmon list --all --filter 'ana code:4xx !by:bot'": "only those of which all of this holds",
}


@click.command("list", cls=Page, examples=_EXAMPLES)
@click.option("--all", "with_ended", is_flag=True, help="Ended calls, too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.option("--filter", "text", metavar="TEXT", default="", help="Only calls that match: words, field:value, !not.")
@click.option(
    "--sort",
    "sort",
    metavar="COLUMN",
    shell_complete=orders,
    help="Sort by a column of the board, or newest; -COLUMN inverts.",
)
@click.option(
    "--columns",
    "named",
    metavar="NAMES",
    shell_complete=columns,
    help="Other columns: those of the board, with commas between them.",
)
@click.option("--verify", is_flag=True, help="Ask Graph about the active ones first; counts on stderr.")
@click.pass_obj
def command(
    flags: Flags, *, with_ended: bool, as_json: bool, text: str, sort: str | None, named: str | None, verify: bool
) -> ExitCode:
    """List the calls that are active now, as the journal tells.

    A ? before the state: it is not certain that the call is so. --verify settles it: one call a second, and none that
    was asked about within a minute, whose last answer counts (exit code 4 if Graph does not let us, 1 if it could not
    be settled for all).
    """
    settings = configured(Settings, flags)
    which = Which.ALL if with_ended else Which.ACTIVE
    names = names_of(settings.custom)
    order = _sort(sort or settings.sort, names)
    chosen = columns_named(named, settings)
    query = understood(Query(which, text, settings.lang, order, custom=names))
    snapshot, code = _read(settings, query, verify=verify)
    now = utc_now()
    board = seen_now(snapshot, settings, now).board
    shown = [(board.calls[row.id], row) for row in rows(board, query, now)]
    if as_json:
        say_json([call_document(call, now, settings.lang) for call, _ in shown])
    elif shown:
        say("\n".join(table(shown, chosen, partial(legible, ascii_signs=settings.ascii))))
    elif text:
        tell(
            "No call matches the filter." if with_ended else "No active call matches the filter; --all adds the ended."
        )
    else:
        tell("There are no calls in the journal." if with_ended else "There are no active calls.")
    return code


def _sort(named: str | None, custom: tuple[str, ...]) -> Sort:
    if named is None:
        return NEWEST_FIRST
    if (sort := sort_named(named, custom)) is None:
        raise Failure(
            f"--sort: {quoted(named)} is not an order. Write one of {', '.join((*SORTS, *custom))}.",
            code=ExitCode.USAGE,
        )
    return sort


def _read(settings: Settings, query: Query, *, verify: bool) -> tuple[Snapshot, ExitCode]:
    if not verify:
        return read_snapshot(settings), ExitCode.DONE
    from callmon.cli.verifying import verified  # noqa: PLC0415  # only who asks Graph waits for the way there

    with looked_into(settings) as journal:
        if journal is None:
            return Snapshot(), ExitCode.DONE
        snapshot = now_in(journal, settings.custom)
        board = seen_now(snapshot, settings, utc_now()).board
        calls = [board.calls[row.id] for row in rows(board, query, utc_now())]
        done = verified(settings, journal, snapshot, calls)
        return done.snapshot, done.code
