"""``callmon config show``: every setting as it holds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from callmon.cli.configured import loaded
from callmon.cli.output import say, say_json
from callmon.cli.pages import Flags, Page
from callmon.settings.bots import setting_of_bot
from callmon.settings.listing import each_setting
from callmon.settings.loading import Loaded
from callmon.settings.model import Settings
from callmon.settings.origins import BOTS
from callmon.settings.showing import key, plain, toml

_EXAMPLES = {
    "callmon config show": "as TOML",
    "callmon config show --origin": "and whether a flag, a variable, a profile, the file or nobody set it",
    "callmon config show --json": "value and origin, for a script",
}


@click.command("show", cls=Page, examples=_EXAMPLES)
@click.option("--origin", is_flag=True, help="Say after each setting what set it.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object: {name: {value, origin, where}}.")
@click.pass_obj
def command(flags: Flags, *, origin: bool, as_json: bool) -> None:
    """Print every setting as it holds, by its name in the settings file. Secrets are masked."""
    outcome = loaded(Settings, flags)
    if as_json:
        say_json(_document(outcome))
    else:
        say("\n".join(setting_lines(outcome, origin=origin)))


def _document(outcome: Loaded[Settings]) -> dict[str, object]:
    return {
        name: {
            "value": plain(value),
            "origin": str(origin.source),
            "where": origin.where or None,
        }
        for name, value, origin in each_setting(outcome)
    }


def setting_lines(outcome: Loaded[Settings], *, origin: bool) -> Iterator[str]:
    """Every setting as TOML, secrets masked; with `origin`, what set it as a comment."""
    for name, found, came in each_setting(outcome):
        value = plain(found)
        line = f"# {name} is not set" if value is None else f"{_in_toml(name)} = {toml(value)}"
        where = f": {came.where}" if came.where else ""
        yield f"{line}  # {came.source}{where}" if origin else line


def _in_toml(name: str) -> str:
    found = setting_of_bot(name)
    return name if found is None else f"{BOTS}.{key(found[0])}.{found[1]}"
