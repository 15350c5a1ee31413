"""Serves the console to browsers: a process of its own for each of them, nothing from elsewhere on the page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from callmon.web.browser_console import BrowserConsole, size_asked_for
from callmon.web.gate import came_by_https, locked

_LOG = logging.getLogger(__name__)

_TEMPLATES = Path(__file__).parent / "templates"
_FONT = "fonts/RobotoMono-VariableFont_wght.ttf"
_HEARTBEAT_S = 15.0
"""How often a browser must show that it is still there."""
_GOODBYE_S = 1.0
"""How long a browser may take to say goodbye."""


class ConsoleServer(Server):
    """One page, one socket, and what the page needs."""

    def __init__(self, command: str, host: str, port: int, token: str | None, ready: Callable[[], None]) -> None:
        """`command` is what a shell starts for each browser; `ready` is called as soon as browsers may come."""
        super().__init__(command, host, port, title="callmon", templates_path=_TEMPLATES)
        self._token = token
        self._ready = ready
        self._consoles: set[BrowserConsole] = set()

    def initialize_logging(self) -> None:
        """What textual-serve says goes to the log file, if there is one; its own way prints local variables."""
        logging.getLogger().addHandler(logging.NullHandler())

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002  # textual-serve passes it
        """Say so, in place of textual-serve's own banner."""
        self._ready()

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002  # as above
        """End all consoles: else each would be waited for as long as its browser stays."""
        await asyncio.gather(*(console.stop() for console in self._consoles))

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

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a console for as long as a browser's socket is open."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, timeout=_GOODBYE_S)
        await socket.prepare(request)

        async def close() -> None:
            await socket.close()

        console = BrowserConsole(
            self.command,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self._consoles.add(console)
        try:
            await console.start(*size_asked_for(request.query.get("width"), request.query.get("height")))
            await self._process_messages(socket, console)
        except Exception as error:  # noqa: BLE001  # what a browser sends is anybody's, and ends that browser's console alone
            _LOG.warning("A browser's console ended by a fault", exc_info=error)
        finally:
            await console.stop()
            self._consoles.discard(console)
        return socket
