"""A hang-up that goes wrong at the fake Graph: the answers and non-answers of `callmon.simulator.faults`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import formatdate
from time import time
from types import MappingProxyType

from callmon.simulator.exchange import Exchange
from callmon.simulator.faults import Body, Fault, Rule
from callmon.simulator.live import LiveCalls

NO_CALL = (404, "8522", "Call not found.")
"""Status, code and message of the calling service for a call that is not there."""

_TOO_MANY = (429, "TooManyRequests", "Please retry again later.")
_BUSY = (503, "ServiceUnavailable", "The service is temporarily unavailable.")
_ANSWERS: Mapping[Fault, tuple[int, str, str]] = MappingProxyType(
    {
        Fault.UNAUTHORIZED: (401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
        Fault.NOT_REGISTERED: (403, "7503", "Application is not registered in our store."),
        Fault.NOT_PERMITTED: (403, "7504", "Insufficient enterprise tenant permissions, cannot access this API."),
        Fault.OTHER_TENANT: (403, "7505", "Request authorization tenant mismatch."),
        Fault.LOST: NO_CALL,
        Fault.CONFLICT: (409, "Conflict", "The call is in a state that does not allow this."),
        Fault.THROTTLED: _TOO_MANY,
        Fault.THROTTLED_SECONDS: _TOO_MANY,
        Fault.THROTTLED_FRACTION: _TOO_MANY,
        Fault.THROTTLED_DATE: _TOO_MANY,
        Fault.FAILED: (500, "9999", "Unknown internal server error."),
        Fault.BAD_GATEWAY: (502, "BadGateway", "The service behind the gateway failed."),
        Fault.BUSY: _BUSY,
        Fault.BUSY_SECONDS: _BUSY,
        Fault.GATEWAY_TIMEOUT: (504, "GatewayTimeout", "The service behind the gateway did not answer in time."),
    }
)


async def misbehave(rule: Rule, exchange: Exchange, live: LiveCalls, call_id: str) -> None:
    """Answer a DELETE of this call as the rule says."""
    match rule.fault:
        case Fault.RESET:
            if rule.acts:
                live.hang_up(call_id)
            await exchange.reset()
        case Fault.LATE:
            existed = live.hang_up(call_id)
            if await exchange.waits(rule.seconds):
                await confirm(exchange, existed=existed)
        case Fault.IGNORED:
            await confirm(exchange, existed=live.get(call_id) is not None)
        case Fault.UNHEARD:
            await confirm(exchange, existed=live.hang_up(call_id, told=False))
        case _:
            if rule.acts:
                live.hang_up(call_id)
            await _fail(rule, exchange)


async def confirm(exchange: Exchange, *, existed: bool) -> None:
    """Answer a DELETE as Graph does when nothing goes wrong."""
    if existed:
        await exchange.reply(204)
    else:
        await exchange.fail(*NO_CALL)


async def _fail(rule: Rule, exchange: Exchange) -> None:
    status, code, message = _ANSWERS[rule.fault]
    headers = [b"retry-after: " + text.encode()] if (text := _retry_after(rule)) else []
    if rule.body is Body.GRAPH:
        await exchange.fail(status, code, message, *headers)
        return
    page = f"<html><body><h1>{status}</h1><p>The gateway could not answer.</p></body></html>"
    body = page.encode() if rule.body is Body.HTML else b""
    told = [(name, value) for name, _, value in (line.partition(b": ") for line in headers)]
    if body:
        told.append((b"content-type", b"text/html"))
    await exchange.answer_for_graph(status, told, body)


def _retry_after(rule: Rule) -> str | None:
    """In whole seconds or as a date (RFC 9110, 10.2.3), or as a fraction, which Graph also sends."""
    match rule.fault:
        case Fault.THROTTLED_SECONDS | Fault.BUSY_SECONDS:
            return str(math.ceil(rule.seconds))
        case Fault.THROTTLED_FRACTION:
            return f"{rule.seconds:.3f}"
        case Fault.THROTTLED_DATE:
            return formatdate(time() + rule.seconds, usegmt=True)
        case _:
            return None
