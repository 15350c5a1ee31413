"""Who may send notifications: gates, alone and together, and the one for a shared token.

A gate is asked with the headers of a request that carry credentials, their names in lower case, and answers with the
reason why the request is refused, or None. Gates never raise, and neither keep nor repeat what they were shown.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+) *", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request is refused. Holds nothing of what the sender wrote."""

    sentence: str
    """What is wrong and what to do, in one or two sentences."""
    passing: bool = False
    """True if nobody can tell now, so that the same request may be sent again later."""


class Gate(Protocol):
    """Something that knows senders."""

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:
        """None if the sender of a request with these headers may send notifications about this bot."""
        ...


class SharedToken:
    """The token that mirrors and bots share with callmon (``CALLMON_FEED_TOKEN``).

    It comes as ``Authorization: Bearer …``, or as ``X-Callmon-Token`` next to an Authorization that is Graph's own.
    """

    def __init__(self, token: str) -> None:
        self._digest = digest_of(token)

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:  # noqa: ARG002  # one for all bots
        """See `Gate`. The comparison takes the same time however much of a guess is right."""
        given = [token for token in (bearer(headers), headers.get("x-callmon-token")) if token]
        if not given:
            return Refused(
                "The request carries no token. Send the one in CALLMON_FEED_TOKEN as Authorization: Bearer, or as "
                "X-Callmon-Token."
            )
        if any(hmac.compare_digest(digest_of(token), self._digest) for token in given):
            return None
        return Refused(
            "The request's token is not the one in CALLMON_FEED_TOKEN. Compare the sender's settings with it."
        )


class Either:
    """Admits whom one of several gates admits."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        """The last gate's reason is the one that is told, unless another cannot tell now."""
        self._gates = gates

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:
        """See `Gate`."""
        told = Refused("Nobody may send notifications here.")
        for gate in self._gates:
            refusal = await gate.admits(headers, bot)
            if refusal is None:
                return None
            told = told if told.passing else refusal
        return told


class PerBot:
    """Asks for each bot the gate that knows its senders."""

    def __init__(self, gates: Mapping[str, Gate]) -> None:
        """By the name of the bot; the empty name is that of the bot without one."""
        self._gates = dict(gates)

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:
        """See `Gate`. A bot without a gate has no known senders."""
        gate = self._gates.get(bot)
        return _UNKNOWN_BOT if gate is None else await gate.admits(headers, bot)


_UNKNOWN_BOT = Refused(
    "The request is about a bot whose application id is not set here, so its sender cannot be checked. Set client_id "
    "for that bot."
)


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token in ``Authorization: Bearer`` (RFC 6750, 2.1); None if there is none."""
    match = _BEARER.fullmatch(headers.get("authorization", ""))
    return None if match is None else match[1]


def digest_of(text: str) -> bytes:
    """What is kept and compared in place of a token."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
