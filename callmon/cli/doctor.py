"""``callmon doctor``: whether everything is in place."""

from __future__ import annotations

from collections.abc import Iterator

import click

from callmon.cli.doctor_findings import Finding, Level, document, lines
from callmon.cli.exits import ExitCode
from callmon.cli.output import say_json, say_legibly
from callmon.cli.pages import Flags, Page
from callmon.settings.loading import Refused, load
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon doctor": "everything, also whether Graph takes the bots' tokens",
    "callmon doctor --offline": "only this machine",
    "callmon doctor --json | jq '.findings[] | select(.level != \"ok\")'": "for a script",
}


@click.command("doctor", cls=Page, examples=_EXAMPLES)
@click.option("--offline", is_flag=True, help="Ask nobody: no sign-in, no Graph.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object: {ok, findings: [{check, level, said, todo, …}]}.")
@click.pass_obj
def command(flags: Flags, *, offline: bool, as_json: bool) -> ExitCode:
    """Say what is wrong with settings, journal, port, terminal, followed files, clock and sign-ins, and what to do.

    It signs in as each bot, reads what the token permits, and asks Graph for a call that cannot be there. It hangs
    nothing up, listens to nothing, and prints no secret. Exit code 1 if there is a problem, else 0.
    """
    findings = list(_findings(flags, offline=offline))
    if as_json:
        say_json(document(findings))
    else:
        say_legibly("\n".join(lines(findings)))
    return ExitCode.FAILED if any(each.level is Level.PROBLEM for each in findings) else ExitCode.DONE


def _findings(flags: Flags, *, offline: bool) -> Iterator[Finding]:
    outcome = load(Settings, flags)
    if isinstance(outcome, Refused):
        yield from (Finding("settings", Level.PROBLEM, problem) for problem in outcome.problems)
        yield from (Finding("settings", Level.WARNING, warning) for warning in outcome.warnings)
        return
    # The help needs none of what these bring along.
    from callmon.cli.doctor_access import access  # noqa: PLC0415
    from callmon.cli.doctor_followed import followed_files  # noqa: PLC0415
    from callmon.cli.doctor_machine import machine  # noqa: PLC0415
    from callmon.cli.doctor_senders import senders  # noqa: PLC0415

    yield from machine(outcome)
    yield from followed_files(outcome.settings)
    yield senders(outcome.settings, offline=offline)
    yield from access(outcome.settings, offline=offline)
