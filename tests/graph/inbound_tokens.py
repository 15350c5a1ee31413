"""What signs notifications, and what serves its keys, as Graph's calling platform does."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from callmon.feeds.asgi import Receive, Scope, Send, answer
from callmon.feeds.server import ServerThread

APP_ID = "6731de76-14a6-49ae-97bc-6eba6914391e"
TENANT = "2432b57b-0abd-43db-aa7b-16eadd115d34"
BOT_FRAMEWORK = "https://api.botframework.com"
TENANT_URI = "http://schemas.microsoft.com/identity/claims/tenantid"


def private_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """The key of this name."""
    return _made_once(name, bits)


@cache
def _made_once(_name: str, bits: int) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=bits)


def public_pem(name: str) -> bytes:
    return private_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(name: str, bits: int = 2048, **changes: Any) -> dict[str, Any]:
    """The public half as an entry of a key set; a change to None leaves the member out."""
    entry = RSAAlgorithm.to_jwk(private_key(name, bits).public_key(), as_dict=True)
    return _changed({"kty": "RSA", "n": entry["n"], "e": entry["e"], "kid": name, "use": "sig"}, changes)


def claims(**changes: Any) -> dict[str, Any]:
    """What a notification's token says; a change to None leaves the claim out."""
    now = int(time.time())
    said = {"iss": BOT_FRAMEWORK, "aud": APP_ID, "tid": TENANT, "nbf": now - 60, "exp": now + 3600}
    return _changed(said, changes)


def token(signer: str = "k1", *, kid: str | None = "k1", header: Mapping[str, Any] | None = None, **said: Any) -> str:
    """A token signed as Graph signs them."""
    headers = {**({"kid": kid} if kid is not None else {}), **(header or {})}
    return jwt.encode(claims(**said), private_key(signer), "RS256", headers=headers)


def hand_made(header: Mapping[str, Any], secret: bytes = b"", **said: Any) -> str:
    """A token as no library makes one: signed with HMAC if there is a secret, else not at all."""
    signed = f"{_segment(json.dumps(header).encode())}.{_segment(json.dumps(claims(**said)).encode())}"
    return f"{signed}.{_segment(hmac.digest(secret, signed.encode(), 'sha256')) if secret else ''}"


def _segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _changed(whole: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


@dataclass
class KeyServer:
    """An ASGI application that serves an OpenID configuration and a key set, and counts."""

    keys: list[Any] = field(default_factory=lambda: [jwk("k1")])
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """What to answer instead, by path."""
    asked: list[str] = field(default_factory=list)
    root: str = ""

    @property
    def url(self) -> str:
        return f"{self.root}/v1/.well-known/OpenIdConfiguration"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.asked.append(path)
        documents = {
            "/v1/.well-known/OpenIdConfiguration": {"issuer": "somebody", "jwks_uri": f"{self.root}/v1/keys"},
            "/v1/keys": {"keys": self.keys},
        }
        status, body = self.answers.get(path, (200, json.dumps(documents.get(path)).encode()))
        await answer(send, status, body=body)


@contextmanager
def key_server() -> Iterator[KeyServer]:
    app = KeyServer()
    server = ServerThread(app, "127.0.0.1", 0)
    try:
        app.root = f"http://127.0.0.1:{server.start()[1]}"
        yield app
    finally:
        server.stop()
