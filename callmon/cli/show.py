"""``callmon show``: one call."""

from __future__ import annotations

import click

from callmon.cli.call_text import call_lines
from callmon.cli.completing import active_calls
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.finding import find_call, no_such_call
from callmon.cli.journals import looked_into, read_snapshot
from callmon.cli.output import say_json, say_legibly
from callmon.cli.pages import Flags, Page
from callmon.cli.watching import seen_now
from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.document import call_document, timeline_document
from callmon.core.ticket import ticket
from callmon.monitor import now_in
from callmon.settings.model import Settings
from callmon.snapshot import Snapshot

_EXAMPLES = {
    "callmon show 3f1c8a2e": "the call whose id starts so",
    "callmon show 3f1c8a2e --json | jq .end": "why it ended, for a script",
    "callmon show 3f1c8a2e --verify": "ask Graph first whether it still has the call",
    "callmon show 3f1c8a2e --ticket": "what to paste into a support ticket",
}


@click.command("show", cls=Page, examples=_EXAMPLES)
@click.argument("call_id", metavar="ID", shell_complete=active_calls)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--ticket", "as_ticket", is_flag=True, help="Text for a support ticket; not with --json.")
@click.option("--verify", is_flag=True, help="Ask Graph about it first; exit code 3 if it is gone.")
@click.pass_obj
def command(flags: Flags, call_id: str, *, as_json: bool, as_ticket: bool, verify: bool) -> ExitCode:
    """Show one call: facts, timeline, end reason.

    ID is the call's id or the start of it, as long as only one call starts so.
    """
    if as_json and as_ticket:
        raise Failure("Give one of --json and --ticket.", code=ExitCode.USAGE)
    settings = configured(Settings, flags)
    told, code = _verified(settings, call_id) if verify else (read_snapshot(settings), ExitCode.DONE)
    now = utc_now()
    snapshot = seen_now(told, settings, now)
    call = _the_call(snapshot, call_id)
    if as_json:
        say_json({**call_document(call, now, settings.lang), "timeline": timeline_document(call)})
    elif as_ticket:
        say_legibly(ticket(call, now, settings.lang, snapshot.gaps), ascii_signs=settings.ascii)
    else:
        say_legibly("\n".join(call_lines(call, now, settings.lang, snapshot.gaps)), ascii_signs=settings.ascii)
    return code


def _the_call(snapshot: Snapshot, call_id: str) -> Call:
    call = find_call(snapshot.board, call_id)
    if call is None:
        raise no_such_call(call_id)
    return call


def _verified(settings: Settings, call_id: str) -> tuple[Snapshot, ExitCode]:
    """Ask Graph about the call, also if it has ended as far as the journal tells."""
    from callmon.cli.verifying import verified  # noqa: PLC0415  # only who asks Graph waits for the way there

    with looked_into(settings) as journal:
        snapshot = Snapshot() if journal is None else now_in(journal, settings.custom)
        call = _the_call(snapshot, call_id)
        if journal is None:
            return snapshot, ExitCode.DONE
        done = verified(settings, journal, snapshot, [call], with_ended=True)
        gone = done.answers.get(call.id) is Answer.GONE
        return done.snapshot, ExitCode.NO_SUCH_CALL if gone else done.code
