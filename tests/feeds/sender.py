"""A sender of notifications that controls every byte, and when it goes out."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from types import TracebackType
from typing import Any, Self

from tests.fakes import DEADLINE_S


class Sender:
    """One connection to a listener."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=DEADLINE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_no_more(self) -> None:
        """Close this side of the connection."""
        self._socket.shutdown(socket.SHUT_WR)

    def post(self, body: bytes, *headers: str, path: str = "/api/calls") -> Answer:
        self.send(request(body, *headers, path=path))
        return self.answer()

    def get(self, path: str, method: str = "GET", host: str = "localhost:8765") -> Answer:
        self.send(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        return self.answer(method)

    def answer(self, method: str = "POST") -> Answer:
        response = HTTPResponse(self._socket, method=method)
        try:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            response.close()

    def answer_in_line(self) -> Answer:
        """The next of several answers that may arrive in one piece; they must have no body."""
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")[:-2]
        headers = dict(line.split(": ", 1) for line in lines)
        return Answer(int(first.split(" ")[1]), {name.lower(): value for name, value in headers.items()})

    def interim(self) -> bytes:
        """An answer of the 100 class."""
        return self._until(b"\r\n\r\n")

    def _until(self, end: bytes) -> bytes:
        # Byte by byte: what follows belongs to the next answer.
        read = b""
        while not read.endswith(end):
            byte = self._socket.recv(1)
            assert byte, f"the connection ended after {read!r}"
            read += byte
        return read

    def has_answer(self) -> bool:
        """Whether bytes (or the end of the connection) can be read now."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def is_closed_by_peer(self) -> bool:
        """Waits for the end of the connection; False if bytes come instead."""
        return self._socket.recv(1) == b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def request(body: bytes, *headers: str, path: str = "/api/calls") -> bytes:
    """A whole POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: bot", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
