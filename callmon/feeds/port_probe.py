"""Why the listener cannot have its address, in words; whoever holds the port is asked whether it is another callmon."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass

from callmon.feeds.request import HEALTH_PATH, JOURNAL_HEADER
from callmon.feeds.server import ServerCannotStart, address_of, try_address
from callmon.ports import FeedState

_PROBE_S = 1.0
_PROBE_BYTES = 64 * 1024
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared, not bound
_OTHER_ADDRESS = "give another address with --listen HOST:PORT"
_REMEDIES = {
    errno.EACCES: "choose a port above 1023 with --listen HOST:PORT",
    errno.EADDRNOTAVAIL: "give an address of this machine with --listen, 127.0.0.1 for example",
}


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """The callmon that holds the port."""

    pid: int
    journal: str


def why_not(error: ServerCannotStart, host: str, port: int, identity: str) -> tuple[FeedState, str]:
    """How the feed stands when its server cannot start, and what to tell; `identity` is that of our journal."""
    if error.errno != errno.EADDRINUSE:
        return FeedState.FAILED, _failure(error.sentence, _REMEDIES.get(error.errno or 0, _OTHER_ADDRESS))
    neighbour = _ask(host, port, identity)
    if neighbour is None:
        return FeedState.FAILED, _failure(error.sentence, "choose another port with --listen, or end that program")
    other = f"Another callmon (pid {neighbour.pid}) already listens on {address_of(host, port)} for"
    if neighbour.journal == identity:
        return FeedState.ELSEWHERE, f"{other} this journal."
    remedy = "start both with the same --journal, or choose another port with --listen"
    return FeedState.FAILED, _failure(f"{other} another journal.", remedy)


def port_state(host: str, port: int, identity: str) -> tuple[FeedState, str]:
    """How a listener for our journal would stand there, and what to tell; STOPPED and nothing if it could start."""
    try:
        try_address(host, port)
    except ServerCannotStart as error:
        return why_not(error, host, port, identity)
    return FeedState.STOPPED, ""


def is_free(host: str, port: int) -> bool:
    """Whether a listener could start there now."""
    try:
        try_address(host, port)
    except ServerCannotStart:
        return False
    return True


def _failure(sentence: str, remedy: str) -> str:
    return f"{sentence} No notification comes in over HTTP: {remedy}."


def _ask(host: str, port: int, identity: str) -> _Neighbour | None:
    """The callmon that answers on this address, if it is one that tells it to those with this journal."""
    import http.client  # noqa: PLC0415  # a port is seldom taken, and the console waits for what is imported above

    connection = http.client.HTTPConnection(_ANY_ADDRESS.get(host, host), port, timeout=_PROBE_S)
    try:
        connection.request("GET", HEALTH_PATH, headers={JOURNAL_HEADER: identity})
        said = json.loads(connection.getresponse().read(_PROBE_BYTES))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return None
    finally:
        connection.close()
    if not isinstance(said, dict) or "callmon" not in said:
        return None
    pid, journal = said.get("pid"), said.get("journal")
    # Whoever answers may be anybody, and the number goes to the screen.
    return _Neighbour(pid, journal) if isinstance(pid, int) and isinstance(journal, str) else None
