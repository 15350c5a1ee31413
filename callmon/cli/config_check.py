"""``callmon config check``: whether the settings hold."""

from __future__ import annotations

import click

from callmon.cli.configured import loaded
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.keymaps import keymap
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.settings.file import FileProblem, config_path, read_file
from callmon.settings.loading import Refused, load
from callmon.settings.model import Settings
from callmon.settings.profiles import CHOSEN_BY, profiles_in

_EXAMPLES = {
    "callmon config check": "before a restart, or in CI",
    "CALLMON_CONFIG=new.toml callmon config check": "another file",
}


@click.command("check", cls=Page, examples=_EXAMPLES)
@click.pass_obj
def command(flags: Flags) -> ExitCode:
    """Say whether the settings hold, also with each profile, with one sentence for each that does not.

    Exit code 0 if they do, 1 if something in the file, or a variable that is nearly called as a setting is, is ignored
    because no setting is called so, 2 if callmon would refuse to start.
    """
    outcome = loaded(Settings, flags)
    keymap(outcome.settings.keys)
    _check_profiles(flags)
    if outcome.warnings:
        return ExitCode.FAILED
    path = config_path()
    tell(f"The settings hold ({path}{'' if path.exists() else ', which does not exist: nothing is set there'}).")
    return ExitCode.DONE


def _check_profiles(flags: Flags) -> None:
    """Raise `Failure` with what does not hold where one of the profiles is chosen."""
    file = read_file(config_path())
    problems: list[str] = []
    for name, _ in () if isinstance(file, FileProblem) else profiles_in(file):
        outcome = load(Settings, {**flags, CHOSEN_BY: name})
        if isinstance(outcome, Refused):
            problems += outcome.problems
            continue
        try:
            keymap(outcome.settings.keys)
        except Failure as failure:
            problems += failure.sentences
    if problems:
        raise Failure(*dict.fromkeys(problems), code=ExitCode.USAGE)
