"""Small files that credentials are kept in."""

from __future__ import annotations

from pathlib import Path

from callmon.graph.auth import SignInProblem

_MAX_FILE = 1 << 20


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
