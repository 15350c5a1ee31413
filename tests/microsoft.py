"""Microsoft Entra and Microsoft Graph on this machine, under their own names: behind a proxy, with our own authority.

Whoever is given `Microsoft.environment` reaches them at ``https://login.microsoftonline.com`` and
``https://graph.microsoft.com``, as through a company's proxy that inspects TLS.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
import trustme

LOGIN = "login.microsoftonline.com"
GRAPH = "graph.microsoft.com"
TENANT = "2432b57b-0abd-43db-aa7b-16eadd115d34"
CLIENT = "6731de76-14a6-49ae-97bc-6eba6914391e"

Reply = tuple[int, Any]
"""Status, and what is sent as JSON; nothing is sent for None."""


@dataclass(frozen=True, slots=True)
class Request:
    host: str
    method: str
    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str]


def app_token(tenant: str = TENANT, roles: tuple[str, ...] = ("Calls.Initiate.All",), **claims: Any) -> str:
    """An application's token, as Entra makes them; nobody here checks who signed it."""
    told = {"tid": tenant, "appid": CLIENT, "aud": f"https://{GRAPH}", "exp": int(time.time()) + 3600, **claims}
    return jwt.encode({**told, "roles": list(roles)} if roles else told, "a key that nobody checks" * 2, "HS256")


@dataclass
class Microsoft:
    environment: dict[str, str] = field(default_factory=dict)
    """What a program must be given to reach them."""
    requests: list[Request] = field(default_factory=list)
    behind_s: float = 0.0
    """By how much their clock is behind ours."""
    token: Callable[[Request], Reply] = lambda request: (
        200,
        {"access_token": app_token(request.path.split("/")[1]), "expires_in": 3599, "token_type": "Bearer"},
    )
    """What the token endpoint answers."""
    graph: Callable[[Request], Reply] = lambda request: (
        (204, None)
        if request.method == "DELETE"
        else (401, {"error": {"code": "InvalidAuthenticationToken", "message": "Access token is empty."}})
    )

    def of(self, host: str, method: str = "") -> list[Request]:
        return [request for request in self.requests if request.host == host and method in ("", request.method)]

    def answer(self, request: Request) -> Reply:
        if request.host == GRAPH:
            return self.graph(request)
        tenant = request.path.split("/")[1]
        if request.path.endswith("/.well-known/openid-configuration"):
            base = f"https://{LOGIN}/{tenant}/oauth2/v2.0"
            issuer = f"https://{LOGIN}/{tenant}/v2.0"
            return 200, {"issuer": issuer, "authorization_endpoint": f"{base}/a", "token_endpoint": f"{base}/token"}
        return self.token(request)


@contextmanager
def microsoft(directory: Path) -> Iterator[Microsoft]:
    """They answer within; their authority's certificate is kept in the directory."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(LOGIN, GRAPH).configure_cert(context)
    bundle = directory / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    there = Microsoft()

    class Handler(BaseHTTPRequestHandler):
        host = ""

        def do_CONNECT(self) -> None:
            self.host = self.path.partition(":")[0]
            self.send_response(200)
            self.end_headers()
            try:
                self.connection = context.wrap_socket(self.connection, server_side=True)
            except (ssl.SSLError, OSError):  # the client does not trust us
                self.close_connection = True
                return
            self.setup_files()
            self.handle_one_request()
            self.connection.close()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((timestamp or time.time()) - there.behind_s)

        def setup_files(self) -> None:
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", 0)

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            form = {name: values[0] for name, values in parse_qs(body).items()}
            request = Request(self.host, self.command, self.path, headers, form)
            there.requests.append(request)
            status, value = there.answer(request)
            said = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            self.close_connection = True

        do_GET = do_POST = do_DELETE = answer  # noqa: N815  # http.server asks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there.environment = {
            "HTTPS_PROXY": f"http://127.0.0.1:{server.server_port}",
            "SSL_CERT_FILE": str(bundle),
        }
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()
