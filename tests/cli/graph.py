"""A Graph on loopback that notes every request and answers what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Graph:
    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """Status and JSON body by method, or by method and call id (``DELETE 3f1c…``); 204 without a body for all else."""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every answer."""
    on_delete: Callable[[], None] = lambda: None
    """Called before a DELETE is answered."""
    requests: list[Request] = field(default_factory=list)

    def of(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method == method]


@contextmanager
def serving() -> Iterator[Graph]:
    graph = Graph()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            graph.requests.append(Request(self.command, self.path, headers, body))
            if self.command == "DELETE":
                graph.on_delete()
            of_call = f"{self.command} {self.path.rpartition('/')[2]}"
            status, value = graph.answers.get(of_call) or graph.answers.get(self.command, (204, None))
            said = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            for name, header in graph.headers.items():
                self.send_header(name, header)
            if said:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_DELETE = do_GET = answer  # noqa: N815  # http.server asks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        graph.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield graph
        finally:
            server.shutdown()
            thread.join()


def error(code: str, message: str = "No.") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
