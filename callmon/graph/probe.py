"""Whether a host answers over HTTP from here, and how far its clock is from ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from callmon.graph.failures import cannot_start, failure
from callmon.graph.http_client import ClientProblem, open_client
from callmon.graph.naming import UNNAMED, SettingNames

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Reached:
    """Something answered; whether it liked the request is of no interest."""

    status: int
    ahead_s: float | None
    """By how many seconds our clock is before that of the host, to a second or so; None if it gave no date."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nothing answered."""

    sentence: str


def reach(url: str, clock: Callable[[], float] = time.time, names: SettingNames = UNNAMED) -> Reached | NotReached:
    """Ask for an address, without a token. Blocks, never raises.

    `clock` gives Unix seconds, `names` how the settings of the bot are called whose address it is.
    """
    try:
        client = open_client(_TIMEOUT, {}, trust_env=url.startswith("https:"))
    except ClientProblem as problem:
        return NotReached(cannot_start(problem).sentence)
    with client:
        try:
            before = clock()
            with client.stream("GET", url) as response:
                now = (before + clock()) / 2
                return Reached(response.status_code, _ahead(now, response.headers.get("date", "")))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RuntimeError) as error:
            return NotReached(failure(error, urlsplit(url).netloc, names).sentence)


def _ahead(now: float, date: str) -> float | None:
    try:
        return now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
