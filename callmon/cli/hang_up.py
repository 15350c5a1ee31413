"""``callmon hangup``: hang calls up from a script or by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass

import click

from callmon.cli.completing import active_calls, bots
from callmon.cli.configured import configured
from callmon.cli.controls import controls_of
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.hang_up_order import Orders
from callmon.cli.hang_up_plan import Plan, ids, plan
from callmon.cli.hang_up_question import not_agreed
from callmon.cli.hang_up_result import Outcome, Result, result_document, result_lines, worst
from callmon.cli.journals import open_journal
from callmon.cli.numbers import Real
from callmon.cli.output import say, say_json, tell
from callmon.cli.pages import Flags, Page
from callmon.cli.signals import all_interrupt
from callmon.cli.stdout_lines import OutputLost
from callmon.core.checking import CONFIRM_WITHIN_S
from callmon.graph.bots import BotControls
from callmon.hangup import HangUp
from callmon.monitor import now_in
from callmon.ports import Journal, JournalError
from callmon.settings.model import Settings
from callmon.settings.sections.credentials import bot_name
from callmon.snapshot import Snapshot

_EXAMPLES = {
    "callmon hangup 3f1c8a2e": "asks, then hangs up",
    "callmon hangup 3f1c8a2e 7e57ca11 --dry-run": "shows what would be sent",
    "callmon hangup 3f1c8a2e --yes --wait 30 --json": "for a script",
}
_LONGEST_WAIT_S = 3600


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for on the command line."""

    typed: list[str]
    yes: bool
    dry_run: bool
    wait_s: float
    reason: str
    bot: str | None


def _bot_name(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    try:
        return bot_name(name) if name else name
    except ValueError as refusal:
        raise Failure(f"--bot: {refusal}", code=ExitCode.USAGE) from refusal


@click.command("hangup", cls=Page, examples=_EXAMPLES)
@click.argument("call_ids", metavar="ID...", nargs=-1, required=True, shell_complete=active_calls)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show the requests and send nothing.")
@click.option(
    "--wait",
    "wait_s",
    type=Real(0, _LONGEST_WAIT_S),
    default=CONFIRM_WITHIN_S,
    metavar="SECONDS",
    help=f"How long to wait for the end to be reported before Graph is asked; default {CONFIRM_WITHIN_S:g}.",
)
@click.option("--reason", metavar="TEXT", default="", help="Why, for the journal.")
@click.option(
    "--bot",
    metavar="NAME",
    shell_complete=bots,
    callback=_bot_name,
    help="Whose calls they are, if the journal does not know them; see [bots.NAME].",
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object; of several calls, an array.")
@click.pass_obj
def command(
    flags: Flags,
    call_ids: tuple[str, ...],
    *,
    yes: bool,
    dry_run: bool,
    wait_s: float,
    reason: str,
    bot: str | None,
    as_json: bool,
) -> ExitCode:
    """Hang calls up: one DELETE to Graph for each, then wait for their ends.

    ID is the call's id, or the start of it if the journal knows only one call that starts so. Every attempt is
    written into the journal before it leaves, and its outcome after.

    Of several calls at most four requests are under way at a time, and when Graph throttles one, all wait. The exit
    code is then that of the worst outcome, from worst to best: 1, 4, 5, 6, 3, 0. It tells the outcome also if that
    cannot be printed, as on a full disk; the outcome is on stderr then.
    """
    wish = _Wish(ids(call_ids), yes, dry_run, wait_s, reason, bot)
    settings = configured(Settings, flags)
    with all_interrupt():
        results = _hang_up(settings, wish)
    try:
        if as_json:
            documents = [result_document(result, settings.lang) for result in results]
            say_json(documents if len(call_ids) > 1 else documents[0])
        else:
            _tell(results, settings.lang)
    except OutputLost as lost:
        if dry_run:
            raise
        tell(lost.message)
        _tell(results, settings.lang, good=tell)
    return worst([result.outcome for result in results])


def _tell(results: list[Result], lang: str, good: Callable[[str], None] = say) -> None:
    for result in results:
        is_good = result.outcome.code in {ExitCode.DONE, ExitCode.NOT_CONFIRMED}
        (good if is_good else tell)("\n".join(result_lines(result, lang, named=len(results) > 1)))


def _hang_up(settings: Settings, wish: _Wish) -> list[Result]:
    if settings.read_only:
        sentence = "callmon is read-only here, so nothing was sent."
        return [Result(typed, Outcome.REFUSED, sentence) for typed in wish.typed]
    with ExitStack() as opened:
        try:
            journal = opened.enter_context(open_journal(settings))
            snapshot = now_in(journal)
        except JournalError as error:
            return [Result(typed, Outcome.FAILED, f"Nothing was sent. {error}") for typed in wish.typed]
        planned = plan(snapshot.board, wish.typed, wish.bot)
        controls = opened.enter_context(closing(controls_of(settings)))
        planned.leave(Outcome.REFUSED, lambda target, _call: controls.why_not(target) if target.rivals else "")
        planned.leave(Outcome.NOT_SIGNED_IN, lambda target, _call: controls.why_not(target))
        if wish.dry_run:
            return planned.in_order(_dry(controls, planned))
        hangup = HangUp(journal, controls, settings.operator)
        return planned.in_order(_sent(hangup, wish, planned, journal, snapshot))


def _dry(controls: BotControls, planned: Plan) -> list[Result]:
    sentence = "Nothing was sent. This would be:"
    return [
        Result(target.call_id, Outcome.DRY_RUN, sentence, call=call, request=("DELETE", controls.address(target)))
        for target, call in planned.meant
    ]


def _sent(hangup: HangUp, wish: _Wish, planned: Plan, journal: Journal, snapshot: Snapshot) -> list[Result]:
    """Send what is to be sent; what is not is left in the plan with the reason."""
    refused = "" if wish.yes or not planned.meant else not_agreed(planned.meant, planned.left)
    if refused:
        planned.leave(Outcome.REFUSED, lambda _target, _call: refused)
    targets = [target for target, _ in planned.meant]
    return Orders(journal, hangup, snapshot, targets).send(wish.reason, wish.wait_s) if targets else []
