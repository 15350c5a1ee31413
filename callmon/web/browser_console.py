"""The console of one browser: a process that is bounded by us, whatever the browser asks for, and ends with it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process

from textual_serve.app_service import AppService

MAX_WIDTH = 500
MAX_HEIGHT = 200
"""The largest window, in cells: each cell costs the console memory, and who may look must not use up the machine's."""

_USUAL = "80", "24"
_DIGITS = 10
"""A number with so many of them is none."""
_ENDS_WITHIN_S = 2.0
"""A console that is told to end takes little more than a second at most (`callmon.cli.leaving`)."""


def size_asked_for(width: str | None, height: str | None) -> tuple[int, int]:
    """The size of a window that is written in an address; the usual one for what is no number, or is missing."""
    return _number(width, _USUAL[0]), _number(height, _USUAL[1])


def _number(text: str | None, usual: str) -> int:
    return int(text if text is not None and text.isascii() and text.isdigit() and len(text) < _DIGITS else usual)


def _bounded(width: int, height: int) -> tuple[int, int]:
    return min(max(1, width), MAX_WIDTH), min(max(1, height), MAX_HEIGHT)


class BrowserConsole(AppService):
    """Starts the console, and carries what goes between it and the browser's socket."""

    _ending: asyncio.Future[None] | None = None

    async def start(self, width: int, height: int) -> None:
        """Start it in a window of about this size."""
        await super().start(*_bounded(width, height))

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell it the size of its window, as far as that is one: it comes from outside."""
        if type(width) is int and type(height) is int:
            await super().set_terminal_size(*_bounded(width, height))

    async def run(self) -> None:
        """Carry until the console has ended, however that came about; then its socket is closed."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def stop(self) -> None:
        """End the console: in good order, or at once if it does not heed that in time."""
        process = self._process
        if process is None:
            return
        if self._ending is None:  # it is told when the browser goes, and when the server ends
            self._ending = asyncio.ensure_future(self._end(process))
        await asyncio.wait([self._ending], timeout=_ENDS_WITHIN_S)
        if not self._ending.done():
            if process.returncode is None:
                process.kill()
            if self._task is not None:
                self._task.cancel()
            await asyncio.wait([self._ending])

    async def _end(self, process: Process) -> None:
        await super().stop()
        await process.wait()
