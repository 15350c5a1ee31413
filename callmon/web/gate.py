"""Who may open the console in a browser.

A browser lets any page open a socket to any address, so a socket is opened only for our own page (``Origin``), and
without a token only under a name of this machine alone (``Host``): else a page elsewhere could have its own name
point here and read along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from callmon.feeds.gate import is_loopback

COOKIE = "callmon-web"

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a request is not let in."""

    status: int
    sentence: str


def judged(host: str, headers: Mapping[str, str], cookie: str, token: str | None) -> Denied | None:
    """None if a request to this host may come in."""
    if token is None and not is_loopback(_name(host)):
        return Denied(403, "Without CALLMON_WEB_TOKEN the console is served to this machine only, as localhost.")
    if token is not None and not _is(token, cookie):
        return Denied(401, "Open the address that callmon serve was started for, with ?token= and the token.")
    origin = headers.get("Origin")
    if origin is not None and (not host or _split(origin).netloc.lower() != host.lower()):
        return Denied(403, "This console opens for its own page only.")
    return None


def locked(token: str | None) -> Middleware:
    """The middleware: lets in who may, and takes a token out of the address into a cookie."""

    @web.middleware
    async def lock(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.query.get("token")
        if token is not None and given is not None and _is(token, given):
            redirect = web.HTTPFound("/", headers=_HEADERS)
            redirect.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=came_by_https(request))
            raise redirect
        denied = judged(request.host, request.headers, request.cookies.get(COOKIE, ""), token)
        if denied is not None:
            return web.Response(status=denied.status, text=f"{denied.sentence}\n", headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as refusal:  # there is no such page, or it does not take this method
            refusal.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    return lock


def came_by_https(request: web.Request) -> bool:
    """Whether the browser spoke TLS, be it with a proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def _name(host: str) -> str:
    return _split(f"//{host}").hostname or ""


def _split(address: str) -> SplitResult:
    """The parts of an address that anybody may have written; those of none if it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # as a bracket that is not closed
        return urlsplit("")


def _is(token: str, shown: str) -> bool:
    """Whether this is the token. What was no UTF-8 reaches us with lone surrogates."""
    return compare_digest(shown.encode("utf-8", "surrogatepass"), token.encode())
