"""From an OpenID configuration URL to the keys it leads to, over HTTP; blocks.

The document of Graph's calling platform lies at a path that the OpenID discovery standard does not know and names
another issuer than the tokens do, so nothing of it is used but ``jwks_uri``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
import jwt

from callmon.graph.clouds import RootProblem, check_root
from callmon.graph.http_client import ClientProblem, open_client

ALGORITHM = "RS256"
"""The only algorithm that Graph signs notifications with, and the only one that is accepted."""
OPENID_URL = "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration"
"""The OpenID configuration of what signs Graph's call notifications.

Source: `AuthenticationProvider` of Microsoft's samples for Graph communications. Chat messages have another one.
"""

_TIMEOUT_S = 5.0
_DEADLINE_S = 10.0
_MAX_BODY = 1 << 20
_HOST = re.compile(r"https?://([A-Za-z0-9.:\[\]-]{1,100})")
_MIN_KEY_BITS = 2048  # RFC 7518, 3.3


@dataclass(frozen=True, slots=True)
class KeysProblem:
    """Why there are no keys."""

    sentence: str


def download(url: str) -> Mapping[str, jwt.PyJWK] | KeysProblem:
    """The keys by id (``kid``). Redirects are not followed; both addresses must be https, or http to this machine."""
    try:
        client = open_client(httpx.Timeout(_TIMEOUT_S), {})
    except ClientProblem as problem:
        return _problem(url, f"cannot be asked from this machine ({problem})")
    with client:
        configuration = _json(client, url)
        if isinstance(configuration, KeysProblem):
            return configuration
        keys_url = configuration.get("jwks_uri")
        if not isinstance(keys_url, str):
            return _problem(url, "is no OpenID configuration: it names no jwks_uri")
        document = _json(client, keys_url)
    if isinstance(document, KeysProblem):
        return document
    return signing_keys(document) or _problem(keys_url, "holds no RSA key for signatures")


def signing_keys(document: Mapping[str, Any]) -> Mapping[str, jwt.PyJWK]:
    """The RSA keys for signatures in a key set (RFC 7517), by id. What is of no use is left out."""
    listed = document.get("keys")
    found = [_signing_key(each) for each in listed] if isinstance(listed, list) else []
    return {key.key_id: key for key in found if key is not None and key.key_id is not None}


def _signing_key(entry: object) -> jwt.PyJWK | None:
    if not isinstance(entry, dict):
        return None
    texts = all(isinstance(entry.get(name), str) and entry[name] for name in ("kid", "n", "e"))
    purpose = (entry.get("kty"), entry.get("use", "sig"), entry.get("alg", ALGORITHM))
    if not texts or purpose != ("RSA", "sig", ALGORITHM):
        return None
    try:
        # Only what a public key consists of: anything else would be of another kind.
        key = jwt.PyJWK({name: entry[name] for name in ("kty", "kid", "n", "e")}, ALGORITHM)
    except (jwt.PyJWTError, ValueError):
        return None
    return key if key.key.key_size >= _MIN_KEY_BITS else None


def _json(client: httpx.Client, url: str) -> Mapping[str, Any] | KeysProblem:
    if isinstance(check_root(url), RootProblem):
        return _problem(url, "is neither https nor on this machine")
    try:
        with client.stream("GET", url) as response:
            if response.status_code != httpx.codes.OK:
                return _problem(url, f"answered {response.status_code}")
            body = _read(response, monotonic() + _DEADLINE_S)
        document = None if body is None else json.loads(body)
    except httpx.TimeoutException:
        return _problem(url, "did not answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return _problem(url, f"cannot be reached ({type(error).__name__})")
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else _problem(url, "did not answer with a JSON object")


def _read(response: httpx.Response, deadline: float) -> bytes | None:
    """The body, or None if it is too large or too slow."""
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _MAX_BODY or monotonic() > deadline:
            return None
    return body


def _problem(url: str, what: str) -> KeysProblem:
    # The address may come from the network: what is shown of it can neither mislead nor harm a screen.
    host = _HOST.match(url)
    return KeysProblem(
        "No sender can be checked, because the keys of Microsoft Graph could not be fetched: "
        f"{host[1] if host else 'the address'} "
        f"{what}. Check the network, HTTPS_PROXY and CALLMON_OPENID_URL."
    )
