"""The consoles of browsers, real ones: none outlives the server, however that ends."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from callmon.cli.exits import ExitCode
from tests.cli.program import Running, running
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]


@asynccontextmanager
async def watched(journal: Path, port: int) -> AsyncIterator[tuple[Running, list[int]]]:
    """The server with two browsers, and the process ids of the consoles, which are on the screens."""
    with running("--journal", str(journal), "serve", "--web-listen", f"127.0.0.1:{port}") as served:
        served.line(holding="is served on")
        wait_until(lambda: accepts(port))
        async with aiohttp.ClientSession() as session:
            url = f"ws://127.0.0.1:{port}/ws?width=80&height=24"
            for browser in [await session.ws_connect(url) for _ in range(2)]:
                shown = b""
                while b"No calls yet" not in shown:
                    shown += (await browser.receive(30)).data
            yield served, children(served.pid)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_the_consoles_end_with_the_server(number: signal.Signals, tmp_path: Path, free_port: int) -> None:
    async with watched(tmp_path / "journal.db", free_port) as (served, consoles):
        assert len(consoles) == 2
        begun = time.monotonic()
        outcome = served.end(number)
        wait_until(lambda: not any(map(alive, consoles)))
        assert time.monotonic() - begun < 5
    assert outcome.code == (-signal.SIGKILL if number is signal.SIGKILL else ExitCode.DONE)
