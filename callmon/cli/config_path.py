"""``callmon config path``: where the settings file is."""

from __future__ import annotations

import os

import click

from callmon.cli.output import say, tell
from callmon.cli.pages import Page
from callmon.settings.file import CONFIG_VARIABLE, config_path

_EXAMPLES = {'"${EDITOR:-vi}" "$(callmon config path)"': "edit it"}


@click.command("path", cls=Page, examples=_EXAMPLES)
def command() -> None:
    """Print the path of the settings file, whether it exists or not."""
    path = config_path()
    say(str(path))
    if path.exists():
        return
    if os.environ.get(CONFIG_VARIABLE):
        tell(f"There is no such file yet. {CONFIG_VARIABLE} names it, so callmon does not start before it is there.")
    else:
        tell("There is no such file yet; what is not set anywhere has its default.")
