"""Which journal is meant: a file, or a place in a Redis, as settings spell it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from callmon.core.passwords import holds_password

REDIS_SCHEMES = frozenset(
    {"redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
)
_KEY_NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A journal in a file."""

    path: Path

    def __str__(self) -> str:
        """The path."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """A journal in a Redis. Neither `str` nor `repr` shows user, password or options."""

    url: str = field(repr=False)
    """Whole, with its secrets: for the client alone."""

    def __str__(self) -> str:
        """Where it is: scheme, hosts, database and the name of the journal if it has one."""
        parts = urlsplit(self.url)
        name = "" if self.name == "callmon" else f"?name={self.name}"
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{name}"

    @property
    def name(self) -> str:
        """Of the journal in that Redis: its keys begin with it."""
        return parse_qs(urlsplit(self.url).query).get("name", ["callmon"])[0]

    @property
    def passwords(self) -> frozenset[str]:
        """Those in it, of Redis and of others, as they are written and as they are meant."""
        parts = urlsplit(self.url)
        options = (option.partition("=") for option in parts.query.split("&"))
        written = [parts.password or "", *(value for name, _, value in options if holds_password(name))]
        return frozenset(form for each in written for form in (each, unquote(each), unquote_plus(each)) if form)


JournalAddress = FileAddress | RedisAddress


def address_of(text: str) -> JournalAddress:
    """The journal that a path or a URL names. Raises `ValueError` with a sentence that shows no secret."""
    if not text:
        raise ValueError("it is empty. Name a file, or leave it out for the default one.")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return FileAddress(Path(text).expanduser())
    if scheme[1].lower() in REDIS_SCHEMES:
        return _redis(text)
    parts = urlsplit(text)
    if scheme[1].lower() != "sqlite" or parts.netloc or not parts.path.strip("/"):
        raise ValueError(
            "it is neither a path nor an address like sqlite:///var/lib/callmon/journal.db or redis://HOST:6379/0."
        )
    return FileAddress(Path("/" + unquote(parts.path).lstrip("/")))


def _redis(text: str) -> RedisAddress:
    try:
        parts = urlsplit(text)
        address = RedisAddress(text)
        name = address.name
        whole = bool(parts.path.strip("/") if parts.scheme == "unix" else parts.netloc.rpartition("@")[2])
        if not parts.scheme.endswith("+sentinel"):
            whole = whole and parts.port != 0  # a port that is none raises
    except ValueError:
        whole, name = False, ""
    if not whole:
        raise ValueError(
            "it is not an address of a Redis. Write it like redis://HOST:6379/0, rediss://USER:PASSWORD@HOST:6380/0 or "
            "unix:///run/redis/redis.sock; what is special in a password is written as in any URL (%40 for @)."
        )
    if not _KEY_NAME.fullmatch(name):
        raise ValueError("the name in it must be 1 to 64 letters, digits or “._:-”.")
    return address
