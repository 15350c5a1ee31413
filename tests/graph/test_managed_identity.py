"""Managed identities, asked for on loopback where Azure would answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from callmon.graph.auth import SignInProblem, Token
from callmon.graph.clouds import CLOUDS
from callmon.graph.managed_identity import ManagedIdentityTokens
from tests.microsoft import CLIENT


class Azure(ThreadingHTTPServer):
    """The metadata service of a virtual machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Azure

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append({**asked, "metadata": self.headers.get("Metadata", "")})
        token = {"access_token": f"token-{len(self.server.asked)}", "expires_in": "86400", "token_type": "Bearer"}
        status, body = self.server.answers.pop(0) if self.server.answers else (200, token)
        said = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    with Azure() as server:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", f"http://127.0.0.1:{server.server_port}")
        # Nothing of this may leave the machine.
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def value(got: Token | SignInProblem) -> str:
    assert isinstance(got, Token), got
    return got.value


@pytest.mark.parametrize("client_id", [None, CLIENT])
def test_the_identity_of_the_machine_has_a_token_for_the_graph_of_its_cloud(
    azure: Azure, client_id: str | None
) -> None:
    tokens = ManagedIdentityTokens(client_id, CLOUDS["usgov"])
    assert azure.asked == []
    got = [tokens.token(), tokens.token(), tokens.token(fresh=True), tokens.token()]
    assert [value(each) for each in got] == ["token-1", "token-1", "token-2", "token-2"]
    assert isinstance(got[0], Token)
    assert got[0].expires_on is not None
    assert azure.asked[0]["resource"] == "https://graph.microsoft.us"
    assert (azure.asked[0].get("client_id"), azure.asked[0]["metadata"]) == (client_id, "true")


def test_azure_that_knows_no_such_identity(azure: Azure) -> None:
    azure.answers = [(400, {"error": "invalid_request", "error_description": "Identity not found"})]
    got = ManagedIdentityTokens(CLIENT, CLOUDS["global"]).token()
    assert isinstance(got, SignInProblem)
    assert (got.code, "CALLMON_MANAGED_IDENTITY" in got.sentence) == ("invalid_request", True)


def test_an_answer_that_is_none(azure: Azure) -> None:
    azure.answers = [(200, "<html>hello</html>")]
    got = ManagedIdentityTokens(None, CLOUDS["global"]).token()
    assert isinstance(got, SignInProblem)
    assert "neither a token nor a reason" in got.sentence


def test_a_machine_outside_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")
    got = ManagedIdentityTokens(None, CLOUDS["global"]).token()
    assert isinstance(got, SignInProblem)
    assert "Azure only" in got.sentence
