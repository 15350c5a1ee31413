"""A filter that was given as an option: complete, so nothing in it may be left open."""

from __future__ import annotations

from callmon.cli.exits import ExitCode, Failure
from callmon.core.query import Query, filter_error, filter_unclosed


def understood(query: Query) -> Query:
    """The query, if its filter is understood. Raises `Failure`."""
    problem = filter_error(query)
    if not problem and filter_unclosed(query):
        problem = "--filter: a quote is not closed, so all that follows it would be one text. Close it or leave it out."
    if problem:
        raise Failure(problem, code=ExitCode.USAGE)
    return query
