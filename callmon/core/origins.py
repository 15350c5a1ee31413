"""Where an entry came from, as far as it must be told apart: what was imported, and what happened here."""

from __future__ import annotations

IMPORTED = "import "
"""How the origin of everything begins that was brought in from a file and carries no origin of its own."""


def is_imported(origin: str) -> bool:
    """Whether what has this origin was brought in from a file."""
    return origin.startswith(IMPORTED) or origin == IMPORTED.strip()


def imported_from(name: str, origin: str) -> str:
    """The origin of an entry of callmon's own, brought in from a file: nobody is to take it for one of this journal."""
    return origin if is_imported(origin) else f"{IMPORTED}{name}: {origin}"
