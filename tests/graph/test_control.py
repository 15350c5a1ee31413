from __future__ import annotations

import itertools
import json
import re
import socket
import ssl
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon import __version__
from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.graph.auth import SignInProblem, StaticToken, Token
from callmon.graph.control import GraphControl
from callmon.graph.naming import SettingNames
from callmon.graph.probe import NotReached, reach
from callmon.graph.retry import RetryPolicy
from callmon.graph.sender import MAX_BODY
from callmon.ports import CallControl, Target

CANARY = "eyJ0eXAiOiJKV1QifQ.canary-access-token.sig"
CALL = "57dab8b1-894c-409a-b240-bd8beae78896"
ROOT = "https://graph.example"
ONCE = RetryPolicy(attempts=1)

Answerer = Callable[[httpx.Request], httpx.Response]


class Tokens:
    """A token source with one token after the other; each fresh one is the next."""

    def __init__(self, *tokens: Token | SignInProblem) -> None:
        self.left = list(tokens) or [Token(CANARY)]
        self.asked: list[bool] = []

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        self.asked.append(fresh)
        if fresh:
            self.left.pop(0)
        return self.left[0]


class Wire:
    """A transport that keeps what was sent and answers as told."""

    def __init__(self, answer: Answerer) -> None:
        self.sent: list[httpx.Request] = []
        self._answer = answer
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self._answer(request)


def wired(*answers: httpx.Response | Exception, tokens: Any = None, root: str = ROOT) -> tuple[GraphControl, Wire]:
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        got = left.pop(0)
        if isinstance(got, Exception):
            raise got
        return got

    wire = Wire(answer)
    return GraphControl(root, tokens or Tokens(), transport=wire.transport, policy=ONCE), wire


def test_it_is_a_call_control() -> None:
    control: CallControl = wired()[0]
    assert control is not None


@pytest.mark.parametrize("call_id", [CALL, CALL.upper(), CALL.replace("-", ""), "a", "x" * 128, "a..b", "1.2_3~4-5"])
def test_the_id_goes_into_the_address_as_it_is_spelled(call_id: str) -> None:
    control, wire = wired(httpx.Response(204))
    assert control.hang_up(Target(call_id)).answer is Answer.ACCEPTED
    assert [request.url.raw_path for request in wire.sent] == [b"/v1.0/communications/calls/" + call_id.encode()]


NO_IDS = [
    "",
    ".",
    "..",
    "...",
    ".a",
    "~",
    "-a",
    "../../users/1",
    "a/b?c",
    "a%2Fb",
    "a#b",
    "a b",
    " " + CALL,
    CALL + "\n",
    "a\x00b",
    "a\r\nX: y",
    "\x1b[2J",
    "\u202eabc",
    "ünï",
    "٣٤",
    "a\\b",
    "a;b",
    "a@b",
    "x" * 129,
    "x" * 100_000,
]


@pytest.mark.parametrize("call_id", NO_IDS)
def test_what_has_not_the_form_of_an_id_is_never_sent(call_id: str) -> None:
    tokens = Tokens()
    control, wire = wired(tokens=tokens)
    for outcome in (control.hang_up(Target(call_id)), control.check(Target(call_id))):
        assert outcome.answer is Answer.REFUSED_HERE
        assert outcome.sentence.isprintable()
        assert (outcome.client_request_id, outcome.status) == (None, None)
    assert (wire.sent, tokens.asked) == ([], [])


@given(st.text(max_size=20))
def test_no_text_leads_anywhere_but_to_a_call(call_id: str) -> None:
    wire = Wire(lambda _: httpx.Response(204))
    GraphControl(ROOT, Tokens(), transport=wire.transport).hang_up(Target(call_id))
    for request in wire.sent:
        assert request.url.path == f"/v1.0/communications/calls/{call_id}"
        assert (request.url.host, request.url.query, request.url.fragment) == ("graph.example", b"", "")
        assert call_id.strip(".")


@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_what_a_request_carries(method: str) -> None:
    control, wire = wired(httpx.Response(204))
    outcome = control.hang_up(Target(CALL)) if method == "DELETE" else control.check(Target(CALL))
    (request,) = wire.sent
    assert (request.method, str(request.url)) == (method, f"{ROOT}/v1.0/communications/calls/{CALL}")
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert request.headers["user-agent"] == f"callmon/{__version__}"
    assert str(uuid.UUID(request.headers["client-request-id"])) == outcome.client_request_id
    assert request.read() == b""
    assert not {"content-length", "content-type", "transfer-encoding"} & set(request.headers)


@pytest.mark.parametrize("root", ["http://graph.example", "https://user@graph.example", ""])
def test_an_unsafe_root_gets_no_request(root: str) -> None:
    control, wire = wired(root=root)
    assert control.hang_up(Target(CALL)).answer is Answer.REFUSED_HERE
    assert wire.sent == []


def test_a_found_call_comes_with_state_and_body() -> None:
    body = json.dumps({"id": CALL, "state": "established"}).encode()
    control, _ = wired(httpx.Response(200, content=body, headers={"request-id": "r-1"}))
    outcome = control.check(Target(CALL))
    assert isinstance(outcome, CheckOutcome)
    assert (outcome.answer, outcome.state, outcome.body) == (Answer.FOUND, "established", body)
    assert outcome.request_id == "r-1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    control, wire = wired(httpx.Response(status, headers={"location": "https://evil.example/"}))
    assert control.hang_up(Target(CALL)).answer is Answer.UNEXPECTED
    assert len(wire.sent) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 501, 502, 503, 504])
def test_a_check_is_asked_once_whatever_comes_back(status: int) -> None:
    wire = Wire(lambda _: httpx.Response(status))
    assert GraphControl(ROOT, Tokens(), transport=wire.transport).check(Target(CALL)).status == status
    assert len(wire.sent) == 1


def test_after_401_one_more_request_goes_out_with_a_fresh_token() -> None:
    tokens = Tokens(Token("stale-token"), Token("fresh-token"))
    control, wire = wired(httpx.Response(401), httpx.Response(204), tokens=tokens)
    outcome = control.hang_up(Target(CALL))
    assert outcome.answer is Answer.ACCEPTED
    assert [request.headers["authorization"] for request in wire.sent] == ["Bearer stale-token", "Bearer fresh-token"]
    assert tokens.asked == [False, True]
    assert outcome.client_request_id == wire.sent[1].headers["client-request-id"]


def test_a_second_401_is_the_answer() -> None:
    tokens = Tokens(Token("stale-token"), Token("fresh-token"))
    control, wire = wired(httpx.Response(401), httpx.Response(401), tokens=tokens)
    assert control.hang_up(Target(CALL)).answer is Answer.NOT_SIGNED_IN
    assert len(wire.sent) == 2


def test_a_given_token_is_not_tried_twice() -> None:
    body = {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}
    control, wire = wired(httpx.Response(401, json=body), tokens=StaticToken(CANARY))
    outcome = control.hang_up(Target(CALL))
    assert (outcome.answer, outcome.status, outcome.code) == (
        Answer.NOT_SIGNED_IN,
        401,
        "InvalidAuthenticationToken",
    )
    assert "CALLMON_ACCESS_TOKEN" in outcome.sentence
    assert len(wire.sent) == 1


@pytest.mark.parametrize("retry", [True, False])
def test_without_a_token_nothing_is_sent(retry: bool) -> None:
    problem = SignInProblem("No luck.", "AADSTS1", retry_helps=retry)
    control, wire = wired(tokens=Tokens(problem))
    outcome = control.check(Target(CALL))
    assert (outcome.answer, outcome.sentence, outcome.code) == (Answer.NOT_SIGNED_IN, "No luck.", "AADSTS1")
    assert outcome.retry_helps is retry
    assert wire.sent == []


@pytest.mark.parametrize("value", ["secret\ntoken", "secret token", "secret\x00token", "sécret", "secret\u2028", ""])
def test_a_token_that_no_header_can_carry_is_not_sent_and_not_shown(value: str) -> None:
    control, wire = wired(tokens=Tokens(Token(value)))
    outcome = control.hang_up(Target(CALL))
    assert outcome.answer is Answer.NOT_SIGNED_IN
    assert "cret" not in repr(outcome)
    assert wire.sent == []


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


FAILURES = [
    # what httpx raises, words of the sentence, whether a retry helps
    (httpx.ConnectTimeout("x"), "nothing was sent", True),
    (httpx.PoolTimeout("x"), "nothing was sent", True),
    (httpx.ReadTimeout("x"), "may have reached", True),
    (httpx.WriteTimeout("x"), "may have reached", True),
    (httpx.ReadError("x"), "may have reached", True),
    (httpx.WriteError("x"), "may have reached", True),
    (httpx.RemoteProtocolError("x"), "may have reached", True),
    (httpx.ProxyError("407 Proxy Authentication Required"), "did not let", False),
    (httpx.ProxyError("403 Forbidden"), "did not let", False),
    (httpx.ProxyError("502 Bad Gateway"), "just now, so nothing was sent", True),
    (caused(httpx.ConnectError("x"), socket.gaierror(-2, "x")), "cannot be resolved", True),
    (caused(httpx.ConnectError("x"), ConnectionRefusedError(111, "x")), "refused the connection", True),
    (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError(1, "x")), "TLS", False),
    (caused(httpx.ConnectError("x"), ssl.SSLError(1, "x")), "TLS", False),
    (httpx.ConnectError("No route to host"), "nothing was sent", True),
    (httpx.LocalProtocolError(f"Illegal header value b'Bearer {CANARY}'"), "LocalProtocolError", False),
    (httpx.UnsupportedProtocol("x"), "UnsupportedProtocol", False),
    (httpx.InvalidURL("x"), "InvalidURL", False),
    (UnicodeError(CANARY), "UnicodeError", False),
    (RuntimeError("the client has been closed"), "RuntimeError", False),
]


@pytest.mark.parametrize(("error", "words", "retry"), FAILURES)
def test_a_request_without_an_answer_says_what_happened(error: Exception, words: str, retry: bool) -> None:
    control, wire = wired(error, error)
    outcomes = [control.hang_up(Target(CALL)), control.check(Target(CALL))]
    for outcome, request in zip(outcomes, wire.sent, strict=True):
        assert (outcome.answer, outcome.retry_helps, outcome.status) == (Answer.UNREACHABLE, retry, None)
        assert words in outcome.sentence
        assert CANARY not in repr(outcome)
        assert outcome.client_request_id == request.headers["client-request-id"]


@pytest.mark.parametrize(
    ("root", "bot", "named"),
    [
        ("https://graph.microsoft.com", "", set()),
        ("https://dod-graph.microsoft.us", "front-desk", set()),
        ("https://graph.example", "", {"CALLMON_GRAPH_URL"}),
        ("https://graph.example", "front-desk", {"CALLMON_BOTS__FRONT_DESK__GRAPH_URL"}),
    ],
)
@pytest.mark.parametrize("error", [socket.gaierror(-2, "x"), ConnectionRefusedError(111, "x"), httpx.InvalidURL("x")])
def test_only_an_address_that_a_setting_gave_is_to_be_checked_there(
    root: str, bot: str, named: set[str], error: Exception
) -> None:
    raised = error if isinstance(error, httpx.InvalidURL) else caused(httpx.ConnectError("x"), error)

    def answer(_request: httpx.Request) -> httpx.Response:
        raise raised

    control = GraphControl(root, Tokens(), transport=Wire(answer).transport, policy=ONCE, names=SettingNames(bot))
    assert set(re.findall(r"CALLMON_\w+|[{}]", control.hang_up(Target(CALL)).sentence)) == named


class Broken(httpx.SyncByteStream):
    """A body that comes in part."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"error": {"code": "7505"'
        raise httpx.ReadError("cut")


def test_a_body_that_breaks_off_leaves_the_status() -> None:
    control, _ = wired(httpx.Response(403, stream=Broken()))
    outcome = control.hang_up(Target(CALL))
    assert (outcome.answer, outcome.status, outcome.code) == (Answer.NOT_ALLOWED, 403, None)


def test_an_endless_body_is_cut() -> None:
    chunks = 0

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            nonlocal chunks
            while True:
                chunks += 1
                yield b"x" * 65_536

    control, _ = wired(httpx.Response(500, stream=Endless()))
    assert control.hang_up(Target(CALL)).answer is Answer.UNAVAILABLE
    assert chunks <= MAX_BODY // 65_536 + 2


def test_a_body_that_comes_too_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count()
    monkeypatch.setattr("callmon.graph.sender.monotonic", lambda: next(seconds))
    pieces = 0

    class Dripping(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            nonlocal pieces
            for _ in range(100):
                pieces += 1
                yield b"x"

    wire = Wire(lambda _: httpx.Response(500, stream=Dripping()))
    control = GraphControl(ROOT, Tokens(), transport=wire.transport, read_timeout_s=15, policy=ONCE)
    assert control.hang_up(Target(CALL)).answer is Answer.UNAVAILABLE
    assert pieces == 16


def test_a_wait_until_a_date_counts_from_our_clock_if_graph_shows_none() -> None:
    wire = Wire(lambda _: httpx.Response(429, headers={"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}))
    now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    outcome = GraphControl(ROOT, Tokens(), transport=wire.transport, now=lambda: now, policy=ONCE).hang_up(Target(CALL))
    assert (outcome.answer, outcome.retry_after_s) == (Answer.THROTTLED, 30.0)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_an_echo_of_the_request_brings_no_token_into_the_outcome(status: int) -> None:
    body = {"id": CANARY, "error": {"code": CANARY, "message": f"got Bearer {CANARY}"}}
    echo = {"request-id": CANARY, "date": CANARY, "retry-after": CANARY}
    tokens = Tokens(Token(CANARY), Token(CANARY))
    control, _ = wired(*(httpx.Response(status, json=body, headers=echo) for _ in range(4)), tokens=tokens)
    assert CANARY not in repr(control.hang_up(Target(CALL)))
    found, _ = wired(httpx.Response(200, json={"id": CALL, "state": "x", "subject": CANARY}))
    assert CANARY not in repr(found.check(Target(CALL)))
    assert CANARY not in repr(control) + repr(vars(found))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "ftp://proxy"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:9"),
        ("HTTPS_PROXY", "http://127.0.0.1:x"),
        ("HTTPS_PROXY", "http://[::1"),
        ("NO_PROXY", "http://graph:x"),
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
    ],
)
def test_an_environment_that_cannot_work_is_an_outcome(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    control = GraphControl("https://127.0.0.1:9", Tokens())
    for outcome in (control.hang_up(Target(CALL)), control.check(Target(CALL))):
        assert outcome.answer is Answer.UNREACHABLE
        assert "nothing was sent" in outcome.sentence
        assert name in outcome.sentence
    reached = reach("https://127.0.0.1:9")
    assert isinstance(reached, NotReached)
    assert name in reached.sentence


def test_an_order_after_close_opens_a_new_connection() -> None:
    control, wire = wired(httpx.Response(204), httpx.Response(204))
    assert isinstance(control.hang_up(Target(CALL)), HangUpOutcome)
    control.close()
    control.close()
    assert control.hang_up(Target(CALL)).answer is Answer.ACCEPTED
    assert len(wire.sent) == 2
    control.close()


def test_a_refusal_speaks_of_the_settings_of_the_controls_own_bot() -> None:
    wire = Wire(lambda _: httpx.Response(403, json={"error": {"code": "7505", "message": "mismatch"}}))
    control = GraphControl(ROOT, Tokens(), transport=wire.transport, policy=ONCE, names=SettingNames("nights"))
    for outcome in (control.hang_up(Target(CALL)), control.check(Target(CALL))):
        assert "CALLMON_BOTS__NIGHTS__TENANT_ID" in outcome.sentence
