"""What troubles the follower of a file, in words."""

from __future__ import annotations

import errno
from pathlib import Path

from callmon.core.text import visible

ABSENT = "There is no file {path} at the moment; a new one is read as soon as it appears."
LOST = (
    "The file was exchanged or emptied when perhaps not all of it had been read, and the rest is not beside it, so "
    "lines may be missing. If it was compressed or moved, callmon import takes it."
)
MOVED = (
    "Another callmon has taken lines of this file into the journal meanwhile. They are not taken twice: it is read on "
    "from there."
)
TOO_LONG = "A line was too long and is not kept: a notification may have 1 MiB, a line of a log 4 MiB."

_SENTENCES = {
    errno.ENOENT: "There is no file {path} yet. It is read from its start as soon as it appears.",
    errno.EACCES: "This user may not read {path}. Give it the right to, and reading begins by itself.",
    errno.EISDIR: "{path} is a directory. Name a file in it.",
}
_OTHER = "{path} cannot be read ({error}). It is tried again until it can."
_NO_FILE = (
    "{path} is not a regular file, so it has no place to go on from. Feed callmon from it with "
    "--follow - on its standard input."
)


def why_not(path: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be followed now."""
    if isinstance(error, ValueError):
        template = _SENTENCES[errno.EISDIR] if path.is_dir() else _NO_FILE
        return template.format(path=visible(str(path)))
    template = _SENTENCES.get(error.errno or 0, _OTHER)
    return template.format(path=visible(str(path)), error=error.strerror or error)
