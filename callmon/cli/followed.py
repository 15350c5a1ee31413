"""The feeds for what the settings say is to be followed."""

from __future__ import annotations

import os
import socket
from hashlib import blake2b
from pathlib import Path

from platformdirs import user_state_path

from callmon.cli.exits import ExitCode, Failure
from callmon.feeds.extraction import extractor
from callmon.feeds.file import FileFeed, Source
from callmon.feeds.presence import Sign
from callmon.feeds.stdin import StdinFeed
from callmon.journal.addresses import FileAddress, JournalAddress
from callmon.ports import Feed, Journal
from callmon.settings.followed import Followed
from callmon.settings.model import Settings


def following(settings: Settings, journal: Journal, stdin: int | None, sign: Sign) -> list[Feed]:
    """One feed for each, not yet started. Raises `Failure` if standard input is wanted and not to be had."""
    extract = extractor(settings.follow_field, settings.time_field)
    feeds: list[Feed] = []
    for one in settings.follow:
        if one.path is not None:
            source = _source(one, one.path, settings)
            feeds.append(FileFeed(journal, source, extract, sign=sign))
        elif stdin is not None and not os.isatty(stdin):
            feeds.append(StdinFeed(journal, stdin, extract, bot=one.bot, sign=sign))
        else:
            raise Failure(
                "--follow - reads notifications from standard input, but that is the terminal. Put a pipe in front, "
                "such as kubectl logs -f --tail=0 bot | callmon --follow -, and say so on the command line.",
                code=ExitCode.USAGE,
            )
    return feeds


def _source(one: Followed, path: Path, settings: Settings) -> Source:
    """The same file must get the same bookmark and lock in every callmon on this journal, however it is spelled."""
    real = Path(os.path.realpath(path.parent)) / path.name
    shared = not isinstance(settings.journal, FileAddress)
    place = f"file {socket.gethostname()}:{real}" if shared else f"file {real}"
    alike = [other for other in settings.follow if other.path and other.path.name == path.name]
    name = one.bot or (path.name if len(alike) == 1 else str(path))
    return Source(real, name, place, _lock(settings.journal, place), one.bot)


def _lock(journal: JournalAddress, place: str) -> Path:
    """Beside the journal, where everybody who uses it may write; for one that is no file, in the user's own place."""
    digest = blake2b(f"{journal} {place}".encode(errors="surrogateescape"), digest_size=8).hexdigest()
    if isinstance(journal, FileAddress):
        digest = blake2b(place.encode(errors="surrogateescape"), digest_size=8).hexdigest()
        file = journal.path.resolve()
        return file.with_name(f"{file.name}-follow-{digest}.lock")
    folder = user_state_path("callmon") / "locks"
    folder.mkdir(0o700, parents=True, exist_ok=True)
    return folder / f"{digest}.lock"
