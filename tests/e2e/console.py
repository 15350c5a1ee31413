"""A console in a real terminal, and notifications for it."""

from __future__ import annotations

import httpx

from tests.e2e.conftest import OpenTerminal
from tests.e2e.terminal import Terminal


def post(port: int, body: bytes) -> None:
    """A notification is sent, and accepted."""
    answer = httpx.post(f"http://127.0.0.1:{port}/api/calls", content=body, timeout=10)
    assert answer.status_code == 202


def open_console(terminal: OpenTerminal, port: int, **environment: str) -> Terminal:
    """A console on an empty journal, listening on a port."""
    pane = terminal(**environment)
    pane.run("--listen", f"127.0.0.1:{port}")
    pane.shows("No calls yet.", f"● http 127.0.0.1:{port}")
    return pane
