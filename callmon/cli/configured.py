"""From what was given on the command line to settings that hold, or the end of the command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from callmon.cli.exits import ExitCode, Failure
from callmon.cli.output import tell
from callmon.cli.pages import Flags
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.sections.base import Section
from callmon.settings.sections.preferences import Preferences

_Kind = TypeVar("_Kind", bound=Section)


def configured(kind: type[_Kind], flags: Flags, warn: Callable[[str], None] = tell) -> _Kind:
    """The settings of this kind. Raises `Failure` with one sentence a problem."""
    return loaded(kind, flags, warn).settings


def loaded(kind: type[_Kind], flags: Flags, warn: Callable[[str], None] = tell) -> Loaded[_Kind]:
    """The settings of this kind, with what is known about them. Raises `Failure` with one sentence a problem."""
    outcome = load(kind, flags)
    for warning in outcome.warnings:
        warn(warning)
    if isinstance(outcome, Refused):
        raise Failure(*outcome.problems, code=ExitCode.USAGE)
    if isinstance(outcome.settings, Preferences) and outcome.settings.log_file is not None:
        from callmon.cli.logs import start_log  # noqa: PLC0415  # who has no log does not wait for it
        from callmon.cli.scrubbing import Scrubber  # noqa: PLC0415  # as above

        start_log(outcome.settings.log_file, outcome.settings.log_level, Scrubber.of(outcome.settings))
    return outcome
