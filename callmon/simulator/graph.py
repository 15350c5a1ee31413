"""The fake Graph: what a program that hangs calls up needs of Graph, and a door for tests.

| Request | Answer |
|---|---|
| ``DELETE /v1.0/communications/calls/{id}`` | 204, then the notifications of its end; 404 if there is no such call |
| ``GET /v1.0/communications/calls/{id}`` | 200 with the call; 404 |
| ``GET /simulator/calls`` | 200 with the ids, kinds and states of the live calls |
| ``POST /simulator/calls`` with ``{"kind": …}`` | 201 with the id of a new call |

Under ``/v1.0`` any bearer token will do, but there must be one. Errors have the shape of Graph's own (page "Microsoft
Graph error responses"; code 8522 as the calling service gives it).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from callmon.feeds.asgi import BodyFault, Receive, Scope, Send, answer_json, read_body
from callmon.simulator.live import LiveCalls
from callmon.simulator.repertoire import KINDS

_CALLS = "/v1.0/communications/calls/"
_SIMULATOR = "/simulator/calls"
_BODY_LIMIT = 4096
_BODY_SECONDS = 5.0


class FakeGraph:
    """An ASGI application."""

    def __init__(self, live: LiveCalls, start_call: Callable[[str], str]) -> None:
        """`start_call` begins a call of a kind (a key of `KINDS`) and returns its id."""
        self._live = live
        self._start_call = start_call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = _Exchange(scope, send)
        path: str = scope["path"]
        if path == _SIMULATOR:
            await self._simulator(exchange, receive)
        elif not path.startswith("/v1.0/"):
            await exchange.fail(404, "NotFound", f"Nothing answers under the path {path}.")
        elif not exchange.has_token:
            await exchange.fail(
                401, "InvalidAuthenticationToken", "Access token is empty.", b"www-authenticate: Bearer"
            )
        elif path.startswith(_CALLS) and "/" not in path[len(_CALLS) :]:
            await self._call(exchange, path[len(_CALLS) :])
        else:
            await exchange.fail(404, "NotFound", f"The simulated Graph has no {path}.")

    async def _call(self, exchange: _Exchange, call_id: str) -> None:
        match exchange.method:
            case "DELETE":
                if self._live.hang_up(call_id):
                    await exchange.reply(204)
                else:
                    await exchange.fail(404, "8522", "Call not found.")
            case "GET":
                call = self._live.get(call_id)
                if call is None:
                    await exchange.fail(404, "8522", "Call not found.")
                else:
                    await exchange.reply(200, call)
            case _:
                await exchange.refuse_method(b"DELETE, GET")

    async def _simulator(self, exchange: _Exchange, receive: Receive) -> None:
        match exchange.method:
            case "GET":
                await exchange.reply(200, {"value": [asdict(call) for call in self._live.listed()]})
            case "POST":
                kind = _kind_in(await read_body(receive, _BODY_LIMIT, _BODY_SECONDS))
                if kind is None:
                    known = ", ".join(KINDS)
                    await exchange.fail(400, "BadRequest", f'The body must be {{"kind": "…"}} with one of: {known}.')
                else:
                    await exchange.reply(201, {"id": self._start_call(kind), "kind": kind})
            case _:
                await exchange.refuse_method(b"GET, POST")


@dataclass(frozen=True, slots=True)
class _Ids:
    request: str
    client: str


class _Exchange:
    """One request and the way to answer it as Graph does, with its ids in the headers."""

    def __init__(self, scope: Scope, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.method: str = scope["method"]
        self.has_token = _is_bearer(headers.get(b"authorization", ""))
        request_id = str(uuid.uuid4())
        self._ids = _Ids(request_id, headers.get(b"client-request-id", request_id))
        self._send = send

    async def reply(self, status: int, value: object = None, *extra: tuple[bytes, bytes]) -> None:
        """Answer with JSON; without a body if `value` is None."""
        ids = ((b"request-id", self._ids.request.encode()), (b"client-request-id", self._ids.client.encode("latin-1")))
        if value is None:  # without content-length, which RFC 9110 (8.6) forbids for 204
            await self._send({"type": "http.response.start", "status": status, "headers": [*ids, *extra]})
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await answer_json(self._send, status, value, (*ids, *extra))

    async def fail(self, status: int, code: str, message: str, *extra: bytes) -> None:
        """Answer with an error; `extra` are headers, ``name: value``."""
        inner = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": self._ids.request,
            "client-request-id": self._ids.client,
        }
        headers = [(name, value) for name, _, value in (line.partition(b": ") for line in extra)]
        await self.reply(status, {"error": {"code": code, "message": message, "innerError": inner}}, *headers)

    async def refuse_method(self, allowed: bytes) -> None:
        """Answer 405."""
        await self.fail(405, "MethodNotAllowed", f"{self.method} is not possible here.", b"allow: " + allowed)


def _is_bearer(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and bool(token.strip())


def _kind_in(body: bytes | BodyFault) -> str | None:
    if isinstance(body, BodyFault):
        return None
    try:
        value = json.loads(body)
    except ValueError:
        return None
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and kind in KINDS else None
