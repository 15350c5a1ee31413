from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import httpx
import pytest

from callmon.graph.auth import SignInProblem, StaticToken, Token, TokenSource
from callmon.graph.clouds import CLOUDS
from callmon.graph.credentials import Secret
from callmon.graph.entra import EntraTokens

TENANT = "2432b57b-0abd-43db-aa7b-16eadd115d34"
CLIENT = "6731de76-14a6-49ae-97bc-6eba6914391e"
SECRET = "canary~Client.Secret_value"
GLOBAL = CLOUDS["global"]


@dataclass
class Answer:
    """An HTTP answer as msal reads it."""

    body: Any
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


def refusal(code: int, text: str = "Something went wrong.", error: str = "invalid_client") -> Answer:
    description = f"AADSTS{code}: {text} Trace ID: t-1 Correlation ID: c-1 Timestamp: 2026-03-01 12:00:00Z"
    return Answer({"error": error, "error_description": description, "error_codes": [code]}, 401)


class Entra:
    """The sign-in service as msal's ``http_client``: discovery, then one answer after the other for tokens."""

    def __init__(self, *answers: Answer | Exception, discovery: Answer | Exception | None = None) -> None:
        self.answers = list(answers)
        self.discovery = discovery
        self.got: list[str] = []
        self.posted: list[dict[str, str]] = []

    def get(self, url: str, **_: object) -> Answer:
        self.got.append(url)
        host = url.split("/")[2]
        base = f"https://{host}/{TENANT}/oauth2/v2.0"
        return self._give(
            self.discovery
            or Answer(
                {
                    "issuer": f"https://{host}/{TENANT}/v2.0",
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                }
            )
        )

    def post(self, url: str, data: dict[str, str], **_: object) -> Answer:
        self.got.append(url)
        self.posted.append(dict(data))
        if self.answers:
            return self._give(self.answers.pop(0))
        return Answer({"access_token": f"token-{len(self.posted)}", "expires_in": 3599, "token_type": "Bearer"})

    def close(self) -> None:
        """Nothing to let go of."""

    @staticmethod
    def _give(answer: Answer | Exception) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Given:
    """A credential as msal takes it."""

    value: Any

    def for_msal(self) -> Any:
        return self.value


def tokens(entra: Entra, *, tenant: str = TENANT, client: str = CLIENT, credential: Any = SECRET) -> EntraTokens:
    return EntraTokens(tenant, client, Given(credential), GLOBAL, http_client=entra)


def problem_of(source: TokenSource) -> SignInProblem:
    got = source.token()
    assert isinstance(got, SignInProblem)
    assert got.sentence.isprintable()
    assert got.sentence.endswith((".", ")"))
    return got


def value_of(got: Token | SignInProblem) -> str:
    assert isinstance(got, Token), got
    return got.value


def test_a_token_is_asked_for_once_and_then_comes_from_the_cache() -> None:
    entra = Entra()
    source = tokens(entra)
    assert entra.got == []
    before = datetime.now(UTC)
    first, second = source.token(), source.token()
    assert (value_of(first), value_of(second)) == ("token-1", "token-1")
    assert isinstance(first, Token)
    assert first.expires_on is not None
    assert before + timedelta(seconds=3500) < first.expires_on < datetime.now(UTC) + timedelta(seconds=3700)
    (posted,) = entra.posted
    assert posted["scope"] == "https://graph.microsoft.com/.default"
    assert (posted["grant_type"], posted["client_id"], posted["client_secret"]) == (
        "client_credentials",
        CLIENT,
        SECRET,
    )


def test_a_fresh_token_is_a_new_one_although_the_cached_one_is_good() -> None:
    source = tokens(Entra())
    got = [source.token(), source.token(fresh=True), source.token(), source.token(fresh=True)]
    assert [value_of(each) for each in got] == ["token-1", "token-2", "token-2", "token-3"]


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=lambda cloud: cloud.name)
def test_every_cloud_is_asked_at_its_own_host_for_its_own_graph(cloud: Any) -> None:
    entra = Entra()
    value_of(EntraTokens(TENANT, CLIENT, Secret(SECRET), cloud, http_client=entra).token(fresh=True))
    assert {url.split("/")[2] for url in entra.got} == {cloud.authority_host}
    assert entra.posted[0]["scope"] == f"{cloud.graph_root}/.default"


def test_a_credential_other_than_a_secret_reaches_msal() -> None:
    entra = Entra()
    assert value_of(tokens(entra, credential={"client_assertion": lambda: "signed"}).token()) == "token-1"
    assert entra.posted[0]["client_assertion"] == "signed"


def test_threads_that_want_a_token_at_once_cause_one_request() -> None:
    entra = Entra()
    source, gate = tokens(entra), Barrier(8)
    got: list[str] = []

    def take() -> None:
        gate.wait(timeout=10)
        got.append(value_of(source.token()))

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert got == ["token-1"] * 8
    assert len(entra.posted) == 1


REFUSALS = [
    (refusal(7000215, f"Invalid client secret provided: {SECRET}"), "AADSTS7000215", "CALLMON_CLIENT_SECRET"),
    (refusal(7000222, "The provided client secret keys are expired."), "AADSTS7000222", "expired"),
    (refusal(7000218, error="invalid_request"), "AADSTS7000218", "CALLMON_CLIENT_SECRET"),
    (refusal(700016, error="unauthorized_client"), "AADSTS700016", "CALLMON_CLIENT_ID"),
    (refusal(7000112, error="unauthorized_client"), "AADSTS7000112", "disabled"),
    (refusal(90002, error="invalid_request"), "AADSTS90002", "CALLMON_TENANT_ID"),
    (refusal(500011, error="invalid_resource"), "AADSTS500011", "CALLMON_CLOUD"),
    (refusal(700027), "AADSTS700027", "certificate"),
    (refusal(12345, f"Odd\x1b[2J {SECRET} thing."), "AADSTS12345", "Odd [2J [secret] thing. Check"),
    (Answer({"error": "invalid_scope"}, 400), "invalid_scope", "invalid_scope"),
    (Answer({"error": ["x"], "error_description": 5}, 400), "['x']", "no token"),
    (Answer({}, 400), None, "no reason given"),
    (Answer({"access_token": 5}), None, "no reason given"),
]


@pytest.mark.parametrize(("answer", "code", "words"), REFUSALS)
def test_what_a_refusal_of_entra_means(answer: Answer, code: str | None, words: str) -> None:
    problem = problem_of(tokens(Entra(answer)))
    assert (problem.code, problem.retry_helps) == (code, False)
    assert words in problem.sentence
    assert "Trace ID" not in problem.sentence


def test_an_outage_that_entra_admits_passes() -> None:
    assert problem_of(tokens(Entra(refusal(90033, error="temporarily_unavailable")))).retry_helps


FAILURES = [
    (httpx.ConnectError("x"), "cannot be reached", True),
    (httpx.ConnectTimeout("x"), "in time", True),
    (httpx.ReadTimeout("x"), "in time", True),
    (httpx.ProxyError("x"), "HTTPS_PROXY", True),
    (Answer("upstream", 503), "failed", True),
    (Answer("<html>sign in to the network</html>"), "proxy", False),
    (Answer([]), "proxy", False),
    (Answer({}), "", False),
    (KeyError(SECRET), "KeyError", False),
]


@pytest.mark.parametrize(("failure", "words", "retry"), FAILURES)
def test_what_a_failure_at_the_token_endpoint_means(failure: Any, words: str, retry: bool) -> None:
    problem = problem_of(tokens(Entra(failure)))
    assert words in problem.sentence
    assert problem.retry_helps is retry
    assert SECRET not in repr(problem)


@pytest.mark.parametrize(("failure", "words", "retry"), FAILURES)
def test_what_a_failure_of_discovery_means(failure: Any, words: str, retry: bool) -> None:
    problem = problem_of(tokens(Entra(discovery=failure)))
    assert words in problem.sentence
    assert problem.retry_helps is retry
    assert SECRET not in repr(problem)


def test_an_unknown_tenant_shows_at_discovery() -> None:
    body = {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant 'x' not found."}
    problem = problem_of(tokens(Entra(discovery=Answer(body, 400))))
    assert problem.code == "AADSTS90002"
    assert "CALLMON_TENANT_ID" in problem.sentence


def test_after_a_failure_the_next_try_starts_anew() -> None:
    entra = Entra(discovery=httpx.ConnectError("x"))
    source = tokens(entra)
    assert problem_of(source).retry_helps
    entra.discovery = None
    assert value_of(source.token()) == "token-1"


@pytest.mark.parametrize("tenant", ["", " ", "common", "Organizations", "consumers", "a/b", "a?b", "a\nb", "tenänt"])
def test_what_names_no_tenant_is_not_tried(tenant: str) -> None:
    entra = Entra()
    assert "CALLMON_TENANT_ID" in problem_of(tokens(entra, tenant=tenant)).sentence
    assert entra.got == []


def test_without_an_application_nothing_is_tried() -> None:
    entra = Entra()
    assert "CALLMON_CLIENT_ID" in problem_of(tokens(entra, client=" ")).sentence
    assert entra.got == []


@pytest.mark.parametrize(
    "credential", [{}, {"private_key": SECRET, "thumbprint": "00"}, {"private_key_pfx_path": "/nowhere/at/all.pfx"}]
)
def test_a_credential_that_cannot_work_is_a_problem(credential: dict[str, str]) -> None:
    problem = problem_of(tokens(Entra(), credential=credential))
    assert "credential" in problem.sentence
    assert SECRET not in repr(problem)


def test_a_given_token_is_used_as_it_is_and_cannot_be_renewed() -> None:
    source: TokenSource = StaticToken(f" {SECRET}\n")
    assert value_of(source.token()) == SECRET
    fresh = source.token(fresh=True)
    assert isinstance(fresh, SignInProblem)
    assert "CALLMON_ACCESS_TOKEN" in fresh.sentence
    assert "CALLMON_ACCESS_TOKEN" in problem_of(StaticToken(" \n")).sentence


@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_nothing_secret_is_ever_shown(show: Callable[[object], str]) -> None:
    source = tokens(Entra())
    shown = [show(each) for each in (Token(SECRET), StaticToken(SECRET), StaticToken(SECRET).token(), source)]
    assert SECRET not in "".join(shown)


def test_an_answer_that_msal_cannot_parse_is_not_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(log)])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    logging.getLogger("msalish").error("heard")
    problem = problem_of(tokens(Entra(Answer(f'{{"access_token": "{SECRET}"'))))
    assert "heard" in log.getvalue()
    assert SECRET not in log.getvalue() + repr(problem)


def test_msal_is_imported_with_the_first_token_and_not_before() -> None:
    code = (
        "import sys; from callmon.graph import clouds, credentials, entra;"
        "entra.EntraTokens('t', 'c', credentials.Secret('s'), clouds.CLOUDS['dod']);"
        "sys.exit('msal' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
