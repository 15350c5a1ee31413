"""Serves the console to browsers: a process of its own for each of them, nothing from elsewhere on the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from callmon.web.gate import came_by_https, locked

_TEMPLATES = Path(__file__).parent / "templates"
_FONT = "fonts/RobotoMono-VariableFont_wght.ttf"


class ConsoleServer(Server):
    """One page, one socket, and what the page needs."""

    def __init__(self, command: str, host: str, port: int, token: str | None, ready: Callable[[], None]) -> None:
        """`command` is what a shell starts for each browser; `ready` is called as soon as browsers may come."""
        super().__init__(command, host, port, title="callmon", templates_path=_TEMPLATES)
        self._token = token
        self._ready = ready

    def initialize_logging(self) -> None:
        """What textual-serve says goes to the log file, if there is one; its own way prints local variables."""
        logging.getLogger().addHandler(logging.NullHandler())

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002  # textual-serve passes it
        """Say so, in place of textual-serve's own banner."""
        self._ready()

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(locked(self._token))
        return app

    @aiohttp_jinja2.template("app_index.html")
    async def handle_index(self, request: web.Request) -> dict[str, Any]:
        """The page, for the name under which the browser knows us: it may have come through a tunnel or a proxy."""
        scheme = "wss" if came_by_https(request) else "ws"
        return {
            "title": self.title,
            "socket": f"{scheme}://{request.host}{request.app.router['websocket'].url_for()}",
            "static": str(request.app.router["static"].url_for(filename="")).rstrip("/"),
            "font": _FONT,
        }
