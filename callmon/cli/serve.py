"""``callmon serve``: the console in a browser."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import MutableMapping
from importlib.util import find_spec

import click

from callmon.cli import garbage
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.graph.naming import UNNAMED
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon serve": "then open http://127.0.0.1:8766 on this machine",
    "callmon serve --allow-hang-up": "browsers may hang up, as you",
    "CALLMON_WEB_TOKEN=… callmon serve --web-listen 0.0.0.0:8766": "others may look, who know the token",
}
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_CTYPE": "en_US.UTF-8"}
"""What a browser can show."""


@click.command("serve", cls=Page, examples=_EXAMPLES)
@click.option("--web-listen", metavar="HOST:PORT", help="Where; default 127.0.0.1:8766.  [env: CALLMON_WEB_LISTEN]")
@click.option("--allow-hang-up", is_flag=True, help="Let browsers hang up; without it they only look.")
@click.pass_obj
def command(flags: Flags, *, web_listen: str | None, allow_hang_up: bool) -> ExitCode:
    """Show the console in a browser. Each browser gets a console of its own, which follows the journal.

    It serves this machine alone unless CALLMON_WEB_TOKEN is set; then the address must be opened once with
    ?token=, and a cookie remembers it. It speaks plain HTTP: put a reverse proxy with TLS in front for others.

    It collects nothing itself; callmon listen does. Browsers only look, unless --allow-hang-up is given: what they
    then hang up is in the journal under the name of whoever runs this.
    """
    settings = configured(Settings, {**flags, **({"web_listen": web_listen} if web_listen else {})})
    if find_spec("textual_serve") is None:
        raise Failure("This needs textual-serve. Install it with: pip install 'callmon[web]'.")
    from callmon.web.server import ConsoleServer  # noqa: PLC0415  # an extra that not everybody has

    _hand_down(os.environ, flags, read_only=settings.read_only or not allow_hang_up)
    token = settings.web_token.get_secret_value() if settings.web_token is not None else None
    where = settings.web_listen
    # Without `exec` a shell would stand between, which could be ended in place of the console.
    console = f"exec {shlex.join([sys.executable, '-m', 'callmon'])}"

    def ready() -> None:
        garbage.while_running()
        tell(f"The console is served on http://{where}/{'' if token is None else '?token=…'} (Ctrl+C ends it).")

    server = ConsoleServer(console, where.host, where.port, token, ready)
    try:
        server.serve()
    except OSError as error:
        raise Failure(f"Nothing can be served on {where} ({error.strerror or error}). Choose another port.") from error
    return ExitCode.DONE


def _hand_down(environ: MutableMapping[str, str], flags: Flags, *, read_only: bool) -> None:
    """Let the consoles that are started have the same settings, but collect nothing, and know what they paint on."""
    for name, value in flags.items():
        if name != "follow":
            environ[UNNAMED[name]] = str(value)
    environ[UNNAMED["collect"]] = "false"
    environ[UNNAMED["read_only"]] = str(read_only).lower()
    # They serve nobody. Without the token, which is not theirs to know, an address that others reach would be refused.
    environ.pop(UNNAMED["web_token"], None)
    environ[UNNAMED["web_listen"]] = str(Settings.model_fields["web_listen"].default)
    environ.pop("LC_ALL", None)
    environ.update(_TERMINAL)
