"""No secret that callmon is given, or gets, stands in anything that it writes: files, journal, output, terminal.

Every secret here has the same word in it. Real programs run with them through what works and what fails, against a
Microsoft that repeats whatever it is sent, and then everything that was written is searched for the word.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
import trustme

from callmon.cli.exits import ExitCode
from tests.cli.program import Outcome, on_terminal, run, run_program, running
from tests.cli.recorded import call_id, entries, notification, record
from tests.microsoft import CLIENT, GRAPH, LOGIN, TENANT, Microsoft, Request, microsoft

WORD = "c4n4ry"
SECRET = f"{WORD}~Client.Secret_value"
PASSWORD = f"{WORD}-certificate-password"
ASSERTION = f"eyJhbGciOiJub25lIn0.{WORD}-assertion.c2ln"
ACCESS_TOKEN = f"eyJhbGciOiJub25lIn0.{WORD}-given.c2ln"
ENTRA_TOKEN = f"eyJhbGciOiJub25lIn0.{WORD}-from-entra.c2ln"
FEED_TOKEN = f"{WORD}-feed-token-0123456789"
REDIS_PASSWORD = f"{WORD}-redis-password"
CALL = call_id(0xC0FFEE)

BOT = {"CALLMON_TENANT_ID": TENANT, "CALLMON_CLIENT_ID": CLIENT}
CRASHING = """
import sys
from callmon.cli import console_parts, main

def broken(*arguments):
    raise ZeroDivisionError(" ".join(sys.orig_argv) + " " + " ".join(__import__("os").environ.values()))

console_parts.console_parts = broken
sys.exit(main.run())
"""


@dataclass
class Scene:
    """Where the programs run, what they are given, and what they said."""

    home: Path
    planted: Path
    """A directory for files that are to hold secrets. It is not searched."""
    there: Microsoft
    said: list[str] = field(default_factory=list)

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> Outcome:
        log = self.home / "callmon.log"
        surroundings = {"CALLMON_LOG_FILE": str(log), "CALLMON_LOG_LEVEL": "debug", "TMPDIR": str(self.home)}
        outcome = run_program(*arguments, env=surroundings | self.there.environment | dict(env or {}))
        self.said.append(f"{arguments}\n{outcome.out}\n{outcome.err}")
        return outcome

    def ask(self, *arguments: str, env: Mapping[str, str]) -> Outcome:
        """The same in this process, which is quicker."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.there.environment | dict(env)).items():
                patch.setenv(name, value)
            outcome = run(*arguments)
        self.said.append(f"{arguments}\n{outcome.out}\n{outcome.err}")
        return outcome

    def plant(self, name: str, text: str) -> str:
        path = self.planted / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def search(self) -> None:
        """Fail if the word is in anything that was written."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        found = [str(path) for path in files if WORD.encode() in path.read_bytes()]
        assert found == []
        assert [told for told in self.said if WORD in told] == []

    def sent(self) -> str:
        """All that reached Microsoft."""
        return " ".join(f"{request.form} {request.headers}" for request in self.there.requests)


@pytest.fixture
def scene(no_real_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    planted = tmp_path / "planted"
    planted.mkdir()
    journal = no_real_environment / "journal.db"
    monkeypatch.setenv("CALLMON_JOURNAL", str(journal))
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:0")
    record(journal, notification(CALL, "established"))
    with microsoft(planted) as there:
        there.graph = _echo_graph
        yield Scene(no_real_environment, planted, there)


def _echo_graph(request: Request) -> tuple[int, object]:
    """A Graph that puts the token it was sent into its refusal."""
    return 403, {"error": {"code": "7504", "message": f"Not with {request.headers.get('authorization', 'nothing')}."}}


def _echo_login(request: Request) -> tuple[int, object]:
    """A sign-in service that puts what it was sent into its refusal."""
    return 401, {"error": "invalid_client", "error_description": f"AADSTS99: not with {dict(request.form)}"}


def _gives_canary(_request: Request) -> tuple[int, object]:
    return 200, {"access_token": ENTRA_TOKEN, "expires_in": 3599, "token_type": "Bearer"}


def test_a_client_secret(scene: Scene) -> None:
    env = BOT | {"CALLMON_CLIENT_SECRET": SECRET}
    scene.there.token = _echo_login
    assert scene.run("doctor", "--json", env=env).code == ExitCode.FAILED
    assert scene.ask("hangup", CALL, "--yes", "--json", env=env).code == ExitCode.NOT_ALLOWED
    scene.there.token = _gives_canary
    assert scene.run("hangup", CALL, "--yes", "--json", env=env).code == ExitCode.NOT_ALLOWED
    assert scene.ask("doctor", env=env).code == ExitCode.FAILED
    assert "**********" in scene.ask("config", "show", "--origin", env=env).out
    for command in (["show", CALL], ["show", CALL, "--ticket"], ["list", "--json"], ["export"], ["audit"]):
        assert scene.ask(*command, env=env).code == ExitCode.DONE
    assert SECRET in scene.sent()
    assert ENTRA_TOKEN in scene.sent()
    assert len(entries(scene.home / "journal.db")) > 4
    assert (scene.home / "callmon.log").stat().st_size
    scene.search()


def test_a_secret_in_a_file_and_an_assertion_in_a_file(scene: Scene) -> None:
    scene.there.token = _echo_login
    for name, value, text in (
        ("CALLMON_CLIENT_SECRET_FILE", "secret", SECRET),
        ("CALLMON_FEDERATED_TOKEN_FILE", "assertion", ASSERTION),
    ):
        env = BOT | {name: scene.plant(value, text)}
        assert scene.ask("doctor", env=env).code == ExitCode.FAILED
        assert scene.run("hangup", CALL, "--yes", env=env).code == ExitCode.NOT_ALLOWED
        assert text in scene.sent()
    scene.search()


def test_the_password_of_a_certificate_and_its_key(scene: Scene) -> None:
    leaf = trustme.CA().issue_cert("bot.example", key_type=trustme.KeyType.RSA)
    pem = leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes()
    path = scene.plant("bot.pem", pem.decode())
    scene.there.token = _echo_login
    for password in ({}, {"CALLMON_CLIENT_CERTIFICATE_PASSWORD": PASSWORD}):
        env = BOT | {"CALLMON_CLIENT_CERTIFICATE": path} | password
        assert scene.ask("doctor", env=env).code == ExitCode.FAILED
        assert scene.ask("hangup", CALL, "--yes", env=env).code == ExitCode.NOT_ALLOWED
    assertions = [request.form["client_assertion"] for request in scene.there.of(LOGIN, "POST")]
    assert assertions
    assert not any(assertion.split(".")[2] in told for assertion in assertions for told in scene.said)
    scene.search()
    key = pem.split(b"-----")[2].split()[0]
    assert not any(key in each.read_bytes() for each in scene.home.rglob("*") if each.is_file())


def test_a_token_that_was_given_and_those_of_named_bots(scene: Scene) -> None:
    env = {"CALLMON_ACCESS_TOKEN": ACCESS_TOKEN, "CALLMON_BOTS__NIGHTS__ACCESS_TOKEN": f"{ACCESS_TOKEN}2"}
    assert scene.run("hangup", CALL, "--yes", env=env).code == ExitCode.NOT_ALLOWED
    assert scene.ask("hangup", call_id(2), "--yes", "--bot", "nights", env=env).code == ExitCode.NOT_ALLOWED
    assert scene.ask("doctor", "--json", env=env).code == ExitCode.FAILED
    for arguments in (["config", "show"], ["config", "show", "--json"], ["config", "check"]):
        scene.ask(*arguments, env=env)
    refused = env | {"CALLMON_CLIENT_SECRET": SECRET, "CALLMON_BOTS__NIGHTS__CLIENT_SECRET": SECRET}
    assert scene.ask("list", env=refused).code == ExitCode.USAGE
    assert scene.ask("doctor", env=refused).code == ExitCode.FAILED
    assert f"{ACCESS_TOKEN}2" in scene.sent()
    scene.search()


def test_the_token_of_the_feed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_FEED_TOKEN", FEED_TOKEN)
    monkeypatch.setenv("CALLMON_LOG_FILE", str(scene.home / "listen.log"))
    with running("listen") as listener:
        address = listener.line(holding="http://").partition("http://")[2].split("/")[0]
        statuses = []
        for token in (FEED_TOKEN, f"{WORD}-wrong-token-0123456789"):
            connection = HTTPConnection(address)
            headers = {"Authorization": f"Bearer {token}", "User-Agent": "bot"}
            connection.request("POST", "/api/calls", notification(CALL, "hold"), headers)
            statuses.append(connection.getresponse().status)
            connection.close()
        outcome = listener.end()
    scene.said.append(outcome.out + outcome.err)
    assert statuses == [202, 401]
    scene.search()


def test_the_password_of_a_redis(scene: Scene) -> None:
    for env in (
        {"CALLMON_JOURNAL": f"redis://callmon:{REDIS_PASSWORD}@127.0.0.1:1/0"},
        {"CALLMON_JOURNAL": f"redis://127.0.0.1:1/0?password={REDIS_PASSWORD}"},
        {"CALLMON_JOURNAL": "redis://127.0.0.1:1/0", "CALLMON_REDIS_PASSWORD": REDIS_PASSWORD},
    ):
        assert scene.run("list", env=env).code == ExitCode.FAILED
        assert scene.ask("doctor", "--offline", env=env).code == ExitCode.FAILED
        scene.ask("config", "show", "--origin", env=env)
    scene.search()


@pytest.mark.parametrize(
    "address",
    [
        f"redis://127.0.0.1:1/0?password={REDIS_PASSWORD}",
        f"rediss://127.0.0.1:1/0?db=0&ssl_password={REDIS_PASSWORD}",
        f"redis://callmon:a@{REDIS_PASSWORD}@127.0.0.1:1/0",
        f"redis://:two words {REDIS_PASSWORD}@127.0.0.1:1/0",
    ],
)
def test_the_password_of_a_redis_in_a_flag(scene: Scene, address: str) -> None:
    outcome = scene.run("list", f"--journal={address}")
    assert outcome.code == ExitCode.FAILED
    scene.said = [outcome.out + outcome.err]
    scene.search()


def test_an_address_that_stands_where_none_belongs(scene: Scene) -> None:
    address = f"redis://127.0.0.1:1/0?password={REDIS_PASSWORD}"
    scene.said = [scene.run(*arguments).err for arguments in (["list", address], ["list", "--listen", address])]
    assert all("redis://127.0.0.1:1" in told for told in scene.said)
    scene.search()


def test_a_console_that_runs_and_one_that_breaks_down(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    env = BOT | {
        "CALLMON_CLIENT_SECRET": SECRET,
        "CALLMON_FEED_TOKEN": FEED_TOKEN,
        "CALLMON_BOTS__NIGHTS__CLIENT_SECRET": f"{SECRET}2",
        "CALLMON_LOG_FILE": str(scene.home / "console.log"),
        "CALLMON_LOG_LEVEL": "debug",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with on_terminal() as terminal:
        terminal.wait_for("established")
        terminal.type("q")
        assert terminal.end() == 0
    scene.said.append(terminal.shown.decode(errors="replace"))
    with on_terminal(command=(sys.executable, "-c", CRASHING)) as broken:
        assert broken.end() == ExitCode.FAILED
    scene.said.append(broken.shown.decode(errors="replace"))
    reports = list((scene.home / "state" / "callmon" / "reports").iterdir())
    assert len(reports) == 1
    assert "ZeroDivisionError" in reports[0].read_text()
    assert os.environ["CALLMON_CLIENT_SECRET"] == SECRET
    scene.search()


def test_the_search_finds_what_was_written(scene: Scene) -> None:
    (scene.home / "somewhere").mkdir()
    (scene.home / "somewhere" / "left.txt").write_bytes(b"\xff" + SECRET.encode())
    with pytest.raises(AssertionError, match=r"left\.txt"):
        scene.search()


def test_only_microsoft_is_told_a_secret_and_only_where_it_belongs(scene: Scene) -> None:
    scene.there.token = _gives_canary
    scene.ask("hangup", CALL, "--yes", env=BOT | {"CALLMON_CLIENT_SECRET": SECRET})
    assert scene.there.of(GRAPH)
    assert not any(SECRET in f"{request}" for request in scene.there.of(GRAPH))
    assert not any(ENTRA_TOKEN in f"{request}" for request in scene.there.of(LOGIN))
    assert all(request.method == "POST" for request in scene.there.of(LOGIN) if SECRET in f"{request}")
