"""What a browser asks of its console, within bounds: a small program stands in for the console."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from callmon.web.browser_console import MAX_HEIGHT, MAX_WIDTH
from callmon.web.server import ConsoleServer
from tests.fakes import DEADLINE_S

pytestmark = pytest.mark.anyio

_STAND_IN = """
import os, signal, sys

def say(text):
    data = text.encode()
    sys.stdout.buffer.write(b"D" + len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()

signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("__GANGLION__", flush=True)
say(os.environ["COLUMNS"] + "x" + os.environ["ROWS"])
read = sys.stdin.buffer.read
while head := read(5):
    told = read(int.from_bytes(head[1:], "big")).decode()
    if '"quit"' in told and "--heedless" not in sys.argv:
        break
    say(told)
"""
"""Tells the size it starts with, and then all that it is told; ends when it is told to, unless it is heedless."""

Browser = ClientWebSocketResponse


@asynccontextmanager
async def served(*arguments: str) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    command = f"exec {shlex.join([sys.executable, '-c', _STAND_IN, *arguments])}"
    server = ConsoleServer(command, "127.0.0.1", 0, None, lambda: None)
    async with TestClient(TestServer(await server._make_app())) as client:
        yield client


async def said(browser: Browser) -> str:
    data: bytes = (await browser.receive(DEADLINE_S)).data
    return data.decode()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("?width=132&height=40", "132x40"),
        ("", "80x24"),
        ("?width=x&height=", "80x24"),
        ("?width=1e3&height=-5", "80x24"),
        ("?width=0&height=0", "1x1"),
        ("?width=100000&height=100000", f"{MAX_WIDTH}x{MAX_HEIGHT}"),
        ("?width=" + "9" * 5000, "80x24"),
        ("?width=١٢", "80x24"),
    ],
)
async def test_a_console_begins_in_a_window_of_a_size_that_it_can_have(asked: str, given: str) -> None:
    async with served() as client, client.ws_connect(f"/ws{asked}") as browser:
        assert await said(browser) == given


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((132, 40), (132, 40)),
        ((999_999, 999_999), (MAX_WIDTH, MAX_HEIGHT)),
        ((-1, 0), (1, 1)),
        (("x", 2), None),
        ((1e5, 2), None),
        ((True, 2), None),
        ((None, [2]), None),
    ],
)
async def test_a_window_only_gets_a_size_that_it_can_have(
    asked: tuple[Any, Any], given: tuple[int, int] | None
) -> None:
    async with served() as client, client.ws_connect("/ws") as browser:
        await said(browser)
        await browser.send_json(["resize", {"width": asked[0], "height": asked[1]}])
        await browser.send_json(["blur"])
        if given is not None:
            assert json.loads(await said(browser)) == {"type": "resize", "width": given[0], "height": given[1]}
        assert json.loads(await said(browser)) == {"type": "blur"}


@pytest.mark.parametrize("rubbish", ["", "{}", "7", '["resize", {}]', '["stdin", 1]', "[]", '["resize"]'])
async def test_a_browser_that_talks_rubbish_loses_its_console_alone(rubbish: str) -> None:
    async with served() as client, client.ws_connect("/ws") as other, client.ws_connect("/ws") as browser:
        await said(browser)
        await browser.send_str(rubbish)
        assert (await browser.receive(DEADLINE_S)).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
        await said(other)
        await other.send_json(["blur"])
        assert "blur" in await said(other)


@pytest.mark.parametrize("heed", [(), ("--heedless",)])
async def test_the_server_ends_soon_and_with_it_all_consoles(heed: tuple[str, ...]) -> None:
    async with served(*heed) as client:
        browsers = [await client.ws_connect("/ws") for _ in range(3)]
        for browser in browsers:
            await said(browser)
        answers = [asyncio.ensure_future(_closed(browser)) for browser in browsers]
        begun = time.monotonic()
        await client.server.close()
        assert time.monotonic() - begun < 5
        await asyncio.wait_for(asyncio.gather(*answers), DEADLINE_S)


async def _closed(browser: Browser) -> None:
    async for _ in browser:
        pass


async def test_a_console_that_ended_by_itself_closes_its_socket() -> None:
    async with served() as client, client.ws_connect("/ws") as browser:
        await said(browser)
        await browser.send_json(["stdin", '"quit"'])
        assert (await browser.receive(DEADLINE_S)).type is WSMsgType.CLOSE
