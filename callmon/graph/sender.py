"""One request about a call, and its answer or the reason why there is none. Whether it is sent again is for others.

Every request has a ``client-request-id`` of its own, and the token that it carries is nowhere in what comes back.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from callmon.core.answers import Answer
from callmon.graph.auth import SENDABLE, Token
from callmon.graph.failures import NoReply, cannot_start, failure, too_late
from callmon.graph.http_client import ClientProblem, open_client
from callmon.graph.leash import GivenUp, Leash, Stage
from callmon.graph.naming import SettingNames
from callmon.graph.replies import Reply

MAX_BODY = 1 << 20
"""Bytes kept of an answer; a call takes a few thousand."""

_MIN_SECRET = 8
"""Characters from which on a token is worth hiding: a shorter one is a toy and would spoil innocent words."""


class Sender:
    """Opens its client with the first request. Safe to use from several threads."""

    def __init__(
        self,
        connect_timeout_s: float,
        read_timeout_s: float,
        *,
        trust_env: bool,
        transport: httpx.BaseTransport | None,
        names: SettingNames,
    ) -> None:
        """Reading may take so long between two pieces of an answer, and as long for its body as a whole.

        `names` is how the settings of the bot are called for which it sends.
        """
        self._timeout = httpx.Timeout(read_timeout_s, connect=connect_timeout_s)
        self._read_timeout_s = read_timeout_s
        self._trust_env = trust_env
        self._transport = transport
        self._names = names
        self._lock = Lock()
        self._client: httpx.Client | None = None

    def send(self, method: str, url: str, token: Token, leash: Leash) -> Reply | NoReply:
        """Send it, and wait for the answer. Raises `callmon.graph.leash.CalledOff` if nothing has left."""
        if not SENDABLE.fullmatch(token.value):
            return NoReply(
                Answer.NOT_SIGNED_IN,
                "The access token holds characters that no token has, so nothing was sent. Check how it was copied.",
            )
        try:
            client = self._open()
        except ClientProblem as problem:
            return cannot_start(problem)
        sent_id = str(uuid4())
        headers = {"Authorization": f"Bearer {token.value}", "client-request-id": sent_id}
        try:
            leash.turns_to(Stage.CONNECTING)
            with client.stream(method, url, headers=headers, extensions={"trace": leash.trace}) as response:
                return self._reply(response, token, sent_id)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RuntimeError, GivenUp) as error:
            why = too_late(leash.stage, host_of(url)) if leash.cut else failure(error, host_of(url), self._names)
            return replace(why, sent_id=sent_id)

    def close(self) -> None:
        """Let go of the connections. A later request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = open_client(
                    self._timeout,
                    {"Accept-Encoding": "identity"},
                    trust_env=self._trust_env,
                    transport=self._transport,
                )
            return self._client

    def _reply(self, response: httpx.Response, token: Token, sent_id: str) -> Reply:
        body, whole = _read(response, monotonic() + self._read_timeout_s)
        headers = dict(response.headers)
        if len(token.value) >= _MIN_SECRET:  # an echo of our request must not carry the token into the journal
            body = body.replace(token.value.encode(), b"[token]")
            headers = {name: value.replace(token.value, "[token]") for name, value in headers.items()}
        return Reply(response.status_code, headers, body, sent_id, whole)


def host_of(url: str) -> str:
    """Host and port, for sentences."""
    return urlsplit(url).netloc


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
