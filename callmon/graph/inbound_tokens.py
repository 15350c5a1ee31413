"""The tokens with which Microsoft Graph signs its notifications, and the gate that admits who shows one."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from callmon.graph.inbound import Refused, bearer, digest_of
from callmon.graph.inbound_download import ALGORITHM
from callmon.graph.inbound_keys import NoKey

ISSUERS = (
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    "https://api.botframework.com",
    "https://api.botframework.com/",
)
"""Who issues the tokens, in each spelling met; they are compared exactly.

Source: `AuthenticationProvider` of Microsoft's samples for Graph communications; US Government writes the slash.
"""
TENANT_CLAIMS = ("tid", "http://schemas.microsoft.com/identity/claims/tenantid")
"""Where a token names the tenant; .NET shows the first as the second, and some tokens carry the second as it is."""
SKEW_S = 300
"""How far the clocks may differ, in seconds: the default of the .NET handler that the samples use."""

_MAX_TOKEN = 8192
_KEPT_TOKENS = 256


class Keys(Protocol):
    """Something that knows signing keys by their id (``kid``)."""

    async def key(self, kid: str) -> jwt.PyJWK | NoKey:
        """The key; the same object as long as it is valid."""
        ...


@dataclass(frozen=True, slots=True)
class _Verified:
    """What remains of a token that was found good."""

    kid: str
    key: jwt.PyJWK
    claims: Mapping[str, Any]


class GraphTokens:
    """The tokens with which Microsoft Graph signs its notifications to one bot.

    A token stays the same for many notifications and costs more to check than all the rest of a request, so those
    found good are remembered by their SHA-256, as long as their key stays the one that they were checked with.
    """

    def __init__(self, app_id: str, keys: Keys, now: Callable[[], float] = time.time) -> None:
        """`app_id` is the bot's application id, which a token must name as audience; `now` gives Unix seconds."""
        self._audiences = [app_id, app_id.lower()]
        self._keys = keys
        self._now = now
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:  # noqa: ARG002  # made for one
        """See `Gate`."""
        token = bearer(headers)
        if token is None or len(token) > _MAX_TOKEN:
            return Refused("The request carries no token of Microsoft Graph (Authorization: Bearer).")
        digest = digest_of(token)
        known = self._verified.get(digest)
        if known is not None and await self._keys.key(known.kid) is known.key:
            if digest in self._verified:  # it may have been pushed out while the key was looked for
                self._verified.move_to_end(digest)
            return _untimely(known.claims, self._now())
        found = await self._verify(token)
        if isinstance(found, Refused):
            return found
        refusal = _untimely(found.claims, self._now())
        if refusal is None:
            self._remember(digest, found)
        return refusal

    async def _verify(self, token: str) -> _Verified | Refused:
        kid = _key_id(token)
        if isinstance(kid, Refused):
            return kid
        key = await self._keys.key(kid)
        if isinstance(key, NoKey):
            return Refused(key.sentence, key.passing)
        claims = _claims(token, key, self._audiences)
        return claims if isinstance(claims, Refused) else _Verified(kid, key, claims)

    def _remember(self, digest: bytes, found: _Verified) -> None:
        self._verified[digest] = found
        self._verified.move_to_end(digest)
        if len(self._verified) > _KEPT_TOKENS:
            self._verified.popitem(last=False)


_NOT_GRAPHS = Refused("The request's token is not one with which Microsoft Graph signs notifications.")
_MALFORMED = (jwt.PyJWTError, ValueError, RecursionError)
"""What PyJWT raises on a token that anybody may have written; JSON that is nested without end is the last."""
_REFUSALS: Sequence[tuple[type[jwt.PyJWTError], Refused]] = (
    (jwt.InvalidSignatureError, Refused("The signature of the request's token is wrong.")),
    (jwt.InvalidIssuerError, Refused("The request's token was not issued for notifications of Microsoft Graph.")),
    (
        jwt.InvalidAudienceError,
        Refused(
            "The request's token was made for another audience. If it is Graph's notification to your bot, set "
            "CALLMON_CLIENT_ID to that bot's application id."
        ),
    ),
)


def _key_id(token: str) -> str | Refused:
    """Which key a token says it was signed with. Nothing of it has been checked, so no more is believed."""
    try:
        header = jwt.get_unverified_header(token)
    except _MALFORMED:
        return _NOT_GRAPHS
    kid = header.get("kid")
    # Another algorithm is refused below as well; here it saves asking for a key.
    return kid if header.get("alg") == ALGORITHM and isinstance(kid, str) and kid else _NOT_GRAPHS


def _claims(token: str, key: jwt.PyJWK, audiences: Sequence[str]) -> Mapping[str, Any] | Refused:
    """What a token says, once signature, issuer, audience and tenant are right; its times are left to `_untimely`."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audiences,
            issuer=ISSUERS,
            options={
                "require": ["exp", "iss", "aud"],
                # One clock decides, for tokens that are remembered too.
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                # Who within the tenant calls is of no interest, and may have any form.
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except _MALFORMED as error:
        return next((refusal for kind, refusal in _REFUSALS if isinstance(error, kind)), _NOT_GRAPHS)
    tenants = [claims.get(name) for name in TENANT_CLAIMS]
    if not any(isinstance(tenant, str) and tenant.strip() for tenant in tenants):
        return Refused("The request's token names no tenant.")
    return {name: claims[name] for name in ("exp", "nbf") if name in claims}


def _untimely(claims: Mapping[str, Any], now: float) -> Refused | None:
    """Why a token does not hold at this time (RFC 7519, 4.1.4 and 4.1.5), or None."""
    end, begin = claims["exp"], claims.get("nbf", 0)
    if not (isinstance(end, int | float) and isinstance(begin, int | float)):
        return _NOT_GRAPHS
    # Written so that a value that compares with nothing (NaN) refuses.
    if not end + SKEW_S > now:
        return Refused("The request's token has expired. If senders are up to date, check this machine's clock.")
    if not begin - SKEW_S <= now:
        return Refused("The request's token does not hold yet. Check this machine's clock.")
    return None
