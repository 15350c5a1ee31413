"""The log file: what callmon does and what goes wrong, for who looks later. Never the screen, never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from callmon import __version__
from callmon.cli.exits import ExitCode, Failure
from callmon.core.text import visible

_FILE_BYTES = 5 * 1024 * 1024
_FILES_KEPT = 3
_OTHERS = logging.WARNING
"""Libraries are heard from this level on; what they say below it is of no use here, and may be a header."""


def start_log(path: Path, level: str, scrub: Callable[[str], str]) -> None:
    """Write the log of this process to a file, from this level on; what is begun stays as it is.

    Raises `Failure` if the file cannot be opened.
    """
    root = logging.getLogger()
    if any(isinstance(each, RotatingFileHandler) for each in root.handlers):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8")
    except OSError as error:
        raise Failure(
            f"The log file {path} cannot be written ({error.strerror or error}). Name another one, or none.",
            code=ExitCode.USAGE,
        ) from error
    handler.setFormatter(_Lines(scrub))
    root.addHandler(handler)
    root.setLevel(max(_OTHERS, logging.getLevelName(level.upper())))
    logging.getLogger("callmon").setLevel(level.upper())
    logging.getLogger(__name__).info("callmon %s begins: %s", __version__, " ".join(sys.argv[1:]) or "the console")


class _Lines(logging.Formatter):
    """One line a record, times in UTC; a traceback follows, its lines indented."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")
        self._scrub = scrub

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802  # logging's own
        """When it was logged: ISO 8601, UTC, milliseconds."""
        at = datetime.fromtimestamp(record.created, UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def format(self, record: logging.LogRecord) -> str:
        """The record, without secrets and control characters."""
        first, *others = self._scrub(super().format(record)).splitlines() or [""]
        return "\n".join([visible(first), *(f"    {visible(line)}" for line in others)])
