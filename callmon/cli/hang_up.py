"""``callmon hangup``: hang a call up from a script or by hand."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass

import click

from callmon.cli.call_text import headline
from callmon.cli.configured import configured
from callmon.cli.controls import NoControl, control_of, root_of
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.finding import find_call
from callmon.cli.hang_up_order import Order
from callmon.cli.hang_up_result import Outcome, Result, result_document, result_lines
from callmon.cli.journals import open_journal
from callmon.cli.numbers import Real
from callmon.cli.output import say, say_json, tell
from callmon.cli.pages import Flags, Page
from callmon.core import describe
from callmon.core.calls import Call
from callmon.core.text import is_id, visible
from callmon.hangup import CONFIRM_WITHIN_S, HangUp, operator_name, target_of, utc_now
from callmon.monitor import now_in
from callmon.ports import Target
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon hangup 3f1c8a2e": "asks, then hangs up",
    "callmon hangup 3f1c8a2e --dry-run": "shows what would be sent",
    "callmon hangup 3f1c8a2e --yes --wait 30 --json": "for a script",
}
_LONGEST_WAIT_S = 3600


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for on the command line."""

    typed: str
    yes: bool
    dry_run: bool
    wait_s: float
    reason: str


@click.command("hangup", cls=Page, examples=_EXAMPLES)
@click.argument("call_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show the request and send nothing.")
@click.option(
    "--wait",
    "wait_s",
    type=Real(0, _LONGEST_WAIT_S),
    default=CONFIRM_WITHIN_S,
    show_default=f"{CONFIRM_WITHIN_S:g}",
    metavar="SECONDS",
    help="How long to wait for the end to be reported before Graph is asked.",
)
@click.option("--reason", metavar="TEXT", default="", help="Why, for the journal.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
@click.pass_obj
def command(
    flags: Flags, call_id: str, *, yes: bool, dry_run: bool, wait_s: float, reason: str, as_json: bool
) -> ExitCode:
    """Hang a call up: one DELETE to Graph, then wait for the end.

    ID is the call's id, or the start of it if the journal knows only one call that starts so. Every attempt is
    written into the journal before it leaves, and its outcome after.
    """
    wish = _Wish(call_id.strip(), yes, dry_run, wait_s, reason)
    if not is_id(wish.typed):
        raise Failure(
            f"“{visible(wish.typed)}” does not have the form of a call id, so nothing was sent. Check the id.",
            code=ExitCode.USAGE,
        )
    settings = configured(Settings, flags)
    result = _hang_up(settings, wish)
    if as_json:
        say_json(result_document(result, settings.lang))
    elif result.outcome.code in {ExitCode.DONE, ExitCode.NOT_CONFIRMED}:
        say("\n".join(result_lines(result, settings.lang)))
    else:
        tell("\n".join(result_lines(result, settings.lang)))
    return result.outcome.code


def _hang_up(settings: Settings, wish: _Wish) -> Result:
    if settings.read_only:
        return Result(wish.typed, Outcome.REFUSED, "callmon is read-only here, so nothing was sent.")
    with open_journal(settings) as journal:
        snapshot = now_in(journal)
        call = find_call(snapshot.board, wish.typed)
        if call is not None and call.ended:
            sentence = "The call has ended already; nothing was sent."
            return Result(call.spelled, Outcome.ALREADY_ENDED, sentence, call=call)
        spelled = call.spelled if call is not None else wish.typed
        if call is None:
            tell(f"The journal does not know the call {spelled}; the id is taken as it was typed.")
        if wish.dry_run:
            request = ("DELETE", f"{root_of(settings)}/v1.0/communications/calls/{spelled}")
            return Result(spelled, Outcome.DRY_RUN, "Nothing was sent. This would be:", call=call, request=request)
        control = control_of(settings)
        if isinstance(control, NoControl):
            return Result(spelled, Outcome.NOT_SIGNED_IN, control.sentence, call=call)
        with closing(control):
            refused = "" if wish.yes else _not_agreed(spelled, call)
            if refused:
                return Result(spelled, Outcome.REFUSED, refused, call=call)
            hangup = HangUp(journal, control, settings.operator or operator_name())
            target = Target(spelled) if call is None else target_of(call)
            return Order(journal, hangup, snapshot, target).send(wish.reason, wish.wait_s)


def _not_agreed(spelled: str, call: Call | None) -> str:
    """Ask the person at the terminal. Empty if they agree, else why nothing is sent."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "There is no terminal to ask at, so nothing was sent. Say --yes to hang up without being asked."
    click.echo("\n".join(_question(spelled, call)), err=True)
    click.echo("Type y and Enter to hang up, anything else to leave the call alone: ", err=True, nl=False)
    agreed = sys.stdin.readline().strip().lower() in {"y", "yes"}
    return "" if agreed else "Not confirmed, so nothing was sent."


def _question(spelled: str, call: Call | None) -> list[str]:
    if call is None:
        return [f"Hang up {spelled}?", "  The journal does not know this call, so what a hang-up does is not known."]
    return [
        f"Hang up {spelled}?",
        f"  {headline(call)}",
        f"  Lasted {describe.lasted(call, utc_now())}",
        f"  {describe.hangup_effect(call)}",
        f"  {describe.hangup_expects()}",
    ]
