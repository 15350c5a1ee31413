"""What an access token says of itself. Nothing of it is checked: that is Graph's affair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CALL_ROLES = ("Calls.Initiate.All", "Calls.AccessMedia.All")
"""One of these application permissions hangs calls up (Microsoft Graph "Delete call")."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """The claims that tell why Graph may refuse a token. Everything may be missing."""

    roles: tuple[str, ...] = ()
    """Application permissions that the tenant has granted."""
    tenant: str = ""
    application: str = ""
    expires_on: datetime | None = None

    @property
    def may_hang_up(self) -> bool:
        """Whether it carries a permission for calls."""
        return any(role in CALL_ROLES for role in self.roles)


def facts_in(token: str) -> TokenFacts | None:
    """What the token says; None if it is none that can be read (another Graph may give any text as a token)."""
    import jwt  # noqa: PLC0415  # only the doctor reads tokens

    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    roles = claims.get("roles")
    return TokenFacts(
        roles=tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else (),
        tenant=_text(claims.get("tid")),
        application=_text(claims.get("appid") or claims.get("azp")),
        expires_on=_moment(claims.get("exp")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
