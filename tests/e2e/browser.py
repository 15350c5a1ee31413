"""A headless Chromium that is told what to do over its own debugging socket."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes import DEADLINE_S

_STARTS_WITHIN_S = 30.0


class Page:
    """One page: what it asked the network for, and what came over its sockets."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sent = 0
        self._loaded = 0
        self._answers: dict[int, Any] = {}
        self.requested: list[str] = []
        self.problems: list[str] = []
        self.received = b""
        """Everything that came over sockets."""

    async def do(self, method: str, **parameters: Any) -> Any:
        """Give a command, and return its result."""
        self._sent += 1
        number = self._sent
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        await self.until(lambda: number in self._answers)
        return self._answers.pop(number)

    async def until(self, holds: Callable[[], object], seconds: float = DEADLINE_S * 2) -> None:
        """Take in what happens until something is so."""
        end = time.monotonic() + seconds
        while not holds():
            left = end - time.monotonic()
            assert left > 0, f"not so within {seconds:g} s; problems {self.problems}; tail {self.received[-2000:]!r}"
            try:
                self._take(await self._socket.receive_json(timeout=left))
            except TimeoutError:
                continue

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression on the page."""
        return (await self.do("Runtime.evaluate", expression=expression))["result"].get("value")

    async def open(self, url: str) -> None:
        """Go to an address, and wait until its page is loaded."""
        before = self._loaded
        await self.do("Page.navigate", url=url)
        await self.until(lambda: self._loaded > before)

    async def picture(self) -> bytes:
        """A picture of the page, as PNG."""
        return base64.b64decode((await self.do("Page.captureScreenshot"))["data"])

    def _take(self, message: dict[str, Any]) -> None:
        facts = message.get("params", {})
        if "id" in message:
            self._answers[message["id"]] = message.get("result")
        elif message["method"] == "Network.requestWillBeSent":
            self.requested.append(facts["request"]["url"])
        elif message["method"] == "Network.webSocketFrameReceived":
            frame = facts["response"]
            binary = frame["opcode"] == 2
            self.received += base64.b64decode(frame["payloadData"]) if binary else frame["payloadData"].encode()
        elif message["method"] == "Page.loadEventFired":
            self._loaded += 1
        elif message["method"] == "Log.entryAdded" and facts["entry"]["level"] == "error":
            self.problems.append(json.dumps(facts["entry"]))


@asynccontextmanager
async def page(program: str, profile: Path) -> AsyncIterator[Page]:
    """A browser with one empty page. It has no network but this machine's."""
    process = await asyncio.create_subprocess_exec(
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--remote-debugging-port=0",
        "--window-size=1200,800",
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                address = next(each for each in await answer.json() if each["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(address, max_msg_size=0) as socket:
                opened = Page(socket)
                for domain in ("Network", "Runtime", "Page", "Log"):
                    await opened.do(f"{domain}.enable")
                yield opened
    finally:
        process.kill()
        await process.wait()


async def _port(path: Path) -> int:
    end = time.monotonic() + _STARTS_WITHIN_S
    while not (lines := _lines(path)):
        assert time.monotonic() < end, "the browser does not start"
        await asyncio.sleep(0.05)
    return int(lines[0])


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
