"""Why a request to Graph got no answer, as values: what httpx and the system raise, translated once."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from callmon.core.hangup import Answer
from callmon.graph.leash import Stage


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why nothing came back."""

    answer: Answer
    sentence: str
    retry_helps: bool = False
    sent_id: str | None = None
    """The ``client-request-id``, if there was a request to carry it."""
    may_have_arrived: bool = False
    """Whether Graph may have got the request all the same."""


def cannot_start(error: Exception) -> NoReply:
    """Why no connection could be set up, from what httpx raised while it read the environment."""
    return NoReply(
        Answer.UNREACHABLE,
        f"The connection cannot be set up on this machine ({type(error).__name__}), so nothing was sent. Check "
        "HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR and REQUESTS_CA_BUNDLE.",
    )


def too_late(stage: Stage, host: str) -> NoReply:
    """Why an attempt that was given up, since its time was over, got no answer from `host`."""
    if stage is Stage.SIGNING_IN:
        why = "Signing in took longer than callmon waits, so nothing was sent. Check the network, then try again."
        return NoReply(Answer.NOT_SIGNED_IN, why, retry_helps=True)
    return failure(httpx.ReadTimeout("") if stage is Stage.SENT else httpx.ConnectTimeout(""), host)


def failure(error: Exception, host: str) -> NoReply:
    """Why a request to `host` got no answer, from what httpx raised, and whether it may have arrived."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        why = f"{host} did not take a connection in time, so nothing was sent. Check the network, then try again."
        return NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    if isinstance(error, httpx.ProxyError):
        return _proxy_refused(error, host)
    if isinstance(error, httpx.ConnectError):
        return _no_connection(error, host)
    if isinstance(error, httpx.TimeoutException):
        why = f"{host} did not answer in time. The request may have reached it all the same; to send it again is safe."
        return NoReply(Answer.UNREACHABLE, why, retry_helps=True, may_have_arrived=True)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        why = (
            f"The connection to {host} broke before an answer came. The request may have reached it all the same; "
            "to send it again is safe."
        )
        return NoReply(Answer.UNREACHABLE, why, retry_helps=True, may_have_arrived=True)
    return NoReply(
        Answer.UNREACHABLE,
        f"The request to {host} failed on this machine ({type(error).__name__}). Check "
        "CALLMON_GRAPH_URL and the proxy.",
    )


def _proxy_refused(error: httpx.ProxyError, host: str) -> NoReply:
    """A proxy that says 5xx may say otherwise in a moment; every other refusal of it stands."""
    passing = str(error).startswith("5")  # httpcore puts the proxy's status first
    why = (
        f"The proxy could not reach {host} just now, so nothing was sent. Try again in a moment."
        if passing
        else f"The proxy did not let the request through to {host}. Check HTTPS_PROXY and NO_PROXY."
    )
    return NoReply(Answer.UNREACHABLE, why, retry_helps=passing)


def _no_connection(error: httpx.ConnectError, host: str) -> NoReply:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NoReply(
            Answer.UNREACHABLE,
            f"No trusted TLS connection to {host}, so nothing was sent. If a proxy inspects TLS, set SSL_CERT_FILE to "
            "its certificates; else check the address and this machine's clock.",
        )
    proxy = _proxy(error)
    if proxy:
        return NoReply(Answer.UNREACHABLE, _no_way_to(proxy, host, causes), retry_helps=True)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        why = f"The name {host} cannot be resolved, so nothing was sent. Check the network, DNS and CALLMON_GRAPH_URL."
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        why = f"{host} refused the connection, so nothing was sent. Check CALLMON_GRAPH_URL and that Graph runs there."
    else:
        why = f"No connection to {host}, so nothing was sent. Check the network, then try again."
    return NoReply(Answer.UNREACHABLE, why, retry_helps=True)


def _no_way_to(proxy: str, host: str, causes: list[BaseException]) -> str:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        what = f"The name of the proxy {proxy} cannot be resolved"
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        what = f"The proxy {proxy} refused the connection"
    else:
        what = f"No connection to the proxy {proxy}"
    return f"{what}, so nothing was sent to {host}. Check HTTPS_PROXY, ALL_PROXY and NO_PROXY, and that the proxy runs."


def _proxy(error: httpx.ConnectError) -> str:
    """Host and port of the proxy between us and where the request was to go; empty if there is none.

    Only https goes through a proxy here. The settings are read where httpx reads them (``urllib.request``).
    """
    try:
        url = error.request.url
    except RuntimeError:  # it was raised before there was a request
        return ""
    proxies = getproxies()
    named = proxies.get("https") or proxies.get("all") or ""
    if url.scheme != "https" or not named or proxy_bypass(url.host):
        return ""
    return urlsplit(named if "://" in named else f"http://{named}").netloc.rpartition("@")[2]  # without a password


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
