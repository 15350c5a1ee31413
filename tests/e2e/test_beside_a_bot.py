"""The recipes of the README, as they are printed there, with the real programs."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from callmon.ports import EntryKind
from tests.cli.program import running
from tests.cli.recorded import call_id, entries, notification
from tests.e2e.conftest import needs
from tests.fakes import DEADLINE_S

pytestmark = pytest.mark.e2e

README = Path(__file__).parent.parent.parent / "README.md"
BODY = notification(call_id(1), "established")


def recipe(language: str) -> str:
    """The one block of code in this language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(block)


class Bot:
    """Answers notifications with 202, at once; or never, if it hangs."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.bodies: list[bytes] = []
        self.asked: list[str] = []
        """The address of each, as it stood in the request."""
        self.go_on = Event()
        if not hangs:
            self.go_on.set()
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                bot.asked.append(self.path)
                bot.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                bot.go_on.wait()
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:  # noqa: A002  # its name in the library
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def bot() -> Iterator[Bot]:
    bot = Bot()
    yield bot
    bot.close()


Nginx = Callable[..., str]


@pytest.fixture
def nginx(tmp_path: Path, free_port: int, bot: Bot) -> Iterator[Nginx]:
    """Starts nginx on the recipe, with the ports of the test; returns the address that Graph would POST to."""
    needs("nginx")
    started: list[subprocess.Popen[bytes]] = []

    def start(callmon: int, wait_s: int = 2) -> str:
        site = recipe("nginx")
        for port, here in (("8080", free_port), ("3978", bot.port), ("8765", callmon)):
            assert f"127.0.0.1:{port}" in site
            site = site.replace(f"127.0.0.1:{port}", f"127.0.0.1:{here}")
        site = re.sub(r"timeout \ds", f"timeout {wait_s}s", site)
        folders = "".join(
            f"{kind}_temp_path {tmp_path};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = tmp_path / "nginx.conf"
        config.write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr;\nevents {{}}\n"
            f"http {{ access_log off; {folders}\n{site}\n}}\n"
        )
        started.append(subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(config)], stderr=subprocess.DEVNULL))
        until(lambda: _accepts(free_port))
        return f"http://127.0.0.1:{free_port}/api/calls"

    yield start
    for process in started:
        process.terminate()
        process.wait(DEADLINE_S)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 2 * DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def post(url: str, body: bytes = BODY) -> httpx.Response:
    return httpx.post(url, content=body, headers={"Scenario-Id": "s-1"}, timeout=DEADLINE_S)


def test_the_bot_is_answered_and_callmon_gets_the_copy(nginx: Nginx, bot: Bot, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with running("listen", "--listen", "127.0.0.1:0", "--journal", str(journal)) as program:
        address = program.line(holding="http://").rpartition(" ")[2].strip()
        url = nginx(httpx.URL(address).port)
        assert post(url).status_code == 202
        until(lambda: len(entries(journal, EntryKind.NOTIFICATION)) == 1)
        program.end()
    (entry,) = entries(journal, EntryKind.NOTIFICATION)
    assert (entry.body, entry.headers["scenario-id"]) == (BODY, "s-1")
    assert bot.bodies == [BODY]


def test_each_bot_is_told_apart_also_in_the_copy(nginx: Nginx, bot: Bot, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with running("listen", "--listen", "127.0.0.1:0", "--journal", str(journal)) as program:
        address = program.line(holding="http://").rpartition(" ")[2].strip()
        url = nginx(httpx.URL(address).port)
        for below in ("", "/front-desk", "/sales?part=3"):
            assert post(url + below).status_code == 202
            until(lambda: len(entries(journal, EntryKind.NOTIFICATION)) == len(bot.bodies))
        program.end()
    assert [entry.bot for entry in entries(journal, EntryKind.NOTIFICATION)] == ["", "front-desk", "sales"]
    assert bot.asked == ["/api/calls", "/api/calls/front-desk", "/api/calls/sales?part=3"]


def test_what_else_the_address_says_reaches_callmon(nginx: Nginx, bot: Bot) -> None:
    """By it the copies can be led to several collectors."""
    other = Bot()
    try:
        assert post(nginx(other.port) + "/front-desk?part=3").status_code == 202
        until(lambda: other.asked)
        assert other.asked == ["/api/calls/front-desk?part=3"]
    finally:
        other.close()


def test_the_bot_is_answered_while_callmon_is_down(nginx: Nginx, bot: Bot) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = nginx(nobody.getsockname()[1])
        for _ in range(20):
            assert post(url).status_code == 202
    assert bot.bodies == [BODY] * 20


def test_the_bot_is_answered_while_callmon_hangs(nginx: Nginx, bot: Bot) -> None:
    """nginx would wait for longer than the sender does, so an answer shows that it does not wait for the copy."""
    hanging = Bot(hangs=True)
    try:
        url = nginx(hanging.port, wait_s=600)
        for _ in range(20):
            assert post(url).status_code == 202
        until(lambda: len(hanging.bodies) == 20)
    finally:
        hanging.close()
    assert bot.bodies == [BODY] * 20


def test_senders_that_keep_their_connection_are_held_up_for_no_longer_than_the_recipe_says(
    nginx: Nginx, bot: Bot
) -> None:
    hanging = Bot(hangs=True)
    try:
        url = nginx(hanging.port)
        with httpx.Client(timeout=DEADLINE_S) as client:
            for _ in range(2):
                assert client.post(url, content=BODY).status_code == 202
    finally:
        hanging.close()


def test_the_service_is_one_that_systemd_takes(tmp_path: Path) -> None:
    needs("systemd-analyze")
    home = tmp_path / "home"
    program = home / ".local" / "bin" / "callmon"
    program.parent.mkdir(parents=True)
    program.symlink_to(shutil.which("true") or sys.executable)
    unit = home / "callmon.service"
    unit.write_text(recipe("ini"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--recursive-errors=no", str(unit)],
        env={"HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
