"""From the address of a Redis to its client: one server, the primary that Sentinel knows, or a cluster."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.connection import parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel

from callmon.journal.addresses import RedisAddress

ANSWER_S = 2.0
"""How long a command may take; a reader that blocks does so for less."""
_SENTINEL_PORT = 26379

Client = Any
"""`redis.Redis` or `redis.cluster.RedisCluster`: their annotations allow an awaitable wherever there is an answer."""


def client_of(address: RedisAddress, password: str | None = None) -> Client:
    """A client that has not connected yet, save to a cluster.

    Raises `ValueError`, `TypeError` and `OSError` for a URL that the client does not understand, and what Redis raises.
    """
    scheme = urlsplit(address.url).scheme.lower()
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_S,
        "socket_connect_timeout": ANSWER_S,
        "client_name": "callmon",
        "retry": Retry(NoBackoff(), 0),  # whoever asks knows how long to try, and sees every failure
    }
    if scheme.endswith("+sentinel"):
        return _by_sentinel(address, password, options)
    if scheme.endswith("+cluster"):
        return RedisCluster.from_url(_plain(address, password), **options)
    return Redis.from_url(_plain(address, password), **options)


def _plain(address: RedisAddress, password: str | None) -> str:
    """The URL as the client knows it: without what is ours, with this password if there is one."""
    parts = urlsplit(address.url)
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "name"])
    question = f"?{query}" if query else ""
    login, at, hosts = parts.netloc.rpartition("@")
    if password is not None:
        login, at = f"{login.partition(':')[0]}:{quote(password, safe='')}", "@"
    return f"{parts.scheme.partition('+')[0]}://{login}{at}{hosts}{parts.path}{question}"


def _by_sentinel(address: RedisAddress, password: str | None, options: dict[str, Any]) -> Client:
    """``redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/SERVICE/DB``; the password is Redis's own.

    Sentinel's own user and password are the options ``sentinel_username`` and ``sentinel_password``.
    """
    parts = urlsplit(_plain(address, password))
    user, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError("after the hosts must come the service's name, as in redis+sentinel://HOST:26379/mymaster/0")
    named = dict(parse_qsl(parts.query))
    own = {key.removeprefix("sentinel_"): named.pop(key) for key in list(named) if key.startswith("sentinel_")}
    login = f"{user}@" if user else ""
    query = f"?{urlencode(named)}" if named else ""
    given = parse_url(  # type: ignore[no-untyped-call]  # the client leaves its Sentinel without annotations
        f"{parts.scheme}://{login}{quote('nobody')}/{database or 0}{query}"
    )
    secure = given.pop("connection_class", None) is not None
    given.pop("host", None)
    settings = {**given, **options, "ssl": secure}
    plain = {key: value for key, value in settings.items() if key not in {"password", "username", "db", "client_name"}}
    sentinels = [_host_and_port(host) for host in hosts.split(",")]
    watchers = Sentinel(sentinels, sentinel_kwargs={**plain, **own}, **settings)  # type: ignore[no-untyped-call]  # as above
    return watchers.master_for(unquote(service))  # type: ignore[no-untyped-call]  # as above


def _host_and_port(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("a host is missing")
    return parts.hostname, parts.port or _SENTINEL_PORT
