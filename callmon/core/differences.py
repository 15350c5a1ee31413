"""What changed from one JSON value to another, leaf by leaf, fit to be shown: masked, and harmless to a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from callmon.core.masking import masked
from callmon.core.text import visible

_TYPE = "@odata.type"
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One leaf that is not what it was."""

    path: str
    """``resourceData.mediaState.audio``, ``targets[0].identity``; empty if the whole value changed."""
    kind: Literal["added", "removed", "changed"]
    before: str
    """The value as compact JSON; empty if it was added."""
    after: str
    """Empty if it was removed."""


def changes(before: object, after: object) -> tuple[Change, ...]:
    """The leaves in which two parsed JSON values differ, in the order of the first, then of the second.

    Two envelopes of one notification each are compared by these notifications. An ``@odata.type`` that comes or goes
    with what it decorates tells nothing and is left out. Secrets are masked, so a change of one is not seen.
    """
    old = dict(_leaves(_only_item(masked(before))))
    new = dict(_leaves(_only_item(masked(after))))
    told = (_change(path, old.get(path, ""), new.get(path, "")) for path in dict.fromkeys((*old, *new)))
    return tuple(change for change in told if change is not None)


def _only_item(value: object) -> object:
    if isinstance(value, dict):
        items = value.get("value")
        if isinstance(items, list) and len(items) == 1:
            return items[0]
    return value


def _leaves(value: object, path: _Path = ()) -> Iterator[tuple[_Path, str]]:
    """Every path that leads to no further one, and what is there."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    else:
        yield path, visible(json.dumps(value, ensure_ascii=False))


def _change(path: _Path, before: str, after: str) -> Change | None:
    """None if nothing changed, or nothing that matters. No value is empty text as JSON."""
    if before == after or (path[-1:] == (_TYPE,) and not (before and after)):
        return None
    return Change(_shown(path), "changed" if before and after else "added" if after else "removed", before, after)


def _shown(path: _Path) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return visible("".join(steps).removeprefix("."))
