"""Small files that credentials are kept in."""

from __future__ import annotations

import stat
from pathlib import Path

from callmon.graph.auth import SignInProblem

_MAX_FILE = 1 << 20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The bits of a file's mode of which none may be set on a file with a secret."""


def exposed(path: Path) -> bool:
    """Whether others than its owner may do anything with the file. Raises `OSError`."""
    return bool(path.stat().st_mode & _OTHERS)


def not_yours_alone(what: str, path: Path, setting: str) -> SignInProblem:
    """Why a file that `exposed` says is exposed is not used."""
    return SignInProblem(
        f"Others can read the {what} in {path} ({setting}), so it is not used. Let it be yours alone: chmod 600 {path}"
    )


def read_bytes(path: Path) -> bytes:
    """What is in the file. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(_MAX_FILE)


def read_text(path: Path) -> str:
    """The same as text, without the blanks around it. Raises `OSError`, or `ValueError` if it is not UTF-8."""
    return read_bytes(path).decode("utf-8-sig").strip()


def unreadable(error: OSError | ValueError, path: Path, setting: str) -> SignInProblem:
    """Why the file that this setting names cannot be read. Nothing of what is in it is told."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not text"
    return SignInProblem(f"The file {path} ({setting}) cannot be read ({why}). Check the path and who may read it.")
