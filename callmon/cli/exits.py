"""How the program ends: every exit code, and the exception that carries one."""

from __future__ import annotations

from enum import IntEnum
from typing import IO, Any

import click


class ExitCode(IntEnum):
    """The exit codes; scripts rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_SUCH_CALL = 3
    NOT_ALLOWED = 4
    REFUSED_HERE = 5
    NOT_CONFIRMED = 6
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """The same in words, for ``--help``."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "failed",
    ExitCode.USAGE: "wrong usage or settings",
    ExitCode.NO_SUCH_CALL: "no such call, or already gone",
    ExitCode.NOT_ALLOWED: "not signed in or not allowed",
    ExitCode.REFUSED_HERE: "refused here (read-only, not confirmed)",
    ExitCode.NOT_CONFIRMED: "accepted by Graph but not confirmed in time",
    ExitCode.INTERRUPTED: "interrupted",
}


class Failure(click.ClickException):
    """Ends the command with sentences on stderr and an exit code."""

    def __init__(self, *sentences: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.exit_code = code  # type: ignore[misc]  # click declares it for classes, but reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print one line a sentence."""
        for sentence in self.sentences:
            click.echo(f"callmon: {sentence}", file=file, err=file is None)
