"""A filter that was given as an option: complete, so nothing in it may be left open."""

from __future__ import annotations

from callmon.cli.exits import ExitCode, Failure
from callmon.core.query import Query, filter_error, filter_unclosed


def understood(query: Query) -> Query:
    """The query, if its filter is understood. Raises `Failure`."""
    problem = filter_error(query)
    if not problem and (unclosed := filter_unclosed(query)):
        problem = f"--filter: {unclosed} is not closed, so all that follows would be part of it. Close it."
    if problem:
        raise Failure(problem, code=ExitCode.USAGE)
    return query
