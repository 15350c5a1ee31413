from __future__ import annotations

import errno
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from callmon.cli.doctor_access import NO_CALL
from callmon.cli.exits import ExitCode
from callmon.feeds.http import HttpFeed
from callmon.journal.sqlite import SqliteJournal
from callmon.simulator.player import Simulation
from tests.cli.program import Outcome, on_terminal, run, run_program
from tests.cli.recorded import notification, record
from tests.fakes import MemoryJournal
from tests.graph.inbound_tokens import key_server
from tests.microsoft import CLIENT, GRAPH, TENANT, Microsoft, app_token, microsoft

SECRET = "canary~Client.Secret_value"


@pytest.fixture(autouse=True)
def listen(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    monkeypatch.setenv("CALLMON_LISTEN", f"127.0.0.1:{port}")
    return port


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microsoft]:
    """Microsoft's services, and a bot that may sign in."""
    with microsoft(tmp_path) as found:
        found.graph = lambda request: (
            (404, {"error": {"code": "8522", "message": "Call not found."}})
            if "authorization" in request.headers
            else (401, {"error": {"code": "InvalidAuthenticationToken", "message": "Access token is empty."}})
        )
        bot = {"TENANT_ID": TENANT, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
        for name, value in (found.environment | {f"CALLMON_{name}": value for name, value in bot.items()}).items():
            monkeypatch.setenv(name, value)
        yield found


def findings(*arguments: str) -> dict[str, dict[str, Any]]:
    """The worst of what was found, by what was looked at, and by bot where it has a name."""
    result = run("doctor", "--json", *arguments)
    assert SECRET not in result.out + result.err
    assert result.code == (ExitCode.DONE if result.json["ok"] else ExitCode.FAILED)
    worst: dict[str, dict[str, Any]] = {}
    for each in result.json["findings"]:
        name = f"{each['bot']}: {each['check']}" if each["bot"] else each["check"]
        levels = ["ok", "warning", "problem"]
        if name not in worst or levels.index(each["level"]) > levels.index(worst[name]["level"]):
            worst[name] = each
    return worst


def levels(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: each["level"] for name, each in found.items()}


def test_everything_is_in_place(there: Microsoft, journal: Path) -> None:
    record(journal, notification("6f1f5c00-8c1b-47f1-be9d-660c501041a9", "established"))
    found = findings()
    checks = {"version", "settings", "journal", "port", "terminal", "locale", "senders"}
    checks |= {"sign-in", "login", "graph", "clock"}
    assert levels(found) == dict.fromkeys(checks | {"token", "calls"}, "ok")
    assert "1 entries" in found["journal"]["said"]
    assert found["token"]["said"].startswith(f"Calls.Initiate.All; tenant {TENANT}; until 20")
    assert f'client_id = "{CLIENT}"  # environment: CALLMON_CLIENT_ID' in found["settings"]["details"]
    assert 'client_secret = "**********"  # environment: CALLMON_CLIENT_SECRET' in found["settings"]["details"]
    assert [request.method for request in there.of(GRAPH)] == ["GET", "GET"]


def test_offline_asks_nobody(there: Microsoft, journal: Path) -> None:
    found = findings("--offline")
    assert {"token", "graph", "login", "calls", "clock"}.isdisjoint(found)
    assert found["sign-in"]["said"] == "by secret, cloud global, Graph https://graph.microsoft.com"
    assert there.requests == []
    assert not journal.exists()


@pytest.mark.parametrize(
    ("variables", "check", "says"),
    [
        ({"FEDERATED_TOKEN_FILE": "/nowhere/token"}, "sign-in", "The file /nowhere/token"),
        ({"CLIENT_SECRET": SECRET, "TENANT_ID": "common"}, "sign-in", "CALLMON_TENANT_ID does not name one tenant"),
        ({"CLIENT_SECRET": SECRET, "TENANT_ID": "../x"}, "sign-in", "CALLMON_TENANT_ID does not name one tenant"),
        ({"CLIENT_SECRET": SECRET, "TENANT_ID": "a b"}, "sign-in", "CALLMON_TENANT_ID does not name one tenant"),
        ({"ACCESS_TOKEN": "é"}, "token", "in CALLMON_ACCESS_TOKEN holds characters that no token has"),
        ({"ACCESS_TOKEN": app_token(exp=1)}, "token", "it has expired"),
        ({"ACCESS_TOKEN": app_token(roles=())}, "token", "no permission for calls"),
    ],
)
def test_what_can_be_seen_to_be_impossible_is_told_offline(
    there: Microsoft, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], check: str, says: str
) -> None:
    monkeypatch.delenv("CALLMON_CLIENT_SECRET")
    for name, value in variables.items():
        monkeypatch.setenv(f"CALLMON_{name}", value)
    finding = findings("--offline")[check]
    assert (finding["level"], says in finding["said"]) == ("problem", True), finding
    assert there.requests == []


def test_an_assertion_that_is_there_is_in_order_offline(
    there: Microsoft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "assertion"
    path.write_text("a.b.c")
    monkeypatch.delenv("CALLMON_CLIENT_SECRET")
    monkeypatch.setenv("CALLMON_FEDERATED_TOKEN_FILE", str(path))
    assert findings("--offline")["sign-in"]["level"] == "ok"


@pytest.mark.parametrize(
    ("token", "level", "says"),
    [
        (app_token(roles=("Calls.AccessMedia.All", "User.Read.All")), "ok", "Calls.AccessMedia.All; tenant"),
        (app_token(roles=("User.Read.All",)), "problem", "no permission for calls"),
        (app_token(roles=()), "problem", "no permission for calls"),
        (app_token(exp=1), "problem", "it has expired"),
        (app_token(appid="another"), "warning", "Calls.Initiate.All"),
        ("no-jwt-at-all", "ok", "cannot be read"),
    ],
)
def test_what_the_token_permits(
    there: Microsoft, monkeypatch: pytest.MonkeyPatch, token: str, level: str, says: str
) -> None:
    monkeypatch.setenv("CALLMON_SIGN_IN", "token")
    monkeypatch.setenv("CALLMON_ACCESS_TOKEN", token)
    found = findings()
    assert (found["token"]["level"], says in found["token"]["said"]) == (level, True), found["token"]
    assert token not in json.dumps(found)
    assert bool(found["token"]["todo"]) is (level != "ok")


def test_where_a_new_token_belongs_is_named(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_BOTS__DAYS__ACCESS_TOKEN", app_token(exp=1))
    assert findings("--offline")["days: token"]["todo"] == "Put a new one into CALLMON_BOTS__DAYS__ACCESS_TOKEN."


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({}, ()),
        ({"appid": CLIENT.upper(), "tid": TENANT.upper()}, ()),
        ({"appid": "another"}, ("CALLMON_BOTS__DAYS__CLIENT_ID",)),
        ({"appid": None, "azp": "another"}, ("CALLMON_BOTS__DAYS__CLIENT_ID",)),
        ({"tid": NO_CALL}, ("CALLMON_BOTS__DAYS__TENANT_ID",)),
        ({"appid": "another", "tid": NO_CALL}, ("CALLMON_BOTS__DAYS__CLIENT_ID", "CALLMON_BOTS__DAYS__TENANT_ID")),
        ({"appid": None, "tid": None}, ()),
    ],
)
def test_a_token_of_another_application_or_tenant_than_the_settings_say(
    there: Microsoft, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], names: tuple[str, ...]
) -> None:
    for setting, value in (("CLIENT_ID", CLIENT), ("TENANT_ID", TENANT), ("ACCESS_TOKEN", app_token(**claims))):
        monkeypatch.setenv(f"CALLMON_BOTS__DAYS__{setting}", value)
    found = findings()["days: token"]
    assert found["level"] == ("warning" if names else "ok")
    for name in ("CALLMON_BOTS__DAYS__CLIENT_ID", "CALLMON_BOTS__DAYS__TENANT_ID"):
        assert (name in (found["todo"] or "")) is (name in names)


def test_a_tenant_that_is_set_by_its_domain_name_is_not_compared(
    there: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_BOTS__DAYS__TENANT_ID", "contoso.example")
    monkeypatch.setenv("CALLMON_BOTS__DAYS__ACCESS_TOKEN", app_token())
    assert findings()["days: token"]["level"] == "ok"


def test_entra_that_gives_no_token(there: Microsoft) -> None:
    there.token = lambda _request: (401, {"error": "x", "error_description": "AADSTS7000222: expired"})
    found = findings()
    assert (found["token"]["level"], found["login"]["level"]) == ("problem", "ok")
    assert "CALLMON_CLIENT_SECRET" in found["token"]["said"]
    assert "calls" not in found


def test_graph_that_does_not_take_the_token(there: Microsoft) -> None:
    there.graph = lambda _request: (403, {"error": {"code": "7504", "message": "No."}})
    found = findings()
    assert (found["graph"]["level"], found["calls"]["level"]) == ("ok", "problem")
    assert "consent" in found["calls"]["said"]


def test_a_graph_that_has_the_call_that_cannot_be(there: Microsoft) -> None:
    there.graph = lambda _request: (200, {"id": NO_CALL, "state": "established"})
    found = findings()["calls"]
    assert (found["level"], f"claims to have the call {NO_CALL}" in found["said"]) == ("warning", True)


@pytest.mark.parametrize(("behind_s", "level"), [(2, "ok"), (60, "warning"), (-60, "warning"), (900, "problem")])
def test_the_clock_is_compared_with_graphs(there: Microsoft, behind_s: float, level: str) -> None:
    there.behind_s = behind_s
    found = findings()
    assert found["clock"]["level"] == level
    if level != "ok":
        assert ("ahead of" if behind_s > 0 else "behind") in found["clock"]["said"]


def test_nothing_can_be_reached(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    found = findings()
    assert [found[name]["level"] for name in ("graph", "login", "token")] == ["problem"] * 3
    assert "clock" not in found


def test_an_address_that_no_setting_gave_is_looked_for_in_none(
    there: Microsoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_names(*_: object, **__: object) -> None:
        raise socket.gaierror("no names in this test")

    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    monkeypatch.setenv("CALLMON_BOTS__DAYS__GRAPH_URL", "https://graph.example")
    monkeypatch.setenv("CALLMON_BOTS__DAYS__ACCESS_TOKEN", app_token())
    found = findings()
    for check in ("graph", "login"):
        assert "CALLMON_" not in found[check]["said"]
    for check in ("days: graph", "days: calls"):
        assert "DNS and CALLMON_BOTS__DAYS__GRAPH_URL." in found[check]["said"]


def test_each_bot_is_looked_at(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_BOTS__NIGHTS__CLIENT_ID", "x")
    monkeypatch.setenv("CALLMON_BOTS__DAYS__ACCESS_TOKEN", app_token(roles=()))
    found = findings()
    assert found["calls"]["level"] == "ok"
    assert found["nights: sign-in"]["level"] == "warning"
    assert "CALLMON_BOTS__NIGHTS__TENANT_ID" in found["nights: sign-in"]["said"]
    assert (found["days: sign-in"]["level"], found["days: token"]["level"]) == ("ok", "problem")


def test_the_simulated_graph_is_in_order(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(None, calls=0, seed=1, speed=1.0)
    monkeypatch.setenv("CALLMON_GRAPH_URL", simulation.start())
    monkeypatch.setenv("CALLMON_ACCESS_TOKEN", simulation.token)
    try:
        assert set(levels(findings()).values()) == {"ok"}
    finally:
        simulation.stop()


def test_settings_that_do_not_hold_are_all_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_CLOUD", "moon")
    found = findings()
    assert levels(found) == {"settings": "problem"}
    assert found["settings"]["said"].startswith("CALLMON_CLOUD: “moon” is not a cloud")


def test_a_setting_that_is_none_is_a_warning(no_real_environment: Path) -> None:
    file = no_real_environment / "config" / "callmon" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('clint_id = "x"\n')
    assert findings()["settings"]["level"] == "warning"


def test_journals_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE mine (x)")
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_text("nonsense " * 1000)
    newer = tmp_path / "newer.db"
    record(newer)
    with closing(sqlite3.connect(newer)) as db:
        db.execute("PRAGMA user_version = 99")
    nowhere = nonsense / "journal.db"
    damaged = tmp_path / "damaged.db"
    record(damaged)
    with damaged.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    said = {}
    for path in (other, nonsense, newer, nowhere, damaged, tmp_path):
        monkeypatch.setenv("CALLMON_JOURNAL", str(path))
        finding = findings()["journal"]
        assert finding["level"] == "problem", finding
        said[path] = finding["said"]
    assert "another program" in said[other]
    assert "not even an SQLite database" in said[nonsense]
    assert "a newer callmon" in said[newer]
    assert "cannot be made" in said[nowhere]
    assert "is damaged" in said[damaged]
    assert "is a directory" in said[tmp_path]


def test_a_journal_that_others_can_read(journal: Path) -> None:
    record(journal)
    journal.chmod(0o644)
    finding = findings()["journal"]
    assert finding["level"] == "warning"
    assert f"chmod o= {journal}" in finding["todo"]


def test_a_journal_that_one_may_not_look_at(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def closed(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == journal:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", closed)
    finding = findings()["journal"]
    assert finding["level"] == "problem"
    assert "cannot be opened ([Errno 13] Permission denied)" in finding["said"]
    for command in (["list"], ["export"], ["audit"]):
        result = run(*command)
        assert result.code == 1
        assert "cannot be opened" in result.err


def test_a_journal_that_cannot_be_written(journal: Path) -> None:
    record(journal)
    with closing(sqlite3.connect(journal)) as db:
        db.execute("BEGIN EXCLUSIVE")
        finding = findings()["journal"]
    assert finding["level"] == "problem"
    assert "keeps the journal" in finding["said"]


def test_what_is_followed(journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, closed, pipe = tmp_path / "bot.log", tmp_path / "closed.log", tmp_path / "pipe"
    there.touch()
    closed.touch()
    os.mkfifo(pipe)
    really_open = os.open

    def refused(path: Path, flags: int, *more: int) -> int:
        if path == closed:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really_open(path, flags, *more)

    monkeypatch.setattr(os, "open", refused)
    followed = [there, tmp_path / "later.log", tmp_path, closed, pipe]
    flags = [text for number, path in enumerate(followed) for text in ("--follow", f"bot{number}={path}")]
    found = findings("--offline", "--follow", "-", *flags)
    told = [found[f"bot{number}: follow"] for number in range(len(followed))]
    assert [each["level"] for each in told] == ["ok", "warning", "problem", "problem", "problem"]
    assert all(str(path) in each["said"] for path, each in zip(followed, told, strict=True))
    assert "as soon as it appears" in told[1]["said"]
    assert "is a directory" in told[2]["said"]
    assert "follow" not in findings("--offline")


def test_who_has_the_port(journal: Path, listen: int) -> None:
    with closing(SqliteJournal.open(journal)) as opened:
        feed = HttpFeed(opened, "127.0.0.1", listen)
        feed.start()
        assert findings()["port"]["said"].startswith(f"Another callmon (pid {os.getpid()}) already listens on")
        feed.stop()
    feed = HttpFeed(MemoryJournal(), "127.0.0.1", listen)
    feed.start()
    assert findings()["port"]["level"] == "problem"
    feed.stop()
    with socket.create_server(("127.0.0.1", listen)):
        found = findings()["port"]
    assert (found["level"], "Another program" in found["said"]) == ("problem", True)
    assert findings()["port"] == {**found, "level": "ok", "said": f"127.0.0.1:{listen} is free."}


@pytest.mark.parametrize("case", ["good", "ended", "ends soon", "not yet", "another key", "open to others", "no file"])
def test_the_certificate(there: Microsoft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    days = {"ended": -1, "ends soon": 3}.get(case, 90)
    now = datetime.now(UTC)
    begins = now + timedelta(days=10 if case == "not yet" else -20)
    leaf, other = (
        trustme.CA().issue_cert(
            "bot.example", key_type=trustme.KeyType.RSA, not_before=begins, not_after=now + timedelta(days=days)
        )
        for _ in range(2)
    )
    path = tmp_path / "bot.pem"
    if case != "no file":
        key = (other if case == "another key" else leaf).private_key_pem
        path.write_bytes(key.bytes() + leaf.cert_chain_pems[0].bytes())
        path.chmod(0o644 if case == "open to others" else 0o600)
    monkeypatch.delenv("CALLMON_CLIENT_SECRET")
    monkeypatch.setenv("CALLMON_CLIENT_CERTIFICATE", str(path))
    finding = findings("--offline")["sign-in"]
    expected = {"good": "ok", "ended": "problem", "ends soon": "warning"}
    assert finding["level"] == expected.get(case, "problem"), finding
    said = {"not yet": f"does not hold yet: it begins at {begins:%Y-%m-%dT}", "another key": "does not belong to"}
    assert said.get(case, "") in finding["said"]


def test_a_secret_file_that_others_can_read(there: Microsoft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_text(SECRET)
    path.chmod(0o644)
    monkeypatch.delenv("CALLMON_CLIENT_SECRET")
    monkeypatch.setenv("CALLMON_CLIENT_SECRET_FILE", str(path))
    assert f"chmod 600 {path}" in findings("--offline")["sign-in"]["said"]


def test_people_read_what_to_do_below_what_is_wrong(there: Microsoft) -> None:
    there.behind_s = 900
    result: Outcome = run_program("doctor")
    assert result.code == ExitCode.FAILED
    told = result.out.splitlines()
    place = next(number for number, line in enumerate(told) if line.startswith("problem  clock"))
    assert told[place + 1].strip().startswith("→ Let it be set by NTP")
    assert told[-1] == "12 ok, 0 warnings, 1 problem"
    assert SECRET not in result.out + result.err


def test_the_terminal_is_measured(journal: Path) -> None:
    with on_terminal("doctor", "--offline") as terminal:
        assert terminal.end() == ExitCode.DONE
    assert "120×30, TERM=xterm-256color, 256 colours" in terminal.shown.decode()  # noqa: RUF001


def test_a_settings_file_with_secrets_that_others_can_read(no_real_environment: Path) -> None:
    file = no_real_environment / "config" / "callmon" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[bots.nights]\nclient_secret = "{SECRET}"\n')
    file.chmod(0o640)
    finding = findings("--offline")["settings"]
    assert finding["level"] == "problem"
    assert f"it holds client_secret, so it is not used. Let it be yours alone: chmod 600 {file}" in finding["said"]
    file.chmod(0o600)
    assert findings("--offline")["settings"]["level"] == "ok"


def test_who_may_send(monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings("--offline")["senders"]["said"].startswith("Whatever runs on this machine may send")
    monkeypatch.setenv("CALLMON_FEED_TOKEN", f"{SECRET}-0123456789")
    assert "with the shared token" in findings("--offline")["senders"]["said"]
    monkeypatch.setenv("CALLMON_VERIFY_SENDER", "true")
    monkeypatch.setenv("CALLMON_BOTS__NIGHTS__CLIENT_ID", CLIENT)
    with key_server() as keys:
        monkeypatch.setenv("CALLMON_OPENID_URL", keys.url)
        said = findings()["senders"]["said"]
        assert "known are nights. There are" in said
    finding = findings()["senders"]
    assert finding["level"] == "problem"
    assert "keys of Microsoft Graph could not be fetched" in finding["said"]
