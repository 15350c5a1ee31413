"""How commands are made: the options that all of them take, their help, and groups that import a command when used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from callmon import __version__
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.output import say
from callmon.core.choices import THEMES
from callmon.ports import JournalError

if TYPE_CHECKING:  # as below
    from click.shell_completion import CompletionItem

Flags = dict[str, Any]
"""What was given on the command line of the options that all commands take, by the names of the settings."""


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Before the command or after it: what is said last holds."""
    flags = context.ensure_object(dict)
    if value not in (None, False, ()):
        flags[parameter.name] = value


def _show_version(context: click.Context, _parameter: click.Parameter, value: object) -> None:
    if value and not context.resilient_parsing:
        say(f"callmon {__version__}")
        context.exit()


def _show_help(context: click.Context, _parameter: click.Parameter, value: object) -> None:
    if value and not context.resilient_parsing:
        say(context.get_help())
        context.exit()


def _profiles(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    from callmon.cli.completing import profiles  # noqa: PLC0415  # only who completes waits for it

    return profiles(context, parameter, start)


def _remembered(name: str, told: str, **more: Any) -> click.Option:
    """An option that is remembered for whatever command comes; `told` is its help."""
    return click.Option([name], help=told, expose_value=False, callback=_remember, **more)


def _screen_options() -> list[click.Parameter]:
    """The options of commands that open the console."""
    return [
        _remembered(
            "--theme",
            f"The colours: {', '.join(THEMES)} (its own sixteen).  [env: CALLMON_THEME]",
            type=click.Choice(THEMES, case_sensitive=False),
            metavar="NAME",
        ),
        _remembered(
            "--slow-link",
            "Paint less, for a slow line: durations every ten seconds, fewer colours.  [env: CALLMON_SLOW_LINK]",
            is_flag=True,
        ),
    ]


def _global_options() -> list[click.Option]:
    return [
        _remembered(
            "--journal",
            "The journal: a path, sqlite:///ABSOLUTE/PATH, or redis://HOST:PORT/DB.  [env: CALLMON_JOURNAL]",
            metavar="URL",
        ),
        _remembered(
            "--listen",
            "Where to take notifications (POST /api/calls); default 127.0.0.1:8765.  [env: CALLMON_LISTEN]",
            metavar="HOST:PORT",
        ),
        _remembered(
            "--follow",
            "Take the lines of a file as notifications, also as it grows and is rotated; - is standard input. "
            "NAME is the bot's. May be given more than once.  [env: CALLMON_FOLLOW]",
            metavar="[NAME=]FILE",
            multiple=True,
        ),
        _remembered("--read-only", "No hang-up at all.  [env: CALLMON_READ_ONLY]", is_flag=True),
        _remembered(
            "--operator",
            "Who hangs up, for the journal; default login name and host.  [env: CALLMON_OPERATOR]",
            metavar="NAME",
        ),
        _remembered(
            "--lang",
            "The language of end reasons; default from the locale.  [env: CALLMON_LANG]",
            type=click.Choice(["en", "zh-CN"], case_sensitive=False),
            metavar="en|zh-CN",
        ),
        _remembered("--ascii", "Signs, borders and arrows in ASCII.  [env: CALLMON_ASCII]", is_flag=True),
        _remembered(
            "--log-file",
            "Write a log, without secrets, to this file; it rotates.  [env: CALLMON_LOG_FILE]",
            metavar="FILE",
        ),
        _remembered(
            "--profile",
            "Which [profiles.NAME] of the settings file holds.  [env: CALLMON_PROFILE]",
            metavar="NAME",
            shell_complete=_profiles,
        ),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="Show the version and exit.",
        ),
    ]


_HEARING = frozenset({"journal", "listen", "follow"})
"""The options that do not go with a command which brings its own calls along."""


class Page(click.Command):
    """A command that takes the global options too, ends with the exit code it returns, and shows examples first."""

    def __init__(
        self,
        *args: Any,
        examples: Mapping[str, str],
        opens_screen: bool = False,
        hears_nobody: str = "",
        **kwargs: Any,
    ) -> None:
        """`examples` are command lines and what they do.

        `hears_nobody` begins the sentence that is told to whoever gives an option about journal or feeds, if they do
        not go with it; its help does not speak of them then.
        """
        super().__init__(*args, **kwargs)
        self.examples = examples
        self._hears_nobody = hears_nobody
        self.params += _screen_options() if opens_screen else []
        self._own = len(self.params)
        shared = _global_options()
        for option in shared:
            option.hidden = bool(hears_nobody) and option.name in _HEARING
        self.params += shared

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. A journal that cannot be used ends it with a sentence."""
        if self._hears_nobody and _HEARING & ctx.ensure_object(dict).keys():
            told = f"{self._hears_nobody}, so --journal, --listen and --follow do not go with it."
            raise Failure(told, code=ExitCode.USAGE)
        try:
            code = super().invoke(ctx)
        except JournalError as error:
            raise Failure(str(error)) from error
        ctx.exit(int(code or ExitCode.DONE))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Click's own, but what is printed goes the way of all that is printed."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, examples, what it does, options, exit codes."""
        self.format_usage(ctx, formatter)
        with formatter.section("Examples"):
            formatter.write_dl(list(self.examples.items()))
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), code.meaning) for code in ExitCode])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options, then those that every command takes."""
        shared = self.params[self._own :]
        own = [each for each in self.get_params(ctx) if isinstance(each, click.Option) and each not in shared]
        _section(ctx, formatter, "Options", own)
        _section(ctx, formatter, "Global options (before or after the command)", shared)


def _section(
    context: click.Context, formatter: click.HelpFormatter, title: str, parameters: Sequence[click.Parameter]
) -> None:
    records = [record for each in parameters if (record := each.get_help_record(context)) is not None]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is not imported before it is used."""

    module: str
    """Its full name; the command in it is called ``command``."""
    line: str
    """What it does, for the group's help."""


class LazyGroup(Page, click.Group):
    """A group whose commands cost nothing until one of them runs."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        """`lazy` are the commands by name, in the order of the help."""
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named, which ends with a code of its own; else what the group itself does."""
        return click.Group.invoke(self, ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        """The names, in the order of the help."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click passes it
        """Import a command."""
        if cmd_name not in self.lazy:
            return None
        command = import_module(self.lazy[cmd_name].module).command
        assert isinstance(command, click.Command)  # noqa: S101  # the table of commands says so
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; click compares a misspelled name only with commands that are imported."""
        if args[0] not in self.lazy and (near := get_close_matches(args[0], self.lazy, n=1)):
            raise click.UsageError(f"No such command {args[0]!r}. Is it meant to be {near[0]}?", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, without importing any, then the options."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.line) for name, command in self.lazy.items()])
        super().format_options(ctx, formatter)
