"""Hang a call up or look it up at Microsoft Graph, over HTTP.

``DELETE`` and ``GET /v1.0/communications/calls/{id}`` (Microsoft Graph "Delete call" and "Get call"). One request is
sent for each order, and a second one only after a 401 with a new token; nothing is repeated otherwise, but the outcome
says whether that would help. DELETE of a call is idempotent: a repeat finds 404.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx

from callmon import __version__
from callmon.core.hangup import Answer, CheckOutcome, HangUpOutcome
from callmon.graph.answers import OutcomeT, Reply, check_outcome, hang_up_outcome
from callmon.graph.auth import SignInProblem, Token, TokenSource
from callmon.graph.clouds import RootProblem, check_root

MAX_BODY = 1 << 20
"""Bytes kept of an answer; a call takes a few thousand."""

_CALL_ID = re.compile(r"(?!\.+\Z)[A-Za-z0-9._~-]{1,128}")
_TOKEN = re.compile(r"[!-~]+")
_MIN_SECRET = 8
"""Characters from which on a token is worth hiding: a shorter one is a toy and would spoil innocent words."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _NoReply:
    """Why nothing came back."""

    answer: Answer
    sentence: str
    retry_helps: bool = False
    code: str | None = None
    sent_id: str | None = None


class GraphControl:
    """`callmon.ports.CallControl` on a real Graph, or on one that speaks like it.

    `root` is Graph's address as `check_root` gives it. Times are seconds; the one for reading counts between two
    pieces of the answer and also for its body as a whole. Safe to use from several threads.
    """

    def __init__(
        self,
        root: str,
        tokens: TokenSource,
        *,
        transport: httpx.BaseTransport | None = None,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 15.0,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._root = check_root(root)
        self._tokens = tokens
        self._transport = transport
        self._timeout = httpx.Timeout(read_timeout_s, connect=connect_timeout_s)
        self._read_timeout_s = read_timeout_s
        self._now = now
        self._lock = Lock()
        self._client: httpx.Client | None = None

    def hang_up(self, call_id: str) -> HangUpOutcome:
        """Ask Graph to end the call, or the bot's leg of it. Blocks, never raises."""
        return self._order("DELETE", call_id, HangUpOutcome, lambda reply: hang_up_outcome(reply, self._now()))

    def check(self, call_id: str) -> CheckOutcome:
        """Ask Graph for the call. Blocks, never raises."""
        return self._order("GET", call_id, CheckOutcome, lambda reply: check_outcome(reply, self._now()))

    def close(self) -> None:
        """Let go of the connections. A later order opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _order(self, method: str, call_id: str, kind: type[OutcomeT], judge: Callable[[Reply], OutcomeT]) -> OutcomeT:
        if isinstance(self._root, RootProblem):
            return kind(Answer.REFUSED_HERE, self._root.sentence)
        if not _CALL_ID.fullmatch(call_id):
            return kind(
                Answer.REFUSED_HERE, "This does not have the form of a call id, so nothing was sent. Check the id."
            )
        url = f"{self._root}/v1.0/communications/calls/{quote(call_id, safe='')}"
        token = self._tokens.token()
        if isinstance(token, SignInProblem):
            return kind(Answer.NOT_SIGNED_IN, token.sentence, token.retry_helps, code=token.code)
        reply = self._send(method, url, token)
        if isinstance(reply, Reply) and reply.status == httpx.codes.UNAUTHORIZED:
            token = self._tokens.token(fresh=True)
            if isinstance(token, SignInProblem):
                return replace(judge(reply), sentence=token.sentence, retry_helps=token.retry_helps)
            reply = self._send(method, url, token)
        if isinstance(reply, Reply):
            return judge(reply)
        return kind(reply.answer, reply.sentence, reply.retry_helps, code=reply.code, client_request_id=reply.sent_id)

    def _send(self, method: str, url: str, token: Token) -> Reply | _NoReply:
        """One request, one answer or the reason why there is none."""
        if not _TOKEN.fullmatch(token.value):
            return _NoReply(
                Answer.NOT_SIGNED_IN,
                "The access token holds characters that no token has, so nothing was sent. Check how it was copied.",
            )
        try:
            client = self._open()
        except (OSError, ValueError, ImportError) as error:
            return _cannot_start(error)
        sent_id = str(uuid4())
        headers = {"Authorization": f"Bearer {token.value}", "client-request-id": sent_id}
        try:
            with client.stream(method, url, headers=headers) as response:
                return self._reply(response, token, sent_id)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RuntimeError) as error:
            return replace(_failure(error, urlsplit(url).netloc), sent_id=sent_id)

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(
                    transport=self._transport,
                    timeout=self._timeout,
                    follow_redirects=False,
                    # A proxy from the environment would get to read what goes over plain http.
                    trust_env=str(self._root).startswith("https:"),
                    headers={
                        "User-Agent": f"callmon/{__version__}",
                        "Accept": "application/json",
                        "Accept-Encoding": "identity",
                    },
                )
            return self._client

    def _reply(self, response: httpx.Response, token: Token, sent_id: str) -> Reply:
        body, whole = _read(response, monotonic() + self._read_timeout_s)
        headers = dict(response.headers)
        if len(token.value) >= _MIN_SECRET:  # an echo of our request must not carry the token into the journal
            body = body.replace(token.value.encode(), b"[token]")
            headers = {name: value.replace(token.value, "[token]") for name, value in headers.items()}
        return Reply(response.status_code, headers, body, sent_id, whole)


def _read(response: httpx.Response, deadline: float) -> tuple[bytes, bool]:
    """The body, and whether that is all of it. What broke off or came too slowly is kept as far as it came."""
    body = bytearray()
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BODY or monotonic() > deadline:
                return bytes(body[:MAX_BODY]), False
    except httpx.HTTPError:
        return bytes(body), False
    return bytes(body), True


def _cannot_start(error: Exception) -> _NoReply:
    return _NoReply(
        Answer.UNREACHABLE,
        f"The connection cannot be set up on this machine ({type(error).__name__}), so nothing was sent. Check "
        "HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
    )


def _failure(error: Exception, host: str) -> _NoReply:
    """Why a request got no answer, and whether it may have reached Graph all the same."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        why = f"{host} did not take a connection in time, so nothing was sent. Check the network, then try again."
        return _NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    if isinstance(error, httpx.ProxyError):
        why = f"The proxy did not let the request through to {host}. Check HTTPS_PROXY and NO_PROXY."
        return _NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    if isinstance(error, httpx.ConnectError):
        return _no_connection(error, host)
    if isinstance(error, httpx.TimeoutException):
        why = f"{host} did not answer in time. The request may have reached it all the same; to send it again is safe."
        return _NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        why = (
            f"The connection to {host} broke before an answer came. The request may have reached it all the same; "
            "to send it again is safe."
        )
        return _NoReply(Answer.UNREACHABLE, why, retry_helps=True)
    return _NoReply(
        Answer.UNREACHABLE,
        f"The request to {host} failed on this machine ({type(error).__name__}). Check "
        "CALLMON_GRAPH_URL and the proxy.",
    )


def _no_connection(error: httpx.ConnectError, host: str) -> _NoReply:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return _NoReply(
            Answer.UNREACHABLE,
            f"No trusted TLS connection to {host}, so nothing was sent. If a proxy inspects TLS, set SSL_CERT_FILE to "
            "its certificates; else check the address and this machine's clock.",
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        why = f"The name {host} cannot be resolved, so nothing was sent. Check the network, DNS and CALLMON_GRAPH_URL."
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        why = f"{host} refused the connection, so nothing was sent. Check CALLMON_GRAPH_URL and that Graph runs there."
    else:
        why = f"No connection to {host}, so nothing was sent. Check the network, then try again."
    return _NoReply(Answer.UNREACHABLE, why, retry_helps=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
