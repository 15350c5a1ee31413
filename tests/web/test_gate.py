from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from callmon.web.gate import COOKIE, judged, locked

pytestmark = pytest.mark.anyio

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("host", "origin", "cookie", "token", "status"),
    [
        ("127.0.0.1:8766", None, "", None, None),
        ("localhost:8766", "http://localhost:8766", "", None, None),
        ("[::1]:8766", "http://[::1]:8766", "", None, None),
        ("LOCALHOST:8766", "http://localhost:8766", "", None, None),
        ("evil.example", None, "", None, 403),
        ("evil.example:8766", "http://evil.example:8766", "", None, 403),
        ("", None, "", None, 403),
        ("127.0.0.1:8766", "http://evil.example", "", None, 403),
        ("127.0.0.1:8766", "http://127.0.0.1:9999", "", None, 403),
        ("127.0.0.1:8766", "null", "", None, 403),
        ("calls.example", None, "", TOKEN, 401),
        ("127.0.0.1:8766", None, "", TOKEN, 401),
        ("calls.example", None, TOKEN[:-1], TOKEN, 401),
        ("calls.example", None, "ü", TOKEN, 401),
        ("calls.example", None, "\udce9\udcff", TOKEN, 401),
        ("[::1", None, "", None, 403),
        ("a]b[", None, "", None, 403),
        ("127.0.0.1:8766", "http://[bad", "", None, 403),
        ("calls.example", "http://[bad", TOKEN, TOKEN, 403),
        ("[bad", "http://[bad", TOKEN, TOKEN, 403),
        ("", "http://[bad", TOKEN, TOKEN, 403),
        ("calls.example", None, TOKEN, TOKEN, None),
        ("calls.example", "https://calls.example", TOKEN, TOKEN, None),
        ("calls.example", "https://evil.example", TOKEN, TOKEN, 403),
    ],
)
async def test_who_may_come_in(
    host: str, origin: str | None, cookie: str, token: str | None, status: int | None
) -> None:
    denied = judged(host, {} if origin is None else {"Origin": origin}, cookie, token)
    assert (denied and denied.status) == status
    assert denied is None or TOKEN not in denied.sentence


@asynccontextmanager
async def served(token: str | None) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="the page")

    app = web.Application(middlewares=[locked(token)])
    app.router.add_get("/", page)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_token_is_taken_from_the_address_into_a_cookie() -> None:
    async with served(TOKEN) as client:
        assert (await client.get("/")).status == 401
        assert (await client.get("/?token=wrong")).status == 401
        arrived = await client.get(f"/?token={TOKEN}", allow_redirects=False)
        assert (arrived.status, arrived.headers["Location"]) == (302, "/")
        cookie = arrived.cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert await (await client.get("/", cookies={COOKIE: TOKEN})).text() == "the page"


@pytest.mark.parametrize(("forwarded", "secure"), [("https", True), ("http", False), (None, False)])
async def test_the_cookie_of_a_browser_that_came_by_https_never_goes_out_by_http(
    forwarded: str | None, secure: bool
) -> None:
    async with served(TOKEN) as client:
        headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}
        arrived = await client.get(f"/?token={TOKEN}", headers=headers, allow_redirects=False)
        assert bool(arrived.cookies[COOKIE]["secure"]) is secure


async def test_a_page_may_ask_for_nothing_elsewhere_and_stand_in_no_frame() -> None:
    async with served(None) as client:
        answer = await client.get("/")
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/", 405), ("GET", f"/?token={TOKEN}", 302), ("GET", "/denied", 401)],
)
async def test_refusals_and_redirects_are_as_guarded_as_the_page(method: str, path: str, status: int) -> None:
    async with served(TOKEN) as client:
        cookies = {} if status == 401 else {COOKIE: TOKEN}
        answer = await client.request(method, path, cookies=cookies, allow_redirects=False)
        assert answer.status == status
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
