"""Where a value stands in a JSON document: a small part of JSONPath (RFC 9535).

``source.identity.user.displayName``, ``targets[0].identity``, ``["@odata.type"]``: names with dots between them,
numbers of items from 0 in brackets, names with other characters in brackets and quotes; a ``$`` before all that is
allowed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from callmon.core.text import visible

_STEP = re.compile(
    r"""
    (?: ^ | (?<=.)\. ) (?P<name>[\w-]+)
    | \[ (?: (?P<item>\d{1,6}) | "(?P<double>[^"]+)" | '(?P<single>[^']+)' ) \]
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST = 200
"""Characters, of a path and of what is kept of a value."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path that was understood."""

    steps: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NoPath:
    """What was written is no path."""

    sentence: str
    """What is wrong and what would be right; harmless to a terminal."""


@lru_cache(maxsize=64)
def read_path(text: str) -> Path | NoPath:
    """Understand a path."""
    rest = re.sub(r"^\$\.?(?=.)", "", text)
    steps: list[str | int] = []
    at = 0
    while at < len(rest) and (step := _STEP.match(rest, at)) is not None:
        steps.append(int(step["item"]) if step["item"] else step["name"] or step["double"] or step["single"])
        at = step.end()
    if at < len(rest) or not steps or len(text) > _LONGEST:
        wrong = f"“{visible(text[:_LONGEST])}” is not a path"
        where = f": “{visible(rest[at:][:20])}” is not understood" if 0 < at < len(rest) else ""
        return NoPath(
            f"{wrong}{where}. Write names with dots between them, and numbers of items in brackets, from the fields "
            'of resourceData on: source.identity.user.displayName, targets[0].identity.user.id, ["@odata.type"].'
        )
    return Path(tuple(steps))


def text_at(document: object, path: Path) -> str | None:
    """What stands there, as text from the feed: raw, and cut if it is long; None if there is nothing, or null.

    Text is itself, everything else as JSON has it.
    """
    for step in path.steps:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        else:
            document = document[step] if isinstance(document, list) and step < len(document) else None
    if document is None:
        return None
    return (document if isinstance(document, str) else json.dumps(document, ensure_ascii=False))[:_LONGEST]
