"""``callmon completion``: what a shell needs in order to complete commands, options and call ids."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from callmon.cli.exits import ExitCode
from callmon.cli.output import say
from callmon.cli.pages import Page

_SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_CALLMON_COMPLETE"
_EXAMPLES = {
    "callmon completion bash > ~/.local/share/bash-completion/completions/callmon": "bash",
    "callmon completion zsh > ~/.zfunc/_callmon": "zsh, with ~/.zfunc in fpath",
    "callmon completion fish > ~/.config/fish/completions/callmon.fish": "fish",
}


@click.command("completion", cls=Page, examples=_EXAMPLES)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> ExitCode:
    """Print the script with which SHELL (bash, zsh or fish) completes commands, options, calls and names of yours."""
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  # click has all three
    made = kind(context.find_root().command, {}, "callmon", _VARIABLE)
    say(made.source_template % made.source_vars())
    return ExitCode.DONE
