"""What msal speaks HTTP with: the same client as everything else here, in the form that msal asks for.

Source: `msal.oauth2cli.http.HttpClient`. Managed identities are asked through requests instead (see there).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from callmon.graph.failures import cannot_start
from callmon.graph.http_client import ClientProblem, open_client

_NOWHERE = logging.NullHandler()


class CannotConnect(Exception):  # noqa: N818  # it says what is the case
    """No connection can be set up on this machine. The text is a sentence for the person at the console."""


class MsalHttp:
    """msal's ``http_client``. Each request has a connection of its own: there are two in an hour."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout = httpx.Timeout(timeout_s)

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> httpx.Response:
        """Raises what httpx raises, and `CannotConnect`."""
        with self._open() as client:
            return client.get(url, params=params, headers=headers)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> httpx.Response:
        """Raises what httpx raises, and `CannotConnect`."""
        # msal gives signed assertions as bytes, which httpx would write as Python shows them.
        form = {name: each.decode() if isinstance(each, bytes) else each for name, each in (data or {}).items()}
        with self._open() as client:
            return client.post(url, params=params, data=form, headers=headers)

    def _open(self) -> httpx.Client:
        try:
            return open_client(self._timeout, {})
        except ClientProblem as problem:
            raise CannotConnect(cannot_start(problem).sentence) from problem

    def close(self) -> None:
        """Nothing is kept open."""


def keep_msal_quiet() -> None:
    """Let nothing of msal's log out: an answer of a token endpoint that it cannot parse could hold a token."""
    logger = logging.getLogger("msal")
    logger.addHandler(_NOWHERE)
    logger.propagate = False
