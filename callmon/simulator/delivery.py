"""Brings notifications to the feed, as Graph would: HTTP POST, with Graph's headers, again if it did not work."""

from __future__ import annotations

import asyncio
import uuid

import httpx

from callmon.simulator.script import CallScript

_PAUSES_S = (0.05, 0.15, 0.4, 1.0)
"""Waits between the attempts; after the last attempt a notification is lost, as it can be with Graph."""
_TIMEOUT_S = 5.0
_CONNECTIONS = 8


def open_client() -> httpx.AsyncClient:
    """A client for loopback: it keeps its connections and does not ask the environment for a proxy."""
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    return httpx.AsyncClient(limits=limits, timeout=_TIMEOUT_S, trust_env=False)


class Delivery:
    """Sends bodies to one URL. The caller keeps the order of a call's notifications by waiting for each."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def send(self, script: CallScript, number: int, body: bytes) -> bool:
        """Deliver the notification with this number of this call; False if that failed for good."""
        for attempt, pause_s in enumerate((*_PAUSES_S, None)):
            status = await self._post(_headers(script, number, attempt), body)
            if status is not None and status != httpx.codes.SERVICE_UNAVAILABLE:
                return httpx.codes.is_success(status)
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        return False

    async def _post(self, headers: dict[str, str], body: bytes) -> int | None:
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
        except httpx.TransportError:
            return None
        return response.status_code


def _headers(script: CallScript, number: int, attempt: int) -> dict[str, str]:
    """The headers of recorded callbacks; one that is sent again also names its first message id."""
    call = uuid.UUID(script.call_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Microsoft-Skype/3.0,(Calling/1.0)",
        "Scenario-Id": script.chain_id,
        "X-Microsoft-Skype-Chain-ID": script.chain_id,
        "X-Microsoft-Skype-Message-ID": str(uuid.uuid5(call, f"{number}.{attempt}")),
    }
    if attempt:
        headers["X-Microsoft-Skype-Original-Message-ID"] = str(uuid.uuid5(call, f"{number}.0"))
    return headers
