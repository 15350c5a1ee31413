"""The console of one browser: a process that ends with it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process

from textual_serve.app_service import AppService

_ENDS_WITHIN_S = 2.0
"""A console that is told to end takes little more than a second at most (`callmon.cli.leaving`)."""


class BrowserConsole(AppService):
    """Starts the console, and carries what goes between it and the browser's socket."""

    _ending: asyncio.Future[None] | None = None

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
