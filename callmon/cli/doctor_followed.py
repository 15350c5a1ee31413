"""What the doctor looks at of the files that are followed: whether they can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from callmon.cli.doctor_findings import Finding, Level
from callmon.feeds.file_words import why_not
from callmon.feeds.rotation import open_regular
from callmon.settings.model import Settings


def followed_files(settings: Settings) -> Iterator[Finding]:
    """One finding for each; standard input is none."""
    for one in settings.follow:
        if one.path is not None:
            yield Finding("follow", *_looked_at(one.path), bot=one.bot)


def _looked_at(path: Path) -> tuple[Level, str]:
    try:
        open_regular(path).close()
    except FileNotFoundError as error:  # it is awaited
        return Level.WARNING, why_not(path, error)
    except (OSError, ValueError) as error:
        return Level.PROBLEM, why_not(path, error)
    return Level.OK, f"{path} can be read."
