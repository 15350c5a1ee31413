"""The command ``callmon`` itself: its table of commands, and how a run ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from callmon.cli.exits import ExitCode
from callmon.cli.output import show, tell
from callmon.cli.pages import Flags, Lazy, LazyGroup

_COMMANDS = {
    "demo": Lazy("callmon.cli.demo", "The console on a simulated Graph; nothing to configure."),
    "listen": Lazy("callmon.cli.listen", "Collect notifications without a screen."),
    "list": Lazy("callmon.cli.list_calls", "List the calls that are active now."),
    "show": Lazy("callmon.cli.show", "Show one call: facts, timeline, end reason."),
    "tail": Lazy("callmon.cli.tail", "Print one line for each change of a call, as it happens."),
    "hangup": Lazy("callmon.cli.hang_up", "Hang calls up."),
    "audit": Lazy("callmon.cli.audit", "Say who hung up what, and whether that record is whole."),
    "explain": Lazy("callmon.cli.explain", "Say what an end reason means."),
    "import": Lazy("callmon.cli.import_files", "Put recorded notifications into the journal."),
    "export": Lazy("callmon.cli.export", "Print the notifications in the journal as JSON lines."),
    "replay": Lazy("callmon.cli.replay", "Play a recording back on the same screen."),
    "serve": Lazy("callmon.cli.serve", "Show the console in a browser (needs callmon[web])."),
    "simulate": Lazy("callmon.cli.simulate", "Run the simulated Graph alone."),
    "doctor": Lazy("callmon.cli.doctor", "Say whether everything is in place, and what to do if not."),
    "config": Lazy("callmon.cli.config", "Show and check the settings."),
    "completion": Lazy("callmon.cli.completion", "Print what a shell needs in order to complete callmon."),
}
_EXAMPLES = {
    "callmon demo": "try it without a bot",
    "callmon": "the console; POST notifications to http://127.0.0.1:8765/api/calls",
    "callmon list --json": "the active calls, for a script",
    "callmon show 3f1c8a2e": "one call; the start of its id is enough",
    "callmon hangup 3f1c8a2e --dry-run": "what a hang-up would send",
    "callmon explain 500 560500": "what an end reason means",
}


@click.group(
    cls=LazyGroup, name="callmon", lazy=_COMMANDS, examples=_EXAMPLES, opens_screen=True, invoke_without_command=True
)
@click.pass_context
def callmon(context: click.Context) -> None:
    """Watch the calls of a Microsoft Graph calling bot, hang them up, and see why they ended.

    Without a command it opens the console. Settings come from flags, else from the environment (CALLMON_...), else
    from callmon/config.toml in the configuration directory (or CALLMON_CONFIG).

    To hang up, set CALLMON_TENANT_ID, CALLMON_CLIENT_ID and CALLMON_CLIENT_SECRET, or CALLMON_CLIENT_CERTIFICATE,
    CALLMON_MANAGED_IDENTITY or CALLMON_FEDERATED_TOKEN_FILE (and CALLMON_CLOUD: global, usgov, dod), or
    CALLMON_GRAPH_URL and CALLMON_ACCESS_TOKEN for a local Graph. CALLMON_OPERATOR is the name in the journal.
    """
    if context.invoked_subcommand is None:
        context.exit(import_module("callmon.cli.console").run(context.ensure_object(dict)))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run with these arguments (else those of the process); returns the exit code. Errors are printed already."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale that cannot write a name must not end the program
            stream.reconfigure(errors="backslashreplace")
    flags: Flags = {}
    try:
        return int(callmon.main(arguments, prog_name="callmon", obj=flags, standalone_mode=False) or ExitCode.DONE)
    except click.ClickException as error:
        show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the edge: whoever runs the program gets a sentence and a report
        from callmon.cli.crash import crash_sentence  # noqa: PLC0415  # only a crash needs it

        tell(crash_sentence(error, flags))
        return ExitCode.FAILED
