"""``callmon config``: what is set, where it comes from, and whether it holds."""

from __future__ import annotations

import click

from callmon.cli.pages import Lazy, LazyGroup

_COMMANDS = {
    "show": Lazy("callmon.cli.config_show", "Print every setting as it holds; secrets are masked."),
    "check": Lazy("callmon.cli.config_check", "Say whether the settings hold."),
    "path": Lazy("callmon.cli.config_path", "Print the path of the settings file."),
    "schema": Lazy("callmon.cli.config_schema", "Print the JSON schema of the settings file."),
    "keys": Lazy("callmon.cli.config_keys", "List the console's actions with their ids and keys."),
}
_EXAMPLES = {
    "callmon config show --origin": "every setting, and what set it",
    "callmon config check": "exit code 0 if all of it holds",
    "callmon config schema > callmon.schema.json": "for the editor that writes the file",
    "callmon --profile prod config show": "what a profile makes of it",
}


@click.group("config", cls=LazyGroup, lazy=_COMMANDS, examples=_EXAMPLES)
def command() -> None:
    """Show and check the settings.

    The settings file is TOML, callmon/config.toml in the configuration directory ($XDG_CONFIG_HOME), or what
    CALLMON_CONFIG names. A table [profiles.NAME] in it holds where --profile NAME or CALLMON_PROFILE chooses it.
    """
