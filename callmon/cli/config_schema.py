"""``callmon config schema``: the JSON schema of the settings file."""

from __future__ import annotations

import click

from callmon.cli.output import say_json
from callmon.cli.pages import Page
from callmon.settings.schema import schema

_EXAMPLES = {
    "callmon config schema > ~/.config/callmon/schema.json": "then begin config.toml with “#:schema ./schema.json”",
}


@click.command("schema", cls=Page, examples=_EXAMPLES)
def command() -> None:
    """Print the JSON schema of the settings file (2020-12), for editors that complete and check TOML by a schema."""
    say_json(schema())
