"""Where Microsoft Graph and its sign-in live, cloud by cloud, and which Graph addresses may get a token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import MappingProxyType
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Cloud:
    """One of Microsoft's clouds. A token of one cloud is worth nothing in another."""

    name: str
    authority_host: str
    """Host name of the sign-in service (Microsoft Entra)."""
    graph_root: str
    """Graph's address without a trailing slash and without the version."""

    @property
    def scope(self) -> str:
        """What a token for this cloud's Graph is asked with."""
        return f"{self.graph_root}/.default"


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        cloud.name: cloud
        for cloud in (
            Cloud("global", "login.microsoftonline.com", "https://graph.microsoft.com"),
            Cloud("usgov", "login.microsoftonline.us", "https://graph.microsoft.us"),
            Cloud("dod", "login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        )
    }
)
"""The clouds whose Graph has the calling API, by the name in ``CALLMON_CLOUD``.

Source: Microsoft Graph "National cloud deployments" and the availability table of "Delete call" (China has none).
"""


_MICROSOFTS = frozenset(
    host for cloud in CLOUDS.values() for host in (cloud.authority_host, cloud.graph_root.partition("://")[2])
)


def is_microsofts(host: str) -> bool:
    """Whether it is the host of one of these clouds, which no setting names."""
    return host in _MICROSOFTS


@dataclass(frozen=True, slots=True)
class RootProblem:
    """Why an address cannot serve as Graph's root."""

    sentence: str


_ROOT = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>\d{1,5}))?(?P<path>(?:/[a-z0-9._~-]+)*)/*",
    re.IGNORECASE,
)
_LAST_PORT = 65535


def check_root(root: str) -> str | RootProblem:
    """Graph's root in the form that `callmon.graph.control.GraphControl` wants, or why it is refused.

    Accepted are https anywhere and plain http to this machine (``127.0.0.0/8``, ``::1``, ``localhost``), because
    every request carries a token. A trailing slash and a trailing ``/v1.0`` are taken off. The grammar is narrower
    than that of URLs: no user, no query, no fragment, nothing that two parsers could read differently.
    """
    match = _ROOT.fullmatch(root.strip())
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return RootProblem(
            "The Graph address is not a plain http or https address. Write it like https://graph.microsoft.com, "
            "without user, query or fragment."
        )
    scheme, host = match["scheme"].lower(), match["host"].lower()
    if scheme == "http" and not _is_loopback(host.strip("[]")):
        return RootProblem(
            f"The Graph address {scheme}://{host} would send the token unprotected. Use https; plain http is only for "
            "this machine (127.0.0.1, ::1, localhost)."
        )
    port = f":{match['port']}" if match["port"] else ""
    return f"{scheme}://{host}{port}{match['path'].removesuffix('/v1.0')}"


def call_url(root: str, call_id: str) -> str:
    """Where a call is asked for and ended, at the Graph with this root ("Get call", "Delete call")."""
    return f"{root}/v1.0/communications/calls/{quote(call_id, safe='')}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address.is_loopback
    # Of the IPv6 addresses only this one: systems differ in where an IPv4 address inside an IPv6 one leads.
    return address == IPv6Address("::1")
