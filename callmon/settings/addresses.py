"""``HOST:PORT``, as it is written in settings."""

from __future__ import annotations

from dataclasses import dataclass

from callmon.settings.values import quoted, text_in

_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        """``host:port``, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address_in(value: object) -> Address:
    """The address that the text names. Raises `ValueError`."""
    if isinstance(value, Address):
        return value
    text = text_in(value)
    host, colon, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    numeric = port.isascii() and port.isdigit() and len(port) <= len(str(_LAST_PORT)) and int(port) <= _LAST_PORT
    if not (colon and bare and numeric) or (":" in bare and bare == host):
        raise ValueError(f"{quoted(text)} is not HOST:PORT. Write it like 127.0.0.1:8765 or [::1]:8765.")
    return Address(bare, int(port))
