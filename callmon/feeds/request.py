"""What the head of a request says: for whom it is, who sends it, and what is kept of it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from callmon.core.text import is_bot_name
from callmon.feeds.asgi import Scope
from callmon.feeds.gate import is_loopback

NOTIFICATIONS_PATH = "/api/calls"
"""Where notifications are to be sent (POST); those of one of several bots to its name below this."""
BELOW = f"{NOTIFICATIONS_PATH}/"
"""What the paths of bots that have a name begin with."""
HEALTH_PATH = "/healthz"
"""Who listens, and how it does (GET)."""
METRICS_PATH = "/metrics"
"""The same and more for Prometheus (GET)."""
JOURNAL_HEADER = "x-callmon-journal"
"""With the journal's identity as its value: who knows it may read the journal, and is told who listens."""

_HEADER_CHARS = 256
# What Microsoft support asks for, and what names the sender. Authorization is a credential: never kept.
_KEPT_HEADERS = {
    name.encode(): name
    for name in (
        "client-request-id",
        "scenario-id",
        "x-microsoft-skype-chain-id",
        "x-microsoft-skype-message-id",
        "x-microsoft-skype-original-message-id",
        "x-microsoft-skype-caller-region",
        "ms-teams-region",
        "user-agent",
        "content-type",
    )
}
_CREDENTIALS = {name.encode(): name for name in ("authorization", "x-callmon-token")}
"""What a gate is shown. It goes nowhere else."""


def knows_journal(scope: Scope, identity: str) -> bool:
    """Whether the asker may read the journal, as another callmon on it may."""
    name, value = JOURNAL_HEADER.encode(), identity.encode()
    return any(raw == name and hmac.compare_digest(given, value) for raw, given in scope["headers"])


def names_this_machine(scope: Scope) -> bool:
    """Whether it was asked for by a name that no page from elsewhere can have pointed here (DNS rebinding)."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return all(is_loopback(urlsplit(f"//{host}").hostname or "") for host in hosts)


def bot_in(path: str) -> str | None:
    """Whose notifications are sent to this path: empty for the bot without a name, None if nobody's are."""
    if path == NOTIFICATIONS_PATH:
        return ""
    name = path.removeprefix(BELOW)
    return name if name is not path and is_bot_name(name) else None


def waits_for_100(scope: Scope) -> bool:
    """Whether the sender holds the body back until it is asked for (RFC 9110, 10.1.1)."""
    return any(name == b"expect" for name, _ in scope["headers"])


def credentials(scope: Scope) -> dict[str, str]:
    """The headers that may say who sends. One that is given twice becomes a value that no gate knows."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = _CREDENTIALS.get(raw_name)
        if name is not None:
            value = raw_value.decode("latin-1")
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


class Head(NamedTuple):
    """What the headers of a notification say."""

    length: int
    """What the request declares, in bytes; 0 if nothing."""
    from_web_page: bool
    kept: dict[str, str]
    """The headers that go into the journal."""


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> Head:
    """Look at each header once."""
    length, from_web_page = 0, False
    kept: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = _KEPT_HEADERS.get(raw_name)
        if name is not None:
            value = raw_value.decode("latin-1")
            kept[name] = (f"{kept[name]}, {value}" if name in kept else value)[:_HEADER_CHARS]
        elif raw_name == b"content-length":
            length = int(raw_value)  # the parser has let only digits through
        elif raw_name == b"origin":
            from_web_page = True
    return Head(length, from_web_page, kept)
