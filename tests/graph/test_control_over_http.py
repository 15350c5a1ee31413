"""The same over a real socket: what arrives at a server is what was meant, byte for byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Thread
from typing import NoReturn

import pytest

from callmon.core.hangup import Answer
from callmon.graph.auth import StaticToken
from callmon.graph.control import GraphControl
from callmon.graph.probe import NotReached, reach
from callmon.graph.retry import RetryPolicy
from callmon.ports import Target

CALL = "2E1A0B00-2DB4-4022-9570-243709C565AB"
TOKEN = "loopback-access-token"
ONCE = RetryPolicy(attempts=1)


class Recorder(ThreadingHTTPServer):
    """A Graph that accepts every hang-up and keeps what it was sent."""

    daemon_threads = False  # so that closing the server waits until every connection has been read to its end

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.rest: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    server: Recorder
    raw_requestline: bytes
    protocol_version = "HTTP/1.1"

    def do_DELETE(self) -> None:
        self._keep()
        self.send_response(204)
        self.send_header("request-id", "r-1")
        self.end_headers()

    def do_GET(self) -> None:
        self._keep()
        body = json.dumps({"error": {"code": "8522", "message": "Call not found."}}).encode()
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _keep(self) -> None:
        self.server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))

    def finish(self) -> None:
        super().finish()
        self.server.rest.append(self.raw_requestline)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def recorder() -> Iterator[tuple[Recorder, str]]:
    with Recorder() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_hang_up_is_exactly_one_delete_without_a_body() -> None:
    with recorder() as (server, root):
        with closing(GraphControl(root, StaticToken(TOKEN))) as control:
            outcome = control.hang_up(Target(CALL))
        ((method, path, headers),) = server.seen
    assert (outcome.answer, outcome.request_id) == (Answer.ACCEPTED, "r-1")
    assert (method, path) == ("DELETE", f"/v1.0/communications/calls/{CALL}")
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["client-request-id"] == outcome.client_request_id
    assert not {"content-length", "content-type", "transfer-encoding"} & set(headers)
    # After the request the server read on until the connection closed and found nothing: there was no body.
    assert server.rest == [b""]
    assert outcome.date is not None


def test_a_check_of_a_call_that_is_gone() -> None:
    with recorder() as (server, root), closing(GraphControl(root, StaticToken(TOKEN))) as control:
        outcome = control.check(Target(CALL))
    assert (outcome.answer, outcome.status, outcome.code) == (Answer.GONE, 404, "8522")
    assert [method for method, _, _ in server.seen] == ["GET"]


def test_a_server_that_hangs_up_on_us_may_have_got_the_request() -> None:
    with create_server(("127.0.0.1", 0)) as server:

        def take_and_drop() -> None:
            connection, _ = server.accept()
            connection.recv(65_536)
            connection.close()

        thread = Thread(target=take_and_drop)
        thread.start()
        root = f"http://127.0.0.1:{server.getsockname()[1]}"
        with closing(GraphControl(root, StaticToken(TOKEN), policy=ONCE)) as control:
            outcome = control.hang_up(Target(CALL))
        thread.join()
    assert (outcome.answer, outcome.retry_helps) == (Answer.UNREACHABLE, True)
    assert "may have reached" in outcome.sentence


def test_a_silent_server_is_not_waited_for_longer_than_told() -> None:
    with (
        create_server(("127.0.0.1", 0)) as server,
        closing(
            GraphControl(
                f"http://127.0.0.1:{server.getsockname()[1]}", StaticToken(TOKEN), read_timeout_s=0.05, policy=ONCE
            )
        ) as control,
    ):
        outcome = control.hang_up(Target(CALL))
    assert "did not answer in time" in outcome.sentence


def test_a_plain_http_root_does_not_go_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with create_server(("127.0.0.1", 0)) as nobody:
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    without_proxy(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("ALL_PROXY", proxy)
    with recorder() as (_, root), closing(GraphControl(root, StaticToken(TOKEN))) as control:
        assert control.hang_up(Target(CALL)).answer is Answer.ACCEPTED


def test_a_server_without_tls_where_tls_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxy(monkeypatch)
    with (
        recorder() as (server, root),
        closing(GraphControl(root.replace("http", "https"), StaticToken(TOKEN))) as control,
    ):
        outcome = control.hang_up(Target(CALL))
    assert (outcome.answer, outcome.retry_helps) == (Answer.UNREACHABLE, False)
    assert "TLS" in outcome.sentence
    assert server.seen == []


def test_a_port_where_nobody_listens() -> None:
    with create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    outcome = GraphControl(f"http://127.0.0.1:{port}", StaticToken(TOKEN), policy=ONCE).hang_up(Target(CALL))
    assert f"127.0.0.1:{port} refused the connection" in outcome.sentence


def test_a_name_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    without_proxy(monkeypatch)
    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    outcome = GraphControl("https://graph.example", StaticToken(TOKEN), policy=ONCE).hang_up(Target(CALL))
    assert "The name graph.example cannot be resolved" in outcome.sentence


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://ada:s3cret@127.0.0.1:9", "The proxy 127.0.0.1:9 refused the connection"),
        ("127.0.0.1:9", "The proxy 127.0.0.1:9 refused the connection"),
        ("http://nowhere.invalid:3128", "The name of the proxy nowhere.invalid:3128 cannot be resolved"),
    ],
)
def test_a_proxy_that_cannot_be_reached_is_named_and_not_graph(
    monkeypatch: pytest.MonkeyPatch, proxy: str, says: str
) -> None:
    without_proxy(monkeypatch)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    reached = reach("https://graph.example/v1.0")
    assert isinstance(reached, NotReached)
    assert says in reached.sentence
    assert "CALLMON_GRAPH_URL" not in reached.sentence
    assert "s3cret" not in reached.sentence
