"""What the journal in Redis does when Redis is killed, paused, full, trimmed, emptied, read-only or closed to us."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from callmon.feeds import line_intake
from callmon.feeds.extraction import Taken
from callmon.feeds.line_intake import LineIntake
from callmon.journal import redis_client, redis_writer
from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.journal.redis_rows import to_row
from callmon.ports import Entry, JournalError, Ticket
from tests.e2e.conftest import needs
from tests.journal.suite import PATIENCE_S, Follower, entry, everything, is_gap, numbers
from tests.redis_server import RedisServer
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

StartServer = Callable[..., RedisServer]
OpenJournal = Callable[..., RedisJournal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartServer]:
    """Starts a server of its own for a test."""
    needs("redis-server")
    with ExitStack() as stack:

        def start(**settings: str) -> RedisServer:
            directory = tmp_path / f"redis-{len(list(tmp_path.iterdir()))}"
            directory.mkdir()
            server = RedisServer(directory, **settings)
            stack.callback(server.stop)
            return server.start()

        yield start


@pytest.fixture
def open_journal() -> Iterator[OpenJournal]:
    with ExitStack() as stack:

        def open_journal(server: RedisServer | str, **more: object) -> RedisJournal:
            url = server if isinstance(server, str) else server.url()
            options = {"patience_s": PATIENCE_S, **more}
            return stack.enter_context(closing(RedisJournal.open(RedisAddress(url), **options)))  # type: ignore[arg-type]  # the test names what open takes

        yield open_journal


def test_a_server_that_is_killed_again_and_again_loses_and_doubles_nothing(
    start: StartServer, open_journal: OpenJournal
) -> None:
    server = start()
    journal = open_journal(server)
    follower = Follower(open_journal(server))
    done = Event()
    kept: list[int] = []

    def write() -> None:
        number = 0
        while not done.is_set():
            batch = [journal.submit([entry(number + step)]) for step in range(8)]
            for step, future in enumerate(batch):
                future.result(PATIENCE_S)
                kept.append(number + step)
            number += 8

    writer = Thread(target=write)
    writer.start()
    for kill in range(4):
        wait_until(lambda enough=40 * (kill + 1): len(kept) >= enough)  # type: ignore[misc]  # a default binds this turn's
        server.kill()
        server.start()
    before_the_end = len(kept)
    wait_until(lambda: len(kept) >= before_the_end + 40)
    done.set()
    writer.join(PATIENCE_S)
    assert numbers(everything(journal)) == kept == list(range(len(kept)))
    assert numbers(follower.until(len(kept))) == kept
    assert follower.finish()


def test_a_write_whose_answer_is_lost_is_written_once(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    journal = open_journal(server)
    journal.append(entry(0))
    with server.client() as client:
        client.execute_command("CLIENT", "PAUSE", 3000, "ALL")  # longer than an answer may take: it is sent again
    futures = [journal.submit([entry(number)]) for number in range(1, 20)]
    for future in futures:
        future.result(PATIENCE_S)
    assert numbers(everything(journal)) == list(range(20))


class Lines:
    """Lines that a journal is to keep, offered by a thread until it has them."""

    def __init__(self, journal: RedisJournal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(line_intake, "_AGAIN_AFTER_S", (0.01,) * 1000)
        submit = journal.submit
        self.offered = 0

        def counted(entries: Sequence[Entry], ticket: Ticket | None = None) -> Future[None]:
            self.offered += 1
            return submit(entries, ticket)

        monkeypatch.setattr(journal, "submit", counted)
        self._stop = Event()
        self.intake = LineIntake(journal, "stdin", Taken, self._stop, clock=lambda: datetime.now(UTC))

    @contextmanager
    def offer(self, *numbers: int) -> Iterator[None]:
        """They are kept when this ends."""
        thread = Thread(target=self.intake.keep, args=([b"%d" % number for number in numbers],))
        thread.start()
        try:
            yield
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        finally:
            self._stop.set()


def test_lines_are_kept_once_by_a_server_that_stood_still(
    start: StartServer, open_journal: OpenJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_client, "ANSWER_S", 0.2)
    server = start()
    journal = open_journal(server, patience_s=0.1)
    lines = Lines(journal, monkeypatch)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with lines.offer(1, 2):
            wait_until(lambda: lines.offered >= 3)
            os.kill(server.pid, signal.SIGCONT)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert numbers(everything(journal)) == [1, 2]
    assert lines.intake.accepted == 2


def test_lines_that_lack_a_replica_are_kept_once_when_there_is_one(
    start: StartServer, open_journal: OpenJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_writer, "_WAIT_MS", 50)
    primary = start()
    journal = open_journal(primary, replicas=1)
    lines = Lines(journal, monkeypatch)
    with lines.offer(1, 2):
        wait_until(lambda: lines.offered >= 3)
        assert lines.intake.accepted == 0
        assert "Only 0 of the 1 replicas" in lines.intake.trouble
        start(replicaof=f"127.0.0.1 {primary.port}", appendonly="no")
    assert lines.intake.accepted == 2
    assert numbers(everything(journal)) == [1, 2]


def test_a_batch_that_is_known_is_noted_anew_so_that_its_connection_has_something_to_wait_for(
    start: StartServer, open_journal: OpenJournal
) -> None:
    server = start()
    journal = open_journal(server)
    journal.append(entry(0))
    writer = redis_writer.RedisWriter(journal._store, journal.identity, replicas=0, patience_s=PATIENCE_S)
    for _ in range(2):
        writer._number = 0
        writer.write([to_row(entry(1))])
        with server.client() as client:
            assert client.ttl(writer._key) > 60
            client.expire(writer._key, 60)
    assert numbers(everything(journal)) == [0, 1]


def test_patience_has_an_end_and_what_comes_later_is_kept(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    journal = open_journal(server, patience_s=0.1)
    journal.append(entry(0))
    server.kill()
    with pytest.raises(JournalError, match="cannot be reached"):
        journal.append(entry(1))
    with pytest.raises(JournalError, match="cannot be reached"):
        journal.read()
    with pytest.raises(JournalError, match="cannot be reached"):
        next(journal.follow(stop=Event()))
    server.start()
    journal.append(entry(2))
    assert numbers(journal.read()) == [0, 2]


def fall_behind(server: RedisServer, journal: RedisJournal) -> Follower:
    """A follower that has read 0 to 9 and cannot read on, because every reading command waits."""
    journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
    follower = Follower(journal)
    assert numbers(follower.until(10)) == list(range(10))
    assert list(follower.batch()) == []
    return follower


@pytest.mark.parametrize(("kept", "expected"), [(5, [25, 26, 27, 28, 29]), (0, [])])
def test_a_reader_that_was_overtaken_is_told(
    start: StartServer, open_journal: OpenJournal, kept: int, expected: list[int]
) -> None:
    server = start()
    journal = open_journal(server)
    journal.submit([entry(number) for number in range(30)]).result(PATIENCE_S)
    behind = journal.read(limit=10)[-1].position
    with server.client() as client:
        client.xtrim("{callmon}:entries", maxlen=kept, approximate=False)
    follower = Follower(journal, behind)
    gap, *rest = follower.batch()
    assert is_gap(gap)
    assert numbers(rest) == expected
    assert list(follower.batch()) == []
    journal.append(entry(30))
    assert numbers(follower.until(1)) == [30]
    assert numbers(journal.read(gap.position)) == [*expected, 30]
    assert follower.finish()


@pytest.mark.parametrize("kept", [0, 1, 299])
def test_whoever_begins_to_read_is_told_that_somebody_took_entries_out(
    start: StartServer, open_journal: OpenJournal, kept: int
) -> None:
    server = start()
    journal = open_journal(server)
    journal.submit([entry(number) for number in range(300)]).result(PATIENCE_S)
    with server.client() as client:
        if kept:
            client.xtrim("{callmon}:entries", maxlen=kept, approximate=False)
        else:
            client.delete("{callmon}:entries")
    follower = Follower(journal)
    gap, *rest = follower.until(kept + 1)
    assert is_gap(gap)
    assert numbers(rest) == list(range(300 - kept, 300))
    assert list(follower.batch()) == []
    journal.append(entry(300))
    assert numbers(follower.until(1)) == [300]
    assert follower.finish()


def test_whoever_begins_to_read_misses_nothing_of_what_callmon_let_go(
    start: StartServer, open_journal: OpenJournal
) -> None:
    journal = open_journal(start())
    journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
    journal.forget([stored.position for stored in journal.read(limit=4)]).result(PATIENCE_S)
    follower = Follower(journal)
    assert numbers(follower.until(6)) == [4, 5, 6, 7, 8, 9]
    assert list(follower.batch()) == []
    assert follower.finish()


def test_a_reader_at_the_end_misses_nothing_when_all_is_trimmed(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    journal = open_journal(server)
    follower = fall_behind(server, journal)
    with server.client() as client:
        client.xtrim("{callmon}:entries", maxlen=0, approximate=False)
    journal.append(entry(10))
    assert numbers(follower.until(1)) == [10]
    assert follower.finish()


def test_a_redis_without_memory_refuses_and_takes_again(start: StartServer, open_journal: OpenJournal) -> None:
    server = start(maxmemory_policy="noeviction")
    journal = open_journal(server)
    journal.append(entry(0))
    with server.client() as client:
        client.config_set("maxmemory", "1mb")
        with pytest.raises(JournalError, match=r"no memory left \(maxmemory\)"):
            journal.submit([entry(1), entry(2)._replace(body=bytes(10))]).result(PATIENCE_S)
        assert numbers(journal.read()) == [0]
        client.config_set("maxmemory", "0")
    journal.append(entry(3))
    assert numbers(journal.read()) == [0, 3]


def test_a_replica_can_be_followed_and_not_written(start: StartServer, open_journal: OpenJournal) -> None:
    primary = start()
    journal = open_journal(primary, replicas=1, patience_s=0.1)
    with pytest.raises(JournalError, match="Only 0 of the 1 replicas"):
        journal.append(entry(0))
    replica = start(replicaof=f"127.0.0.1 {primary.port}")
    with replica.client() as client:
        wait_until(lambda: client.info("replication")["master_link_status"] == "up")
    journal.append(entry(1))
    reading = open_journal(replica, patience_s=0.1)
    follower = Follower(reading)
    assert numbers(follower.until(2)) == [0, 1]
    journal.append(entry(2))
    assert numbers(follower.until(1)) == [2]
    with pytest.raises(JournalError, match="on a replica"):
        reading.append(entry(3))
    assert follower.finish()


def test_a_wrong_password_is_said_at_once(start: StartServer, open_journal: OpenJournal) -> None:
    server = start(requirepass="right")
    for url in (server.url(), server.url(user=":wrong@"), server.url(user="ada:wrong@")):
        with pytest.raises(JournalError, match="refuses the user or the password") as refusal:
            open_journal(url)
        assert "wrong" not in str(refusal.value)
    open_journal(server.url(user=":wrong@"), password="right").append(entry(1))
    assert numbers(open_journal(server.url(user=":right@")).read()) == [1]


def test_a_user_with_the_rights_that_the_readme_names_is_enough(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    rights = next(line for line in readme.split("`") if line.startswith("+@read"))
    with server.client() as client:
        client.execute_command(
            "ACL", "SETUSER", "bot", "on", ">secret", "~{callmon}:*", "resetchannels", *rights.split()
        )
        client.execute_command("ACL", "SETUSER", "guest", "on", ">secret", "~{callmon}:*", "+@connection")
    journal = open_journal(server.url(user="bot:secret@"), replicas=0)
    journal.append(entry(1))
    follower = Follower(journal)
    assert numbers(follower.until(1)) == [1]
    assert follower.finish()
    with pytest.raises(JournalError, match="may not do what the journal needs"):
        open_journal(server.url(user="guest:secret@"))


def test_a_journal_that_was_emptied_is_missed(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    journal = open_journal(server)
    follower = fall_behind(server, journal)
    with server.client() as client:
        client.flushall()
    with pytest.raises(JournalError, match="emptied or replaced"):
        journal.append(entry(11))
    with pytest.raises(JournalError, match="emptied or replaced"):
        journal.read()
    with pytest.raises(JournalError, match="emptied or replaced"):
        follower.batch()
    assert follower.finish()
    again = open_journal(server)
    again.append(entry(0))
    assert again.identity != journal.identity
    with pytest.raises(JournalError, match="emptied or replaced"):
        journal.append(entry(12))


def test_a_newer_schema_is_refused(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    open_journal(server)
    with server.client() as client:
        client.hset("{callmon}:meta", mapping={"schema": "3", "callmon": "99.1"})
    with pytest.raises(JournalError, match=r"written by callmon 99\.1 \(schema 3\).*Update callmon"):
        open_journal(server)


def test_an_entry_that_cannot_be_understood_is_not_passed_over(start: StartServer, open_journal: OpenJournal) -> None:
    server = start()
    journal = open_journal(server)
    journal.append(entry(1))
    with server.client() as client:
        client.xadd("{callmon}:entries", {"weather": "fine"})
    assert numbers(journal.read(limit=1)) == [1]
    with pytest.raises(JournalError, match="cannot be understood"):
        journal.read()


def test_a_stopped_follower_does_not_wait_for_a_server_that_is_gone(
    start: StartServer, open_journal: OpenJournal
) -> None:
    server = start()
    follower = fall_behind(server, open_journal(server))
    server.kill()
    begun = time.monotonic()
    assert follower.finish()
    assert time.monotonic() - begun < PATIENCE_S
    assert follower.silent
