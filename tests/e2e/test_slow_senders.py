"""Senders that hold their connections without sending much, while others are answered and somebody presses keys."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from tests.e2e.conftest import OpenTerminal
from tests.tui.stage import call_id, caller, notification

pytestmark = pytest.mark.e2e

SLOW = 300


@pytest.fixture
def slow(free_port: int) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_slow_and_huge_senders_stop_neither_the_others_nor_the_keys(
    terminal: OpenTerminal, free_port: int, slow: ExitStack
) -> None:
    pane = terminal()
    pane.run("--listen", f"127.0.0.1:{free_port}")
    pane.shows("No calls yet.")
    senders = [slow.enter_context(socket.create_connection(("127.0.0.1", free_port))) for _ in range(SLOW)]
    for number, sender in enumerate(senders):
        begun = [
            b"POST /api/calls/",
            b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nX-Slow: ",
            b"POST /api/calls HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\n{",
        ]
        sender.sendall(begun[number % len(begun)])
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=10) as others:
        for number in range(20):
            for sender in senders:
                with suppress(OSError):  # it was cut off, which is right after some seconds
                    sender.sendall(b"x")
            body = notification(call_id(number), "incoming", "created", **caller(f"Ana {number}"))
            assert others.post("/api/calls", content=body).status_code == 202
            huge = others.post("/api/calls", content=b"x" * (2 * 1024 * 1024))
            assert huge.status_code == 413
    pane.shows("Ana 19", "20 active")
    pane.press("2")
    pane.until(lambda: "Ana 19" not in pane.screen)
    pane.press("1")
    pane.shows("Ana 19")
    pane.press("q")
    pane.shows("exit=0")
