"""Tokens for the identity that Azure gave this machine, container or application; nothing secret is kept for it.

The token is that of the identity's own application, so the bot must be registered with it ("user-assigned managed
identity" of an Azure Bot). It comes from an address of this machine, so neither proxies nor certificates play a part.
msal wants a session of requests for it.
"""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import Any

from callmon.graph.auth import SignInProblem, Token
from callmon.graph.clouds import Cloud
from callmon.graph.entra import expiry
from callmon.graph.naming import UNNAMED, SettingNames


class ManagedIdentityTokens:
    """Tokens of one managed identity, kept in memory by one msal client."""

    def __init__(
        self, client_id: str | None, cloud: Cloud, *, names: SettingNames = UNNAMED, timeout_s: float = 5.0
    ) -> None:
        """`client_id` is that of a user-assigned identity; None for the one that the system assigned."""
        self._client_id = client_id
        self._cloud = cloud
        self._names = names
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._client: Any = None  # msal carries no types

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """A token, from msal's cache if one is good for five more minutes and no fresh one is wanted."""
        try:
            with self._lock:
                if fresh or self._client is None:
                    self._client = self._build()
                answer = self._client.acquire_token_for_client(resource=self._cloud.graph_root)
        except Exception as error:  # noqa: BLE001  # msal lets through whatever requests and json raise
            return self._failed(error)
        answer = answer if isinstance(answer, dict) else {}
        value = answer.get("access_token")
        if isinstance(value, str) and value:
            return Token(value, expiry(answer.get("expires_in")))
        return SignInProblem(
            self._names.say(
                "Azure gave no token for the managed identity. Check that this machine has the identity in "
                "{managed_identity}, and that the bot is registered with it."
            ),
            code=_word(answer.get("error")),
        )

    def _failed(self, error: Exception) -> SignInProblem:
        import requests  # noqa: PLC0415  # with msal, whose exceptions these are

        if isinstance(error, requests.exceptions.RequestException):
            sentence = (
                "Nothing here gives tokens for a managed identity ({managed_identity}): that works on Azure only."
            )
            return SignInProblem(self._names.say(sentence), retry_helps=True)
        return SignInProblem(
            f"What gives tokens for managed identities here gave neither a token nor a reason ({type(error).__name__})."
        )

    def _build(self) -> Any:
        import msal  # type: ignore[import-untyped]  # noqa: PLC0415  # a tenth of a second that only sign-in should pay
        import requests  # noqa: PLC0415  # as above

        from callmon.graph.msal_http import keep_msal_quiet  # noqa: PLC0415  # as above

        keep_msal_quiet()
        session = requests.Session()
        session.trust_env = False
        session.request = partial(session.request, timeout=self._timeout_s)  # type: ignore[method-assign]  # msal does so
        identity = (
            msal.UserAssignedManagedIdentity(client_id=self._client_id)
            if self._client_id
            else msal.SystemAssignedManagedIdentity()
        )
        return msal.ManagedIdentityClient(identity, http_client=session)


_MAX_WORD = 80


def _word(value: object) -> str | None:
    return value[:_MAX_WORD] if isinstance(value, str) and value.isprintable() else None
