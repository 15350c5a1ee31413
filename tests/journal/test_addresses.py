"""Which journal a path or a URL names, and that no secret in it is shown."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from callmon.journal.addresses import FileAddress, RedisAddress, address_of
from callmon.journal.opening import not_begun, open_at
from callmon.ports import JournalError


@pytest.mark.parametrize(
    ("url", "shown", "name"),
    [
        ("redis://host", "redis://host", "callmon"),
        ("redis://host:6379/3", "redis://host:6379/3", "callmon"),
        ("rediss://ada:hunter2@host:6380/0?ssl_ca_certs=/ca.pem", "rediss://host:6380/0", "callmon"),
        ("redis://:hun%40ter2@[::1]:6379", "redis://[::1]:6379", "callmon"),
        ("redis://host/0?password=hunter2&name=bots", "redis://host/0?name=bots", "bots"),
        ("unix:///run/redis.sock?password=hunter2", "unix:///run/redis.sock", "callmon"),
        ("redis+sentinel://:hunter2@a:1,b:2/main/0", "redis+sentinel://a:1,b:2/main/0", "callmon"),
        ("rediss+cluster://ada:hunter2@host:7000", "rediss+cluster://host:7000", "callmon"),
    ],
)
def test_a_redis_is_named_by_a_url_that_is_shown_without_its_secrets(url: str, shown: str, name: str) -> None:
    address = address_of(url)
    assert isinstance(address, RedisAddress)
    assert (str(address), address.name, address.url) == (shown, name, url)
    assert "hun" not in repr(address)


@pytest.mark.parametrize(
    "url",
    ["redis://", "redis://:hunter2@/0", "redis://host:port", "redis://h:70000", "redis://h?name=a%20b", "unix://"],
)
def test_what_is_no_place_in_a_redis_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address of a Redis|the name in it") as refusal:
        address_of(url)
    assert "hunter2" not in str(refusal.value)


def test_a_file_that_is_not_there_is_a_journal_that_nobody_has_begun(tmp_path: Path) -> None:
    assert not_begun(FileAddress(tmp_path / "journal.db"))
    (tmp_path / "journal.db").touch()
    assert not not_begun(FileAddress(tmp_path / "journal.db"))


def test_without_the_client_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    imports = builtins.__import__

    def without_redis(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "callmon.journal.redis":
            raise ModuleNotFoundError("No module named 'redis'", name="redis")
        return imports(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_redis)
    with pytest.raises(JournalError, match=r"pip install 'callmon\[redis\]'"):
        open_at(RedisAddress("redis://host"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("redis://127.0.0.1:1/0", "cannot be reached"),
        ("unix:///nowhere/redis.sock", "cannot be reached"),
        ("redis://:hunter2@127.0.0.1:1/0?colour=red", "cannot be opened"),
        ("rediss://:hunter2@127.0.0.1:1/0?ssl_ca_certs=/nowhere.pem", "cannot be"),
        ("redis+sentinel://:hunter2@127.0.0.1:1/main/0", "cannot be reached"),
        ("redis+sentinel://:hunter2@127.0.0.1:1", "service's name"),
        ("redis+cluster://:hunter2@127.0.0.1:1", "cannot be reached"),
    ],
)
def test_a_redis_that_cannot_be_opened_is_a_sentence_without_secrets(url: str, message: str) -> None:
    with pytest.raises(JournalError, match=message) as refusal:
        open_at(address_of(url))
    assert "hunter2" not in str(refusal.value)
