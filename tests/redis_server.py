"""A real Redis on a free port, with its data in a directory of its own; it can be killed and started again."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from redis import Redis
from redis.exceptions import RedisError

from tests.benchmarks.processes import die_with_parent
from tests.waiting import DEADLINE_S, wait_until

_HIGHEST_PORT = 55_535
"""A cluster's nodes use another port, 10,000 higher."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        return port if port <= _HIGHEST_PORT else free_port()  # the system gives another while this one is held


class RedisServer:
    """One redis-server process. Settings are those of redis.conf, as ``name="value"``; ``_`` stands for ``-``."""

    def __init__(self, directory: Path, *, program: str = "redis-server", **settings: str) -> None:
        self.directory = directory
        self.port = free_port()
        self._program = program
        self._settings = {
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "repl_diskless_sync_delay": "0",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, scheme: str = "redis", user: str = "", **options: str) -> str:
        query = f"?{urlencode(options)}" if options else ""
        return f"{scheme}://{user}127.0.0.1:{self.port}/0{query}"

    def client(self) -> Redis:
        """For the test itself."""
        return Redis(port=self.port, username=None, password=self._settings.get("requirepass"), socket_timeout=5)

    def start(self) -> RedisServer:
        """Start it, with the data that it left."""
        port = ["--port", str(self.port)]
        if "tls_port" in self._settings:
            port = ["--port", "0", "--tls-port", str(self.port)]
        command = [*self._command(), *port, "--bind", "127.0.0.1", "--dir", str(self.directory)]
        for name, value in self._settings.items():
            if name != "tls_port":
                command += [f"--{name.replace('_', '-')}", *(value.split(" ") if value else [""])]
        with (self.directory / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509  # nothing but one system call
            )
        wait_until(self._answers)
        return self

    def _command(self) -> list[str]:
        if self._program == "redis-server":
            return [self._program]
        self._settings = {}
        memory = self.directory / "sentinel.conf"  # it writes down what it learns
        memory.touch()
        return [self._program, str(memory)]

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.directory / "redis.log").read_text()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if "tls_port" in self._settings:
                    return True
            with self.client() as client:
                return bool(client.ping())
        except (OSError, RedisError):
            return False

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut for the process: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(by)
            process.wait(DEADLINE_S)
