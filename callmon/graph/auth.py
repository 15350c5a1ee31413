"""Application tokens for Microsoft Graph: from Microsoft Entra through msal, or one that was given.

Facts about msal (1.34 to 1.39) that shape this module: `acquire_token_for_client` looks into its own cache first and
knows no `force_refresh`; OAuth errors come back as a dict, network errors as exceptions of requests, and an unknown
tenant as a `ValueError` from the constructor, which already talks to the network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from callmon.graph.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. Its value shows up in neither `repr` nor `str`."""

    value: str = field(repr=False)
    expires_on: datetime | None = None
    """When it ends: aware, UTC; None if that is not known."""


@dataclass(frozen=True, slots=True)
class SignInProblem:
    """Why there is no token. Holds no secret."""

    sentence: str
    """What happened and what to do, in one or two sentences."""
    code: str | None = None
    """Microsoft Entra's code (``AADSTS7000215``), else the OAuth error, if there was one."""
    retry_helps: bool = False
    """True if asking again, later, may succeed with the same settings."""


class TokenSource(Protocol):
    """Something that has application tokens. Safe to use from several threads; blocks (network), never raises."""

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """A token that has not expired; with `fresh` a new one, because Graph refused the one in use."""
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that somebody else got (``CALLMON_ACCESS_TOKEN``). It cannot be renewed here."""

    value: str = field(repr=False)

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """The token as given; a problem if it is empty or if a fresh one is wanted."""
        if fresh:
            return SignInProblem(
                "Graph refused the access token in CALLMON_ACCESS_TOKEN, and callmon cannot renew it. "
                "Put a new one there and start callmon again."
            )
        value = self.value.strip()
        if not value:
            return SignInProblem("The access token in CALLMON_ACCESS_TOKEN is empty. Put a token there.")
        return Token(value)


class MsalTokens:
    """Tokens for an application from Microsoft Entra, kept in memory by one msal application object.

    `client_credential` is what msal calls so: the client secret as text, or a mapping that describes a certificate or
    an assertion. `http_client` stands in for msal's session of requests. Making one does nothing yet; msal is imported
    and Entra is asked with the first token.
    """

    def __init__(
        self,
        tenant: str,
        client_id: str,
        client_credential: str | Mapping[str, Any],
        cloud: Cloud,
        *,
        http_client: object | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._tenant = tenant.strip()
        self._client_id = client_id.strip()
        self._credential = client_credential if isinstance(client_credential, str) else dict(client_credential)
        self._cloud = cloud
        self._http_client = http_client
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._application: Any = None  # msal carries no types

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """A token, from msal's cache if one is good for five more minutes and no fresh one is wanted."""
        problem = _unusable(self._tenant, self._client_id)
        if problem is not None:
            return problem
        try:
            with self._lock:
                answer = self._ask(fresh)
        except Exception as error:  # noqa: BLE001  # msal lets through whatever requests, json and cryptography raise
            return _from_exception(error, self._cloud.authority_host)
        value = answer.get("access_token")
        if isinstance(value, str) and value:
            return Token(value, _expiry(answer.get("expires_in")))
        return _from_refusal(answer, list(_texts(self._credential)))

    def _ask(self, fresh: bool) -> dict[str, Any]:
        if self._application is None:
            self._application = self._build()
        if fresh:
            self._application.remove_tokens_for_client()
        answer = self._application.acquire_token_for_client([self._cloud.scope])
        return answer if isinstance(answer, dict) else {}

    def _build(self) -> Any:
        import msal  # type: ignore[import-untyped]  # noqa: PLC0415  # a tenth of a second that only sign-in should pay

        # msal logs an answer of the token endpoint that it cannot parse, whole: it could hold a token.
        logger = logging.getLogger("msal")
        logger.addHandler(_NOWHERE)
        logger.propagate = False
        return msal.ConfidentialClientApplication(
            self._client_id,
            client_credential=self._credential,
            authority=f"https://{self._cloud.authority_host}/{self._tenant}",
            http_client=self._http_client,
            timeout=self._timeout_s,
            # The authority is one of Microsoft's known hosts; asking the global cloud about it would be in vain.
            instance_discovery=False,
        )


_NOWHERE = logging.NullHandler()
_TENANT = re.compile(r"[A-Za-z0-9.-]+")
_NO_TENANT = frozenset({"common", "organizations", "consumers"})


def _unusable(tenant: str, client_id: str) -> SignInProblem | None:
    if not client_id:
        return SignInProblem("The application's id is missing. Set CALLMON_CLIENT_ID to the bot's application id.")
    if not _TENANT.fullmatch(tenant) or tenant.lower() in _NO_TENANT:
        return SignInProblem(
            "CALLMON_TENANT_ID does not name one tenant. Set it to the id (or a domain name) of the tenant that the "
            "calls belong to; common, organizations and consumers do not work for an application."
        )
    return None


def _expiry(expires_in: object) -> datetime | None:
    try:
        return datetime.now(UTC) + timedelta(seconds=int(str(expires_in)))
    except (ValueError, OverflowError):
        return None


def _texts(credential: object) -> Iterator[str]:
    if isinstance(credential, str):
        yield credential
    elif isinstance(credential, Mapping):
        for value in credential.values():
            yield from _texts(value)


_CODE = re.compile(r"AADSTS\d+")
_MAX_DESCRIPTION = 300

_REFUSALS: Mapping[str, str] = {
    "AADSTS7000215": "Microsoft Entra refused the client secret. Set CALLMON_CLIENT_SECRET to the value of a secret of "
    "this application (the value, not the secret's id).",
    "AADSTS7000222": "The client secret has expired. Create a new one for this application in Microsoft Entra and set "
    "CALLMON_CLIENT_SECRET to its value.",
    "AADSTS7000218": "Microsoft Entra got no client credential. Set CALLMON_CLIENT_SECRET.",
    "AADSTS700016": "Microsoft Entra knows no such application in this tenant. Check CALLMON_CLIENT_ID and "
    "CALLMON_TENANT_ID, and that the tenant's administrator has consented to the application.",
    "AADSTS7000112": "The application is disabled in this tenant. Ask the tenant's administrator to enable it.",
    "AADSTS90002": "Microsoft Entra knows no such tenant. Check CALLMON_TENANT_ID, and CALLMON_CLOUD: a tenant lives "
    "in one cloud only.",
    "AADSTS900023": "CALLMON_TENANT_ID is not a tenant's id or domain name. Copy the tenant id from Microsoft Entra.",
    "AADSTS500011": "This tenant does not know the Graph of this cloud. Check that CALLMON_CLOUD is the tenant's "
    "cloud.",
    "AADSTS700027": "Microsoft Entra refused the client certificate. Check that it is registered for this application "
    "and has not expired.",
    "AADSTS700024": "Microsoft Entra found the signed assertion outside of its time. Check this machine's clock.",
    "AADSTS53003": "A Conditional Access policy of the tenant blocks this application from here. Ask the tenant's "
    "administrator.",
}
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
"""OAuth errors that go away by themselves (RFC 6749, section 4.1.2.1)."""


def _from_refusal(answer: Mapping[str, Any], secrets: list[str]) -> SignInProblem:
    error, description = (str(answer.get(key) or "") for key in ("error", "error_description"))
    found = _CODE.search(description)
    code = found[0] if found else error or None
    known = _REFUSALS.get(code or "")
    if known:
        return SignInProblem(f"{known} ({code})", code)
    said = _first_line(description, secrets)
    return SignInProblem(
        f"Microsoft Entra gave no token ({code or 'no reason given'})"
        f"{': ' + said.rstrip('.') if said else ''}. Check the application's settings in Microsoft Entra.",
        code,
        retry_helps=error in _PASSING,
    )


def _first_line(description: str, secrets: list[str]) -> str:
    """What Entra says, without the trace ids that follow, the code that stands before, and anything secret."""
    for secret in filter(None, secrets):
        description = description.replace(secret, "[secret]")
    line = re.split(r"\s*(?:[\r\n]|Trace ID:)", description, maxsplit=1)[0]
    line = _CODE.sub("", line).lstrip(": ")
    return "".join(char if char.isprintable() else " " for char in line)[:_MAX_DESCRIPTION]


def _from_exception(error: Exception, host: str) -> SignInProblem:
    said = next((found[0] for each in _chain(error) if (found := _CODE.search(str(each)))), None)
    if said is not None:
        return _from_refusal({"error_description": said}, [])
    return _from_network(error, host) or SignInProblem(
        f"Signing in gave neither a token nor a reason ({type(error).__name__}). Check "
        f"CALLMON_TENANT_ID and the credential, and whether a proxy answers in place of {host}."
    )


def _from_network(error: Exception, host: str) -> SignInProblem | None:
    import requests  # noqa: PLC0415  # with msal, whose exceptions these are
    from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]  # noqa: PLC0415  # as above

    cases: list[tuple[type[Exception], str, bool]] = [
        (
            requests.exceptions.ProxyError,
            f"The proxy did not let the sign-in through to {host}. Check HTTPS_PROXY and NO_PROXY.",
            True,
        ),
        (
            requests.exceptions.SSLError,
            (
                f"The certificate of {host} is not trusted, so nothing was sent. If a proxy inspects TLS, set "
                "REQUESTS_CA_BUNDLE to its certificates; else check this machine's clock."
            ),
            False,
        ),
        (requests.exceptions.Timeout, f"{host} did not answer in time, so there is no token. Try again.", True),
        (
            requests.exceptions.RequestException,
            f"{host} cannot be reached, so there is no token. Check the network, DNS and HTTPS_PROXY.",
            True,
        ),
        (MsalServiceError, f"Microsoft Entra ({host}) failed and gave no token. Try again in a moment.", True),
    ]
    return next(
        (SignInProblem(text, retry_helps=retry) for kind, text, retry in cases if isinstance(error, kind)), None
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
