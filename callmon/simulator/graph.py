"""The fake Graph: what a program that hangs calls up needs of Graph, and a door for tests.

| Request | Answer |
|---|---|
| ``DELETE /v1.0/communications/calls/{id}`` | 204, then the notifications of its end; 404 if there is no such call |
| ``GET /v1.0/communications/calls/{id}`` | 200 with the call; 404 |
| ``GET /simulator/calls`` | 200 with the ids, kinds and states of the live calls |
| ``POST /simulator/calls`` with ``{"kind": …}`` | 201 with the id of a new call |
| ``GET /simulator/faults`` | 200 with the rules by which DELETE goes wrong |
| ``POST /simulator/faults`` with ``{"rules": […]}`` | 200; from now on these hold (`callmon.simulator.faults`) |

Under ``/v1.0`` any bearer token will do, but there must be one. Errors have the shape of Graph's own (page "Microsoft
Graph error responses"; code 8522 as the calling service gives it).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace

from callmon.feeds.asgi import BodyFault, Receive, Scope, Send, read_body
from callmon.simulator.exchange import Exchange
from callmon.simulator.faults import Body, Fault, Faults, as_json, rules_in
from callmon.simulator.live import LiveCalls, comparable
from callmon.simulator.misbehaviour import NO_CALL, confirm, misbehave
from callmon.simulator.repertoire import KINDS

_CALLS = "/v1.0/communications/calls/"
_SIMULATOR = "/simulator/calls"
_FAULTS = "/simulator/faults"
_BODY_LIMIT = 4096
_RULES_LIMIT = 65_536
_BODY_SECONDS = 5.0
_HOW_TO_WRITE_RULES = (
    'The body must be {"rules": [{"fault": "…", …}, …]} with a fault of: '
    f"{', '.join(Fault)}; and beside it, if wanted: call (an id), rate (0 to 1), times (the first so many of a call), "
    f"seconds (0 to 3600), body ({', '.join(Body)}), acts (true or false)."
)


class FakeGraph:
    """An ASGI application."""

    def __init__(self, live: LiveCalls, start_call: Callable[[str], str], faults: Faults) -> None:
        """`start_call` begins a call of a kind (a key of `KINDS`) and returns its id."""
        self._live = live
        self._start_call = start_call
        self._faults = faults
        self._deletes: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange(scope, receive, send)
        path: str = scope["path"]
        if path == _SIMULATOR:
            await self._simulator(exchange, receive)
        elif path == _FAULTS:
            await self._set_faults(exchange, receive)
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

    async def _call(self, exchange: Exchange, call_id: str) -> None:
        match exchange.method:
            case "DELETE":
                await self._hang_up(exchange, call_id)
            case "GET":
                call = self._live.get(call_id)
                if call is None:
                    await exchange.fail(*NO_CALL)
                else:
                    await exchange.reply(200, call)
            case _:
                await exchange.refuse_method(b"DELETE, GET")

    async def _hang_up(self, exchange: Exchange, call_id: str) -> None:
        key = comparable(call_id)
        rule = self._faults.rule_for(key, self._deletes[key])
        self._deletes[key] += 1
        if rule is None:
            await confirm(exchange, existed=self._live.hang_up(call_id))
        else:
            await misbehave(rule, exchange, self._live, call_id)

    async def _set_faults(self, exchange: Exchange, receive: Receive) -> None:
        if exchange.method == "POST":
            body = await read_body(receive, _RULES_LIMIT, _BODY_SECONDS)
            rules = None if isinstance(body, BodyFault) else rules_in(body)
            if rules is None:
                await exchange.fail(400, "BadRequest", _HOW_TO_WRITE_RULES)
                return
            self._faults = replace(self._faults, rules=rules)
            self._deletes.clear()
        elif exchange.method != "GET":
            await exchange.refuse_method(b"GET, POST")
            return
        await exchange.reply(200, as_json(self._faults.rules))

    async def _simulator(self, exchange: Exchange, receive: Receive) -> None:
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


def _kind_in(body: bytes | BodyFault) -> str | None:
    if isinstance(body, BodyFault):
        return None
    try:
        value = json.loads(body)
    except ValueError:
        return None
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and kind in KINDS else None
