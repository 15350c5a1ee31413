"""``callmon config check``: whether the settings hold."""

from __future__ import annotations

import click

from callmon.cli.configured import loaded
from callmon.cli.exits import ExitCode
from callmon.cli.keymaps import keymap
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.settings.file import config_path
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon config check": "before a restart, or in CI",
    "CALLMON_CONFIG=new.toml callmon config check": "another file",
}


@click.command("check", cls=Page, examples=_EXAMPLES)
@click.pass_obj
def command(flags: Flags) -> ExitCode:
    """Say whether the settings hold, with one sentence for each that does not.

    Exit code 0 if they do, 1 if something in the file is ignored because no setting is called so, 2 if callmon would
    refuse to start.
    """
    outcome = loaded(Settings, flags)
    keymap(outcome.settings.keys)
    if outcome.warnings:
        return ExitCode.FAILED
    path = config_path()
    tell(f"The settings hold ({path}{'' if path.exists() else ', which does not exist: nothing is set there'}).")
    return ExitCode.DONE
