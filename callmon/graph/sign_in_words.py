"""What it means that Microsoft Entra gave no token: its codes, and what msal lets through of the network's errors."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx

from callmon.core.masking import masked
from callmon.graph.auth import SignInProblem
from callmon.graph.credentials import AssertionUnreadable
from callmon.graph.msal_http import CannotConnect
from callmon.graph.naming import SettingNames

_CODE = re.compile(r"AADSTS\d+")
_MAX_DESCRIPTION = 300

_REFUSALS: Mapping[str, str] = {
    "AADSTS7000215": "Microsoft Entra refused the client secret. Set {client_secret} to the value of a secret of "
    "this application (the value, not the secret's id).",
    "AADSTS7000222": "The client secret has expired. Create a new one for this application in Microsoft Entra and set "
    "{client_secret} to its value.",
    "AADSTS7000218": "Microsoft Entra got no client credential. Set {client_secret} or {client_certificate}.",
    "AADSTS700016": "Microsoft Entra knows no such application in this tenant. Check {client_id} and "
    "{tenant_id}, and that the tenant's administrator has consented to the application.",
    "AADSTS7000112": "The application is disabled in this tenant. Ask the tenant's administrator to enable it.",
    "AADSTS90002": "Microsoft Entra knows no such tenant. Check {tenant_id}, and {cloud}: a tenant lives "
    "in one cloud only.",
    "AADSTS900023": "{tenant_id} is not a tenant's id or domain name. Copy the tenant id from Microsoft Entra.",
    "AADSTS500011": "This tenant does not know the Graph of this cloud. Check that {cloud} is the tenant's cloud.",
    "AADSTS700027": "Microsoft Entra refused the client certificate. Check that the one in {client_certificate} is "
    "registered for this application and has not expired.",
    "AADSTS700024": "Microsoft Entra found the signed assertion outside of its time. Check this machine's clock.",
    "AADSTS70021": "The application trusts no such federated identity. Compare issuer, subject and audience of the "
    "token in {federated_token_file} with the federated credential of the application.",
    "AADSTS700213": "The application trusts no federated identity with this subject. Compare the token in "
    "{federated_token_file} with the federated credential of the application.",
    "AADSTS53003": "A Conditional Access policy of the tenant blocks this application from here. Ask the tenant's "
    "administrator.",
}
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
"""OAuth errors that go away by themselves (RFC 6749, section 4.1.2.1)."""


def from_refusal(answer: Mapping[str, Any], secrets: Iterable[str], names: SettingNames) -> SignInProblem:
    """What an answer without a token means. `secrets` are taken out of what is repeated."""
    error, description = (str(answer.get(key) or "") for key in ("error", "error_description"))
    found = _CODE.search(description)
    code = found[0] if found else error or None
    known = _REFUSALS.get(code or "")
    if known:
        return SignInProblem(f"{names.say(known)} ({code})", code)
    said = _first_line(description, secrets)
    return SignInProblem(
        f"Microsoft Entra gave no token ({code or 'no reason given'})"
        f"{': ' + said.rstrip('.') if said else ''}. Check the application's settings in Microsoft Entra.",
        code,
        retry_helps=error in _PASSING,
    )


def _first_line(description: str, secrets: Iterable[str]) -> str:
    """What Entra says, without the trace ids that follow, the code that stands before, and anything secret."""
    for secret in filter(None, secrets):
        description = description.replace(secret, "[secret]")
    description = str(masked(description))  # what was signed with a certificate is known to msal alone
    line = re.split(r"\s*(?:[\r\n]|Trace ID:)", description, maxsplit=1)[0]
    line = _CODE.sub("", line).lstrip(": ")
    return "".join(char if char.isprintable() else " " for char in line)[:_MAX_DESCRIPTION]


def from_exception(error: Exception, host: str, names: SettingNames) -> SignInProblem:
    """What something that msal let through means. Of its text only Entra's code is repeated."""
    chain = list(_chain(error))
    unreadable = next((each for each in chain if isinstance(each, AssertionUnreadable)), None)
    if unreadable is not None:
        return unreadable.problem
    if isinstance(error, CannotConnect):
        return SignInProblem(str(error))
    said = next((found[0] for each in chain if (found := _CODE.search(str(each)))), None)
    if said is not None:
        return from_refusal({"error_description": said}, [], names)
    return _from_network(error, chain, host) or SignInProblem(
        f"Signing in gave neither a token nor a reason ({type(error).__name__}). Check {names['tenant_id']} and the "
        f"credential, and whether a proxy answers in place of {host}."
    )


def _from_network(error: Exception, chain: list[BaseException], host: str) -> SignInProblem | None:
    from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]  # noqa: PLC0415  # see EntraTokens

    if any(isinstance(each, ssl.SSLError) for each in chain):
        return SignInProblem(
            f"The certificate of {host} is not trusted, so nothing was sent. If a proxy inspects TLS, set "
            "SSL_CERT_FILE to its certificates; else check this machine's clock."
        )
    cases: list[tuple[type[Exception], str]] = [
        (
            httpx.ProxyError,
            f"The proxy did not let the sign-in through to {host}. Check HTTPS_PROXY and NO_PROXY.",
        ),
        (httpx.TimeoutException, f"{host} did not answer in time, so there is no token. Try again."),
        (MsalServiceError, f"Microsoft Entra ({host}) failed and gave no token. Try again in a moment."),
        (httpx.HTTPStatusError, f"Microsoft Entra ({host}) failed and gave no token. Try again in a moment."),
        (
            httpx.HTTPError,
            f"{host} cannot be reached, so there is no token. Check the network, DNS and HTTPS_PROXY.",
        ),
    ]
    return next((SignInProblem(text, retry_helps=True) for kind, text in cases if isinstance(error, kind)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
