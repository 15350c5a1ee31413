"""What a feed asks about a sender, and which addresses only this machine can reach."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Protocol


class Refusal(Protocol):
    """Why a request is refused."""

    @property
    def sentence(self) -> str:
        """One or two sentences for people; nothing in it comes from the request."""
        ...

    @property
    def passing(self) -> bool:
        """True if the same request may be admitted later."""
        ...


class Gate(Protocol):
    """Something that knows who may send notifications. Never raises, and keeps nothing that it is shown."""

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refusal | None:
        """None if a request about this bot may come in. `headers` are those with credentials, in lower case."""
        ...


def is_loopback(host: str) -> bool:
    """Whether a listener on this host can be reached from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
