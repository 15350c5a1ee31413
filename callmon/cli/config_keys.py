"""``callmon config keys``: the actions of the console, and on which keys they are."""

from __future__ import annotations

from itertools import islice

import click

from callmon.cli.configured import configured
from callmon.cli.output import say, say_json
from callmon.cli.pages import Flags, Page
from callmon.cli.table import aligned
from callmon.settings.model import Settings
from callmon.tui.keymap import read
from callmon.tui.keys import does, keys_in
from callmon.tui.scopes import SCOPES

_EXAMPLES = {
    "callmon config keys": "the ids for [keys] in the settings file",
    "callmon config keys --json": "the same for a script",
}


@click.command("keys", cls=Page, examples=_EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of {scope, id, keys, does}.")
@click.pass_obj
def command(flags: Flags, *, as_json: bool) -> None:
    """List the actions of the console with their ids, their keys, and what they do.

    In the settings file, a table [keys] gives an action other keys: hang-up = "ctrl+x,f9".
    """
    keymap = read(configured(Settings, flags).keys)
    rows = [
        {"scope": scope.name, "id": name, "keys": keys_in(keymap.get(name, binding.key)), "does": does(binding)}
        for scope in SCOPES
        for name, binding in scope.bindings.items()
    ]
    if as_json:
        say_json(rows)
        return
    lines = iter(aligned([(f"  {row['id']}", ",".join(row["keys"]), str(row["does"])) for row in rows]))
    for number, scope in enumerate(SCOPES):
        say(f"{'' if number == 0 else chr(10)}On {scope.name}")
        for line in islice(lines, len(scope.bindings)):
            say(line)
