"""A bot's program on Microsoft's own SDK (msgraph-sdk): hangs up one call twice and tells what came of it as JSON.

Run as a program of its own: ``python sdk_client.py ROOT TOKEN CALL_ID``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError


class GivenToken(AccessTokenProvider):  # type: ignore[misc]  # its types are not looked at, see pyproject.toml
    """The one token that there is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


async def main(root: str, token: str, call_id: str) -> dict[str, Any]:
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(GivenToken(token)))
    adapter.base_url = f"{root}/v1.0"
    call = GraphServiceClient(request_adapter=adapter).communications.calls.by_call_id(call_id)
    found = await call.get()
    await call.delete()
    told: dict[str, Any] = {"id": found.id, "state": str(found.state), "type": type(found).__name__}
    for _ in range(200):
        try:
            await call.delete()
        except ODataError as error:
            inner = error.error.inner_error
            told["error"] = {
                "status": error.response_status_code,
                "code": error.error.code,
                "message": error.error.message,
                "request_id": inner.request_id if inner else None,
            }
            return told
        await asyncio.sleep(0.05)
    return told


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
