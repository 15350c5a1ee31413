"""Between what is remembered by name and how the board is arranged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from callmon.core.grouping import GroupBy
from callmon.core.query import Query, Which
from callmon.core.sorting import Sort, sort_named
from callmon.memory import NOTHING, Memory
from callmon.tui.columns import Column, columns_named

_Named = TypeVar("_Named", bound=StrEnum)


def arranged(query: Query, memory: Memory, sort: str = "", asked: Collection[str] = ()) -> Query:
    """The query with the order that the settings name, and else as it is remembered.

    The fields of it that were `asked` for already stay as they are. A name that means nothing changes nothing.
    """
    remembered = sort_named(memory.sort, query.custom)
    left = replace(remembered or query.sort, reverse=memory.reverse)
    return replace(
        query,
        which=query.which if "which" in asked else _named(Which, memory.view, query.which),
        sort=query.sort if "sort" in asked else sort_named(sort, query.custom) or left,
        group=query.group if "group" in asked else _named(GroupBy, memory.group, query.group),
    )


def columns(chosen: Sequence[str], memory: Memory, known: Mapping[str, Column]) -> tuple[Column, ...]:
    """The columns that the settings name, else those that are remembered, else the usual ones."""
    return columns_named(chosen or memory.columns, known) or columns_named(())


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a console was found with. What the settings put there was arranged by nobody at the keys."""

    memory: Memory = NOTHING
    sort: Sort | None = None
    """The order that the settings name; None if they name none."""
    columns: tuple[Column, ...] = ()
    """The columns that they name."""


def to_remember(
    query: Query, shown: Sequence[Column], chosen_theme: str, typed: Sequence[str], beginning: Beginning
) -> Memory:
    """How the console is now, and as it was remembered where only the settings have it otherwise."""
    memory, sort = beginning.memory, query.sort
    sort_imposed, columns_imposed = sort == beginning.sort, tuple(shown) == beginning.columns
    return Memory(
        view=query.which,
        sort=memory.sort if sort_imposed else sort.by,
        reverse=memory.reverse if sort_imposed else sort.reverse,
        group=query.group,
        columns=memory.columns if columns_imposed else tuple(column.key for column in shown),
        chosen_theme=chosen_theme,
        typed=tuple(typed),
    )


def _named(kind: type[_Named], name: str, usual: _Named) -> _Named:
    return kind(name) if name in set(kind) else usual
