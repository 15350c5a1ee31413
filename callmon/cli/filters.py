"""A filter that was given as an option: complete, so nothing in it may be left open."""

from __future__ import annotations

from callmon.cli.exits import ExitCode, Failure
from callmon.core.query import Query


def understood(query: Query) -> Query:
    """The query, if its filter is understood. Raises `Failure`."""
    understood = query.understood
    problem = f"--filter: {understood.slip}, {understood.remedy}" if understood.slip else understood.error
    if problem:
        raise Failure(problem, code=ExitCode.USAGE)
    return query
