"""Every place in which a library looks for a password in an address is masked, and nothing else."""

from __future__ import annotations

import pytest
from redis.connection import parse_url

from callmon.core.passwords import MASK, without_password
from callmon.journal.addresses import RedisAddress
from callmon.settings.values import quoted


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://ada:hunter2@host:6379/0", f"redis://ada:{MASK}@host:6379/0"),
        ("redis://:hunter2@host", f"redis://:{MASK}@host"),
        ("redis://ada:hun@hunter2@host", f"redis://ada:{MASK}@host"),
        ("redis://ada@example.com:hunter2@host", f"redis://ada@example.com:{MASK}@host"),
        ("unix://:hunter2@/run/redis.sock", f"unix://:{MASK}@/run/redis.sock"),
        ("unix:///run/redis.sock?password=hunter2", f"unix:///run/redis.sock?password={MASK}"),
        ("redis://host:1/0?password=hunter2&name=bots", f"redis://host:1/0?password={MASK}&name=bots"),
        ("rediss://host?ssl_certfile=c&ssl_password=hunter2", f"rediss://host?ssl_certfile=c&ssl_password={MASK}"),
        ("redis://host/0?p%61ssword=hunter2", f"redis://host/0?p%61ssword={MASK}"),
        ("redis://host/0?password='hunter2'", f"redis://host/0?password={MASK}"),
    ],
)
def test_a_password_that_the_client_of_redis_finds_is_masked(address: str, shown: str) -> None:
    assert "hunter2" in str(parse_url(address))  # type: ignore[no-untyped-call]  # redis-py has no annotation there
    assert without_password(address) == shown
    assert without_password(f"callmon --journal={address} list") == f"callmon --journal={shown} list"
    assert "hunter2" not in quoted(address)


def test_the_password_of_a_sentinel_is_masked() -> None:
    url = "redis+sentinel://:hunter2@a:1,b:2/main/0?sentinel_password=hunter2&sentinel_username=ada"
    shown = f"redis+sentinel://:{MASK}@a:1,b:2/main/0?sentinel_password={MASK}&sentinel_username=ada"
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://host:8443/path?a=b&c=d#e",
        "redis://[::1]:6379/0?ssl_ca_certs=/ca.pem",
        "redis://ada@host",
        "see https://host:443 and ask ada@example.com",
        "redis://host?passwords=7&password",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert without_password(text) == text


def test_passwords_are_known_as_they_are_written_and_as_they_are_meant() -> None:
    address = RedisAddress("redis://ada:p%40 w@host/0?password=a+b&ssl_password=c%26&name=d")
    assert address.passwords == {"p%40 w", "p@ w", "a+b", "a b", "c%26", "c&"}
    assert RedisAddress("redis://ada@host/0?name=d").passwords == frozenset()
