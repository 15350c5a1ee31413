from __future__ import annotations

import asyncio
import errno
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import pytest

from callmon.feeds import serving as serving_module
from callmon.feeds.asgi import App, Receive, Scope, Send, answer
from callmon.feeds.server import ServerCannotStart, ServerThread, address_of
from tests.fakes import DEADLINE_S
from tests.feeds.sender import Sender


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 200, [(b"x-path", scope["path"].encode())], b"hello")


@contextmanager
def serving(app: App = hello, host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[ServerThread, tuple[str, int]]]:
    server = ServerThread(app, host, port, name="under-test")
    address = server.start()
    try:
        yield server, address
    finally:
        server.stop()


def thread_lives() -> bool:
    return any(thread.name == "under-test" for thread in threading.enumerate())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_serves_on_the_address_it_tells(host: str) -> None:
    with serving(host=host) as (_, address), Sender(address) as sender:
        assert address[0] == host
        answered = sender.get("/there")
        assert (answered.status, answered.body, answered.headers["x-path"]) == (200, b"hello", "/there")
        assert "server" not in answered.headers


def test_a_name_with_both_kinds_of_address_means_the_ipv4_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: both)
    with serving(host="localhost") as (_, address):
        assert address[0] == "127.0.0.1"


def test_stop_ends_the_thread_and_frees_the_port() -> None:
    with serving() as (server, address), Sender(address) as sender:
        assert server.running
        assert sender.get("/").status == 200
        server.stop()
        assert not server.running
        assert not thread_lives()
        assert sender.is_closed_by_peer()
        server.stop()
    with serving(port=address[1]) as (_, again):
        assert again == address


def test_a_stop_does_not_wait_for_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_TICK_S", 10 * DEADLINE_S)
    with serving() as (server, _):
        server.stop()
        assert not thread_lives()


def test_answers_carry_the_time_they_are_given_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_TICK_S", 0.01)
    with serving() as (_, address), Sender(address) as sender:
        before = sender.get("/").headers["date"]
        later = time.time() + 3600
        monkeypatch.setattr("uvicorn.server.time", SimpleNamespace(time=lambda: later))
        deadline = time.monotonic() + DEADLINE_S
        while (now := sender.get("/").headers["date"]) == before:
            assert time.monotonic() < deadline
        assert parsedate_to_datetime(now).timestamp() == int(later)


def test_stop_before_start_does_nothing() -> None:
    ServerThread(hello, "127.0.0.1", 0).stop()


def test_a_request_under_way_is_answered_before_the_server_stops() -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await asyncio.to_thread(go_on.wait, DEADLINE_S)
        await hello(scope, receive, send)

    with serving(slow) as (server, address), Sender(address) as sender:
        sender.send(b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n")
        assert begun.wait(DEADLINE_S)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        go_on.set()
        assert sender.answer().body == b"hello"
        stopping.join(DEADLINE_S)
        assert not thread_lives()


def test_a_request_that_never_ends_is_cut_off() -> None:
    begun, cancelled = threading.Event(), threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    with serving(endless) as (server, address), Sender(address) as sender:
        sender.send(b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n")
        assert begun.wait(DEADLINE_S)
        server.stop()
        assert cancelled.is_set()
        assert not thread_lives()
        assert sender.answer().status == 500
        assert sender.is_closed_by_peer()


def test_a_peer_that_does_not_read_does_not_hold_the_stop_up() -> None:
    begun = threading.Event()

    async def flood(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await answer(send, 200, body=b"x" * 64 * 1024 * 1024)

    with serving(flood) as (server, address), Sender(address) as sender:
        sender.send(b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n")
        assert begun.wait(DEADLINE_S)
        server.stop()
        assert not thread_lives()


@pytest.mark.parametrize(
    ("host", "port", "code", "sentence"),
    [
        ("203.0.113.9", 0, errno.EADDRNOTAVAIL, "This machine does not have the address 203.0.113.9."),
        ("127.0.0.1", 65536, errno.EINVAL, "65536 is not a port: ports go from 0 to 65535."),
        ("127.0.0.1", -1, errno.EINVAL, "-1 is not a port: ports go from 0 to 65535."),
        ("a..b", 0, None, "The name 'a..b' has no address."),
        ("", 0, None, "The name '' has no address."),
    ],
)
def test_an_address_that_cannot_be_had_is_told_in_a_sentence(
    host: str, port: int, code: int | None, sentence: str
) -> None:
    with pytest.raises(ServerCannotStart) as caught:
        ServerThread(hello, host, port).start()
    assert (caught.value.errno, caught.value.sentence) == (code, sentence)


def test_two_servers_do_not_share_a_port() -> None:
    with serving() as (_, address), pytest.raises(ServerCannotStart) as caught:
        ServerThread(hello, *address).start()
    assert caught.value.errno == errno.EADDRINUSE
    assert caught.value.sentence == f"Another program already listens on {address_of(*address)}."


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EACCES, "This user may not listen on 127.0.0.1:80."),
        (errno.EMFILE, "The system refuses to listen on 127.0.0.1:80 (Too many open files)."),
    ],
)
def test_what_the_system_refuses_is_told_in_a_sentence(
    code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(code, "Too many open files")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ServerCannotStart) as caught:
        ServerThread(hello, "127.0.0.1", 80).start()
    assert (caught.value.errno, caught.value.sentence) == (code, sentence)


NOISY = """
import socket
from callmon.feeds.server import ServerThread

async def broken(scope, receive, send):
    raise ValueError("the application is broken")

server = ServerThread(broken, "127.0.0.1", 0)
address = server.start()
for request in (b"GET / HTTP/1.1\\r\\nHost: bot\\r\\n\\r\\n", b"garbage\\r\\n\\r\\n"):
    with socket.create_connection(address, timeout=10) as peer:
        peer.sendall(request)
        print(peer.recv(12).decode())
server.stop()
"""


def test_nothing_is_ever_written_over_the_screen() -> None:
    # In a process of its own: here pytest's log handlers take what would otherwise reach stderr.
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", NOISY], capture_output=True, check=False, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.split(b"\n") == [b"HTTP/1.1 500", b"HTTP/1.1 400", b""]
