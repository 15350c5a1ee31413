"""Tokens for an application from Microsoft Entra, through msal.

Facts about msal (1.35 to 1.39) that shape this module: `acquire_token_for_client` looks into its own cache first and
knows no `force_refresh`; OAuth errors come back as a dict, network errors as exceptions of its ``http_client``, and an
unknown tenant as a `ValueError` from the constructor, which already talks to the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from callmon.clocks import utc_now
from callmon.graph.auth import SignInProblem, Token
from callmon.graph.clouds import Cloud
from callmon.graph.credentials import Credential
from callmon.graph.naming import UNNAMED, SettingNames


class EntraTokens:
    """Tokens of one application in one tenant, kept in memory by one msal application object.

    `http_client` stands in for callmon's own. Making one does nothing yet: msal is imported, the credential is read
    and Entra is asked with the first token. After a failure all of it begins anew.
    """

    def __init__(
        self,
        tenant: str,
        client_id: str,
        credential: Credential,
        cloud: Cloud,
        *,
        names: SettingNames = UNNAMED,
        http_client: object | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._tenant = tenant.strip()
        self._client_id = client_id.strip()
        self._credential = credential
        self._cloud = cloud
        self._names = names
        self._http_client = http_client
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._application: Any = None  # msal carries no types
        self._secrets: tuple[str, ...] = ()

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """A token, from msal's cache if one is good for five more minutes and no fresh one is wanted."""
        problem = unusable(self._tenant, self._client_id, self._names)
        if problem is not None:
            return problem
        with self._lock:
            got = self._token(fresh)
            if isinstance(got, SignInProblem):
                self._application = None
        return got

    def _token(self, fresh: bool) -> Token | SignInProblem:
        # What follows brings httpx along, and what msal raises.
        from callmon.graph.sign_in_words import from_exception, from_refusal  # noqa: PLC0415

        try:
            answer = self._ask(fresh)
        except Exception as error:  # noqa: BLE001  # msal lets through whatever httpx, json and cryptography raise
            return from_exception(error, self._cloud.authority_host, self._names)
        if isinstance(answer, SignInProblem):
            return answer
        value = answer.get("access_token")
        if isinstance(value, str) and value:
            return Token(value, expiry(answer.get("expires_in")))
        return from_refusal(answer, self._secrets, self._names)

    def _ask(self, fresh: bool) -> Mapping[str, Any] | SignInProblem:
        if self._application is None:
            credential = self._credential.for_msal()
            if isinstance(credential, SignInProblem):
                return credential
            self._secrets = tuple(_texts(credential))
            self._application = self._build(self._watched(credential))
        if fresh:
            self._application.remove_tokens_for_client()
        answer = self._application.acquire_token_for_client([self._cloud.scope])
        return answer if isinstance(answer, dict) else {}

    def _watched(self, credential: str | Mapping[str, Any]) -> str | Mapping[str, Any]:
        """The credential; what it reads when it is used is remembered as secret, too."""
        read = None if isinstance(credential, str) else credential.get("client_assertion")
        if not callable(read):
            return credential

        def reading() -> str:
            assertion = str(read())
            self._secrets = (assertion,)
            return assertion

        return {"client_assertion": reading}

    def _build(self, credential: str | Mapping[str, Any]) -> Any:
        import msal  # type: ignore[import-untyped]  # noqa: PLC0415  # a tenth of a second that only sign-in should pay

        from callmon.graph.msal_http import MsalHttp, keep_msal_quiet  # noqa: PLC0415  # as above

        keep_msal_quiet()
        return msal.ConfidentialClientApplication(
            self._client_id,
            client_credential=credential if isinstance(credential, str) else dict(credential),
            authority=f"https://{self._cloud.authority_host}/{self._tenant}",
            http_client=self._http_client or MsalHttp(self._timeout_s),
            # The authority is one of Microsoft's known hosts; asking the global cloud about it would be in vain.
            instance_discovery=False,
        )


_TENANT = re.compile(r"[A-Za-z0-9.-]+")
_NO_TENANT = frozenset({"common", "organizations", "consumers"})


def unusable(tenant: str, client_id: str, names: SettingNames) -> SignInProblem | None:
    """Why no application can sign in with these, whatever its credential is; None if it can be tried."""
    if not client_id:
        return SignInProblem(names.say("The application's id is missing. Set {client_id} to the bot's application id."))
    if not _TENANT.fullmatch(tenant) or tenant.lower() in _NO_TENANT:
        return SignInProblem(
            names.say(
                "{tenant_id} does not name one tenant. Set it to the id (or a domain name) of the tenant that the "
                "calls belong to; common, organizations and consumers do not work for an application."
            )
        )
    return None


def expiry(expires_in: object) -> datetime | None:
    """When a token that lasts so many seconds ends; None if it is not said."""
    try:
        return utc_now() + timedelta(seconds=int(str(expires_in)))
    except (ValueError, OverflowError):
        return None


def _texts(credential: object) -> Iterator[str]:
    if isinstance(credential, str):
        yield credential
    elif isinstance(credential, Mapping):
        for value in credential.values():
            yield from _texts(value)
