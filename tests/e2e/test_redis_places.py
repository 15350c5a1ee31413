"""Ways to a Redis: TLS with a CA of one's own, a Unix socket, Sentinel, a cluster; and callmon's own commands on it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from callmon.core.records import HangUpAsked
from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.ports import JournalError
from callmon.retention import Limits, prune
from tests.cli.program import run
from tests.e2e.conftest import needs
from tests.journal.suite import PATIENCE_S, Follower, entry, numbers
from tests.makers import CALL, at, body, item, notification, record_entry
from tests.redis_server import RedisServer
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

HOUR = 3600.0

StartServer = Callable[..., RedisServer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartServer]:
    needs("redis-server")
    with ExitStack() as stack:

        def start(program: str = "redis-server", **settings: str) -> RedisServer:
            needs(program)
            directory = tmp_path / f"redis-{len(list(tmp_path.iterdir()))}"
            directory.mkdir()
            server = RedisServer(directory, program=program, **settings)
            stack.callback(server.stop)
            return server.start()

        yield start


def journal_at(url: str) -> closing[RedisJournal]:
    return closing(RedisJournal.open(RedisAddress(url), patience_s=PATIENCE_S))


def write_and_follow(url: str, number: int = 1) -> None:
    with journal_at(url) as journal:
        before = len(journal.read())
        follower = Follower(journal)
        journal.append(entry(number))
        assert numbers(follower.until(before + 1))[-1] == number
        assert follower.finish()


def openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=PATIENCE_S)


def test_tls_with_a_ca_of_ones_own(start: StartServer, tmp_path: Path) -> None:
    needs("openssl")
    keys = tmp_path / "keys"
    keys.mkdir()
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl(keys, *made, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA of this test")
    issued = ("-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1")
    openssl(keys, *made, "-keyout", "own.key", "-out", "own.pem", "-subj", "/CN=redis", *issued)
    server = start(
        tls_port="0",
        tls_ca_cert_file=str(keys / "ca.pem"),
        tls_cert_file=str(keys / "own.pem"),
        tls_key_file=str(keys / "own.key"),
        tls_auth_clients="no",
    )
    write_and_follow(server.url("rediss", ssl_ca_certs=str(keys / "ca.pem")))
    with pytest.raises(JournalError, match=r"cannot be reached .*CERTIFICATE_VERIFY_FAILED"):
        journal_at(server.url("rediss"))


def test_a_unix_socket(start: StartServer, tmp_path: Path) -> None:
    start(unixsocket=str(tmp_path / "redis.sock"), requirepass="secret")
    write_and_follow(f"unix:///{tmp_path}/redis.sock?password=secret")


def test_a_cluster(start: StartServer) -> None:
    server = start(cluster_enabled="yes")
    with server.client() as client:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        wait_until(lambda: client.cluster("INFO")["cluster_state"] == "ok")
    write_and_follow(f"redis+cluster://127.0.0.1:{server.port}?name=bots")


def test_sentinel_leads_to_the_one_that_took_over(start: StartServer) -> None:
    primary = start(requirepass="secret", masterauth="secret")
    replica = start(replicaof=f"127.0.0.1 {primary.port}", requirepass="secret", masterauth="secret")
    with replica.client() as client:
        wait_until(lambda: client.info("replication")["master_link_status"] == "up")
    watcher = start(program="redis-sentinel")
    with watcher.client() as client:
        client.execute_command("SENTINEL", "MONITOR", "main", "127.0.0.1", primary.port, 1)
        for name, value in (("auth-pass", "secret"), ("down-after-milliseconds", "300"), ("failover-timeout", "2000")):
            client.execute_command("SENTINEL", "SET", "main", name, value)
        wait_until(lambda: len(client.sentinel_slaves("main")) == 1)
        url = f"redis+sentinel://:secret@127.0.0.1:{watcher.port}/main/0"
        with journal_at(url) as journal:
            follower = Follower(journal)
            journal.append(entry(0))
            with replica.client() as other:
                wait_until(lambda: other.xlen("{callmon}:entries") == 1)
            primary.kill()
            wait_until(lambda: client.sentinel_get_master_addr_by_name("main")[1] == replica.port)
            journal.append(entry(1))
            assert numbers(journal.read()) == [0, 1]
            assert numbers(follower.until(2)) == [0, 1]
            assert follower.finish()


def test_the_commands_work_on_it_and_never_show_the_password(
    start: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(requirepass="hunter2")
    monkeypatch.setenv("CALLMON_JOURNAL", server.url(user=":hunter2@"))
    over = body(item("deleted", url="/communications/calls/" + CALL.replace("6f", "7f"), state="terminated"))
    with closing(RedisJournal.open(RedisAddress(server.url(user=":hunter2@")))) as journal:
        for number in range(3):
            journal.append(record_entry(HangUpAsked(CALL, str(number), "ada"), -HOUR))
        journal.submit([notification(over, -HOUR), notification(body(item(state="established")), -HOUR)]).result()
        assert prune(journal, Limits(timedelta(seconds=1), None), lambda: at(0), Event()) == 1
    results = [
        run("list", "--json"),
        run("export"),
        run("audit", "--verify"),
        run("config", "show"),
        run("list", "--journal", server.url(user=":hunter3@")),
    ]
    assert [result.code for result in results] == [0, 0, 0, 0, 1]
    assert [call["id"] for call in results[0].json] == [CALL]
    assert results[1].out.count("established") == 1
    assert "refuses the user or the password" in results[4].err
    assert all("hunter" not in result.out + result.err for result in results)


def test_looking_at_a_journal_that_nobody_began_leaves_nothing_behind(
    start: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start()
    monkeypatch.setenv("CALLMON_JOURNAL", server.url())
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:0")
    for arguments in (["list"], ["show", CALL], ["export"], ["audit"], ["doctor", "--offline"]):
        result = run(*arguments)
        assert "no journal" in result.out + result.err, arguments
    with server.client() as client:
        assert set(client.keys("*")) <= {b"{callmon}:writer:doctor"}
        assert not client.exists("{callmon}:writer:doctor") or client.pttl("{callmon}:writer:doctor") <= 1000


def said_of(server: RedisServer, monkeypatch: pytest.MonkeyPatch, begun: bool = True) -> list[tuple[str, str]]:
    """Level and sentence of all that the doctor says of the journal."""
    monkeypatch.setenv("CALLMON_JOURNAL", server.url())
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:0")
    if begun:
        write_and_follow(server.url())
    found = run("doctor", "--offline", "--json").json["findings"]
    return [(each["level"], each["said"]) for each in found if each["check"] == "journal"]


def test_the_doctor_looks_at_redis(start: StartServer, monkeypatch: pytest.MonkeyPatch) -> None:
    good = said_of(start(), monkeypatch)
    assert [level for level, _ in good] == ["ok"] * 3
    assert "1 entries" in good[0][1]
    bad = said_of(start(maxmemory_policy="allkeys-lru", appendonly="no"), monkeypatch)
    assert [level for level, _ in bad] == ["ok", "warning", "warning"]
    assert "allkeys-lru" in bad[1][1]
    assert "appendonly no" in bad[2][1]
    often = said_of(start(appendfsync="everysec"), monkeypatch)
    assert "appendfsync everysec" in often[2][1]
    hushed = said_of(start(rename_command="CONFIG none"), monkeypatch)
    assert "does not tell" in hushed[2][1]
    full = said_of(start(maxmemory="100kb"), monkeypatch, begun=False)
    assert [level for level, _ in full] == ["problem"]
    assert "no memory left" in full[0][1]
