"""Why a request to Graph got no answer, as values: what httpx and the system raise, translated once."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from callmon.core.answers import Answer
from callmon.graph.clouds import is_microsofts
from callmon.graph.http_client import ClientProblem
from callmon.graph.leash import Stage
from callmon.graph.naming import UNNAMED, SettingNames

_TRY_AGAIN = "Check the network, then try again."
_WAYS = (
    (
        socket.gaierror,
        (
            "{} cannot be resolved to an address",
            "Check the network and DNS.",
            "Check the network, DNS and {graph_url}.",
        ),
    ),
    (
        ConnectionRefusedError,
        ("{} refused the connection", _TRY_AGAIN, "Check {graph_url} and that Graph runs there."),
    ),
)
"""Why there was no way to a machine, and what to do if that is Microsoft's, or one that a setting names."""
_NO_WAY = ("{} cannot be reached", _TRY_AGAIN, _TRY_AGAIN)
_PROXY_ADVICE = "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY, and that the proxy runs."


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


def cannot_start(problem: ClientProblem) -> NoReply:
    """Why no connection could be set up."""
    return NoReply(
        Answer.UNREACHABLE,
        f"The connection cannot be set up on this machine ({problem}), so nothing was sent. Check "
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR and REQUESTS_CA_BUNDLE.",
    )


def too_late(stage: Stage, host: str) -> NoReply:
    """Why an attempt that was given up, since its time was over, got no answer from `host`."""
    if stage is Stage.SIGNING_IN:
        why = "Signing in took longer than callmon waits, so nothing was sent. Check the network, then try again."
        return NoReply(Answer.NOT_SIGNED_IN, why, retry_helps=True)
    return failure(httpx.ReadTimeout("") if stage is Stage.SENT else httpx.ConnectTimeout(""), host)


def failure(error: Exception, host: str, names: SettingNames = UNNAMED) -> NoReply:
    """Why a request to `host` got no answer, from what httpx raised, and whether it may have arrived.

    `names` are those of the settings of the bot for which it was sent.
    """
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        why = f"{host} did not take a connection in time, so nothing was sent. Check the network, then try again."
        return NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    if isinstance(error, httpx.ProxyError):
        return _proxy_refused(error, host)
    if isinstance(error, httpx.ConnectError):
        return _no_connection(error, host, names)
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
        f"{'' if is_microsofts(host) else names['graph_url'] + ' and '}the proxy.",
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


def _no_connection(error: httpx.ConnectError, host: str, names: SettingNames) -> NoReply:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NoReply(
            Answer.UNREACHABLE,
            f"No trusted TLS connection to {host}, so nothing was sent. If a proxy inspects TLS, set SSL_CERT_FILE to "
            "its certificates; else check the address and this machine's clock.",
        )
    what, to_microsoft, to_another = next(
        (told for kind, told in _WAYS if any(isinstance(cause, kind) for cause in causes)), _NO_WAY
    )
    proxy = _proxy(error)
    if proxy:
        why = f"{what.format(f'The proxy {proxy}')}, so nothing was sent to {host}. {_PROXY_ADVICE}"
    else:
        advice = to_microsoft if is_microsofts(host) else names.say(to_another)
        why = f"{what.format(host)}, so nothing was sent. {advice}"
    return NoReply(Answer.UNREACHABLE, why, retry_helps=True)


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
