"""One way out for everything that talks to Microsoft: the same proxies and the same certificates, whoever asks.

Proxies are those of ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, as httpx reads them. Certificates
of authorities are those of the first of `CERTIFICATE_VARIABLES` that is set, else those that httpx brings.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from callmon import __version__

CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""OpenSSL's names first, then that of the library which most other programs in Python use."""


class ClientProblem(Exception):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """The environment names a proxy or certificates that no client can be made with.

    The text is the name of what was raised, never its own text: that may repeat the password of a proxy.
    """


def open_client(
    timeout: httpx.Timeout,
    headers: Mapping[str, str],
    *,
    trust_env: bool = True,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """A client that follows no redirects and uses each connection once.

    Without `trust_env` no proxy is asked, as for what is on this machine. Raises `ClientProblem`.
    """
    try:
        return httpx.Client(
            transport=transport,
            timeout=timeout,
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=trust_env,
            headers={"User-Agent": f"callmon/{__version__}", "Accept": "application/json", **headers},
            verify=_trusted() if trust_env and transport is None else True,
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise ClientProblem(type(error).__name__) from error


def _trusted() -> ssl.SSLContext | bool:
    """The authorities that the environment names; True for those that httpx brings."""
    named = next((path for name in CERTIFICATE_VARIABLES if (path := os.environ.get(name))), None)
    if named is None:
        return True
    if Path(named).is_dir():
        return ssl.create_default_context(capath=named)
    return ssl.create_default_context(cafile=named)
