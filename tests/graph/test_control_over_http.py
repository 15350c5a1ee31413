"""The same over a real socket: what arrives at a server is what was meant, byte for byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any, NoReturn

import pytest

from callmon.core.answers import Answer
from callmon.core.hangup import CALLED_OFF
from callmon.graph import leash
from callmon.graph.auth import SignInProblem, StaticToken, Token, TokenSource
from callmon.graph.control import GraphControl
from callmon.graph.probe import NotReached, reach
from callmon.graph.retry import RetryPolicy
from callmon.ports import Target
from tests.fakes import DEADLINE_S
from tests.waiting import wait_until

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
    assert "graph.example cannot be resolved to an address" in outcome.sentence


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://ada:s3cret@127.0.0.1:9", "The proxy 127.0.0.1:9 refused the connection"),
        ("127.0.0.1:9", "The proxy 127.0.0.1:9 refused the connection"),
        ("http://nowhere.invalid:3128", "The proxy nowhere.invalid:3128 cannot be resolved"),
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


def dripping(head: bytes, seen: list[bytes], stop: Event) -> Callable[[socket.socket], None]:
    """A server that reads one request, answers with this, and then with a byte every now and then until it is left."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            seen.append(connection.recv(65_536))
            connection.sendall(head)
            while not stop.wait(0.02):
                connection.sendall(b"x")

    return serve


@contextmanager
def served(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    with create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(DEADLINE_S)
        assert not thread.is_alive(), "its connection was not let go of"


def in_time(root: str, tokens: TokenSource | None = None) -> GraphControl:
    """A control whose every read is quick enough, and whose whole attempt is not."""
    return GraphControl(root, tokens or StaticToken(TOKEN), read_timeout_s=10, attempt_timeout_s=0.2, policy=ONCE)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 204 No Content\r\nX-Slow: "])
@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_an_answer_that_drips_is_given_up_and_its_connection_ended(head: bytes, method: str) -> None:
    seen, stop = list[bytes](), Event()
    with served(dripping(head, seen, stop)) as root, closing(in_time(root)) as control:
        outcome = control.hang_up(Target(CALL)) if method == "DELETE" else control.check(Target(CALL))
    assert (outcome.answer, outcome.status, outcome.retry_helps) == (Answer.UNREACHABLE, None, True)
    assert "did not answer in time. The request may have reached it all the same" in outcome.sentence
    assert outcome.client_request_id is not None
    assert outcome.client_request_id.encode() in seen[0]


def test_of_a_body_that_drips_is_kept_what_came() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nrequest-id: r-1\r\nContent-Length: 100000\r\n\r\n"
    with served(dripping(head, [], Event())) as root, closing(in_time(root)) as control:
        outcome = control.hang_up(Target(CALL))
    assert (outcome.answer, outcome.status, outcome.request_id) == (Answer.NOT_ALLOWED, 403, "r-1")


def test_a_server_that_drips_is_asked_again_as_one_that_is_silent() -> None:
    seen, stop = list[bytes](), Event()
    drips = dripping(b"", seen, stop)

    def twice(listening: socket.socket) -> None:
        drips(listening)
        drips(listening)

    policy = RetryPolicy(attempts=2, base_s=0.01)
    with served(twice) as root:
        tokens = StaticToken(TOKEN)
        with closing(GraphControl(root, tokens, read_timeout_s=10, attempt_timeout_s=0.2, policy=policy)) as control:
            outcome = control.hang_up(Target(CALL))
    assert len(seen) == 2
    assert outcome.sentence.endswith(
        "An earlier attempt of this hang-up may have ended the call. callmon tried 2 times."
    )


class StuckTokens:
    """Whoever signs in waits until the end of the test."""

    def __init__(self) -> None:
        self.open = Event()

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        assert self.open.wait(DEADLINE_S)
        return Token(TOKEN)


def test_a_sign_in_that_takes_too_long_is_given_up_and_sends_nothing_when_it_comes_after_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leash, "_WINDS_UP_WITHIN_S", 0.01)
    tokens = StuckTokens()
    with recorder() as (server, root), closing(in_time(root, tokens)) as control:
        outcome = control.hang_up(Target(CALL))
        tokens.open.set()
        wait_until(lambda: not [thread for thread in enumerate_threads() if thread.name == "graph"])
    assert server.seen == []
    assert (outcome.answer, outcome.retry_helps) == (Answer.NOT_SIGNED_IN, True)
    assert "Signing in took longer" in outcome.sentence


def test_what_is_called_off_while_it_connects_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    called_off, resolve = Event(), socket.getaddrinfo

    def slow(*wanted: Any, **named: Any) -> Any:
        called_off.set()
        return resolve(*wanted, **named)

    with recorder() as (server, root), closing(GraphControl(root, StaticToken(TOKEN))) as control:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        outcome = control.hang_up(Target(CALL), called_off=called_off)
    assert (outcome, server.seen) == (CALLED_OFF, [])
