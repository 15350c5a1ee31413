"""From one way to arrange the board to the next: what the keys for order and groups do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callmon.core.grouping import GroupBy
from callmon.core.query import Query
from callmon.core.sorting import Sort, SortBy
from callmon.tui.columns import Column


def sorted_by_next(query: Query, columns: Sequence[Column], step: int) -> Query:
    """By the next column to the right (`step` 1) or left (-1); after the last comes newest first."""
    orders: list[str] = [SortBy.NEWEST, *(column.key for column in columns)]
    at = orders.index(query.sort.by) if query.sort.by in orders else 0
    return replace(query, sort=Sort(orders[(at + step) % len(orders)]))


def sorted_by(query: Query, by: str) -> Query:
    """By this; the other way round if it is sorted by it already."""
    return inverted(query) if query.sort.by == by else replace(query, sort=Sort(by))


def inverted(query: Query) -> Query:
    """The other way round."""
    return replace(query, sort=replace(query.sort, reverse=not query.sort.reverse))


def sorted_once(query: Query) -> Query:
    """Sorted anew now, and then every call keeps its place; or, if it is so, as before."""
    return replace(query, sort=replace(query.sort, once=not query.sort.once))


def grouped_by_next(query: Query) -> Query:
    """By chain, tenant, bot, and then not at all."""
    ways = list(GroupBy)
    return replace(query, group=ways[(ways.index(query.group) + 1) % len(ways)])


def in_words(query: Query) -> str:
    """What is special about the arrangement; empty if nothing is."""
    words = []
    if query.sort.by != SortBy.NEWEST or query.sort.reverse:
        words.append(f"by {query.sort.by}{', inverted' if query.sort.reverse else ''}")
    if query.sort.once:
        words.append("sorted once")
    if query.group is not GroupBy.NONE:
        words.append(f"grouped by {query.group}")
    return ", ".join(words)
