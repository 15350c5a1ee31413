"""Whom the gates admit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.graph import inbound_tokens
from callmon.graph.inbound import Either, Gate, Refused, SharedToken
from callmon.graph.inbound_download import signing_keys
from callmon.graph.inbound_keys import NoKey
from callmon.graph.inbound_tokens import SKEW_S, GraphTokens
from tests.graph.inbound_tokens import (
    APP_ID,
    BOT_FRAMEWORK,
    TENANT,
    TENANT_URI,
    claims,
    hand_made,
    jwk,
    private_key,
    public_pem,
    token,
)

SHARED = "canary-0123456789abcdef"


class KnownKeys:
    """The keys k1 and k2, and how often one was looked for."""

    def __init__(self) -> None:
        self.keys: dict[str, jwt.PyJWK] = {}
        self.asked: list[str] = []
        self.renew()

    def renew(self) -> None:
        self.keys = dict(signing_keys({"keys": [jwk("k1"), jwk("k2")]}))

    async def key(self, kid: str) -> jwt.PyJWK | NoKey:
        self.asked.append(kid)
        return self.keys.get(kid, NoKey("There is no such key.", passing=False))


def ask(gate: Gate, headers: Mapping[str, str]) -> Refused | None:
    return asyncio.run(gate.admits(headers))


def show(gate: Gate, shown: str) -> Refused | None:
    return ask(gate, {"authorization": f"Bearer {shown}"})


def graph_tokens() -> GraphTokens:
    return GraphTokens(APP_ID, KnownKeys())


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"iss": "https://graph.microsoft.com"},
        {"iss": "https://graph.microsoft.com/"},
        {"iss": f"{BOT_FRAMEWORK}/"},
        {"tid": None, TENANT_URI: TENANT},
        {"tid": "", TENANT_URI: TENANT},
        {"aud": [APP_ID]},
        {"nbf": None},
        {"sub": 7, "jti": 7},
    ],
)
def test_a_token_of_graph_is_admitted(said: dict[str, Any]) -> None:
    assert show(graph_tokens(), token(**said)) is None


@pytest.mark.parametrize(("claim", "from_now_s"), [("iat", 100_000), ("exp", 60 - SKEW_S), ("nbf", SKEW_S - 60)])
def test_clocks_that_differ_a_little_do_no_harm(claim: str, from_now_s: int) -> None:
    said: dict[str, Any] = {claim: int(time.time()) + from_now_s}
    assert show(graph_tokens(), token(**said)) is None


def test_the_application_id_may_be_set_in_capitals() -> None:
    assert show(GraphTokens(APP_ID.upper(), KnownKeys()), token()) is None


def test_the_scheme_may_be_written_in_any_case() -> None:
    assert ask(graph_tokens(), {"authorization": f"BEARER  {token()}"}) is None


def said_by_uri(tenant: str) -> dict[str, Any]:
    return {TENANT_URI: tenant}


ATTACKS = {
    "signed with another key": lambda: token("other"),
    "signed with another of Graph's keys than it says": lambda: token("k2", kid="k1"),
    "a key that nobody knows": lambda: token(kid="k9"),
    "no key named": lambda: token(kid=None),
    "an empty key name": lambda: token(kid=""),
    "alg none, unsigned": lambda: hand_made({"alg": "none", "kid": "k1"}),
    "alg None, unsigned": lambda: hand_made({"alg": "None", "kid": "k1"}),
    "alg RS256, unsigned": lambda: hand_made({"alg": "RS256", "kid": "k1"}),
    "no alg": lambda: hand_made({"kid": "k1"}),
    "HS256 with the public key as secret": lambda: hand_made({"alg": "HS256", "kid": "k1"}, public_pem("k1")),
    "HS256 that says RS256": lambda: hand_made({"alg": "RS256", "kid": "k1"}, public_pem("k1")),
    "RS512": lambda: jwt.encode(claims(), private_key("k1"), "RS512", headers={"kid": "k1"}),
    "PS256": lambda: jwt.encode(claims(), private_key("k1"), "PS256", headers={"kid": "k1"}),
    "a critical header that nobody knows": lambda: token(header={"crit": ["x"], "x": 1}),
    "its own key inside": lambda: token("other", header={"jwk": jwk("other")}),
    "another audience": lambda: token(aud="11111111-14a6-49ae-97bc-6eba6914391e"),
    "a meeting's token": lambda: token(aud=BOT_FRAMEWORK, tid=None, appId=APP_ID, **said_by_uri(TENANT)),
    "no audience": lambda: token(aud=None),
    "an audience that is none": lambda: token(aud=7),
    "another issuer": lambda: token(iss="https://sts.windows.net/"),
    "an issuer that only begins right": lambda: token(iss=f"{BOT_FRAMEWORK}.example"),
    "a part of an issuer": lambda: token(iss="https://api"),
    "no issuer": lambda: token(iss=None),
    "expired": lambda: token(exp=int(time.time()) - SKEW_S - 60),
    "without an end": lambda: token(exp=None),
    "an end that is no number": lambda: token(exp="4102444800"),
    "an end that compares with nothing": lambda: token(exp=float("nan")),
    "a begin that compares with nothing": lambda: token(nbf=float("nan")),
    "not yet": lambda: token(nbf=int(time.time()) + SKEW_S + 60),
    "no tenant": lambda: token(tid=None),
    "an empty tenant": lambda: token(tid=" "),
    "a tenant that is none": lambda: token(tid=["x"]),
    "a changed letter": lambda: token().replace(".ey", ".eY", 1),
    "cut off": lambda: token()[:-1],
    "too long": lambda: token(pad="x" * 10_000),
    "JSON without end": lambda: "W1tb" * 2000 + ".e30.e30",
    "a claim set that is a list": lambda: jwt.PyJWS().encode(b"[]", private_key("k1"), "RS256", headers={"kid": "k1"}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_everything_else_is_refused(attack: str) -> None:
    refusal = show(graph_tokens(), ATTACKS[attack]())
    assert refusal is not None
    assert not refusal.passing


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (ATTACKS["signed with another key"], "signature"),
        (ATTACKS["a meeting's token"], "CALLMON_CLIENT_ID"),
        (ATTACKS["another issuer"], "was not issued"),
        (ATTACKS["expired"], "has expired"),
        (ATTACKS["not yet"], "clock"),
        (ATTACKS["no tenant"], "names no tenant"),
        (ATTACKS["a key that nobody knows"], "There is no such key."),
        (ATTACKS["alg none, unsigned"], "not one with which Microsoft Graph"),
    ],
)
def test_the_reason_is_told(shown: Any, says: str) -> None:
    refusal = show(graph_tokens(), shown())
    assert refusal is not None
    assert says in refusal.sentence


@pytest.mark.parametrize("attack", ["alg none, unsigned", "HS256 with the public key as secret", "too long", "no alg"])
def test_no_key_is_asked_for_if_none_could_help(attack: str) -> None:
    keys = KnownKeys()
    assert show(GraphTokens(APP_ID, keys), ATTACKS[attack]()) is not None
    assert keys.asked == []


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature is checked from here on."""
    checked: list[str] = []
    decode = jwt.decode

    def counting(shown: str, *args: Any, **named: Any) -> Any:
        checked.append(shown)
        return decode(shown, *args, **named)

    monkeypatch.setattr(jwt, "decode", counting)
    return checked


def test_a_good_token_is_checked_once_until_its_key_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    checked, keys = count_checks(monkeypatch), KnownKeys()
    gate, good = GraphTokens(APP_ID, keys), token()
    for _ in range(3):
        assert show(gate, good) is None
    assert len(checked) == 1
    keys.renew()
    assert show(gate, good) is None
    assert len(checked) == 2
    del keys.keys["k1"]
    assert show(gate, good) is not None, "a key that was withdrawn proves nothing"


def test_a_token_that_was_good_expires() -> None:
    now = [time.time()]
    gate, good = GraphTokens(APP_ID, KnownKeys(), lambda: now[0]), token()
    assert show(gate, good) is None
    now[0] += 3600 + SKEW_S - 60
    assert show(gate, good) is None
    now[0] += 120
    refusal = show(gate, good)
    assert refusal is not None
    assert "expired" in refusal.sentence


def test_what_was_refused_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    checked, gate, bad = count_checks(monkeypatch), graph_tokens(), token("other")
    assert show(gate, bad) is not None
    assert show(gate, bad) is not None
    assert len(checked) == 2


def test_only_the_tokens_that_were_used_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound_tokens, "_KEPT_TOKENS", 2)
    checked, gate = count_checks(monkeypatch), graph_tokens()
    first, second, third = (token(number=number) for number in range(3))
    for shown in (first, second, first, third, first, second):
        assert show(gate, shown) is None
    assert checked == [first, second, third, second]


@settings(max_examples=150, deadline=None)
@given(value=st.text(max_size=300) | st.from_regex(r"Bearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_no_header_raises_or_is_admitted(value: str) -> None:
    gate = Either([SharedToken(SHARED), graph_tokens()])
    assert isinstance(ask(gate, {"authorization": value, "x-callmon-token": value}), Refused)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_token_with_any_other_byte_is_refused(data: st.DataObject) -> None:
    good = token()
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."))
    bad = good[:place] + other + good[place + 1 :]
    # The last letter of a segment has bits that mean nothing: two spellings of the same signature are as good.
    same = good[place] == other or place == len(good) - 1
    assert same or isinstance(show(graph_tokens(), bad), Refused)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {SHARED}"},
        {"authorization": f"bearer {SHARED}"},
        {"x-callmon-token": SHARED},
        {"authorization": "Bearer of.graph.itself", "x-callmon-token": SHARED},
    ],
)
def test_the_shared_token_is_admitted(headers: Mapping[str, str]) -> None:
    assert ask(SharedToken(SHARED), headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": SHARED},
        {"authorization": f"Basic {SHARED}"},
        {"authorization": f"Bearer {SHARED}x"},
        {"authorization": f"Bearer {SHARED[:-1]}"},
        {"authorization": f"Bearer {SHARED}, Bearer {SHARED}"},
        {"authorization": f"Bearer {SHARED} {SHARED}"},
        {"authorization": "Bearer "},
        {"x-callmon-token": ""},
        {"x-callmon-token": SHARED.upper()},
        {"x-callmon-token": f"Bearer {SHARED}"},
        {"x-callmon-token": "\udcff\xe9"},
    ],
)
def test_nothing_else_passes_for_the_shared_token(headers: Mapping[str, str]) -> None:
    refusal = ask(SharedToken(SHARED), headers)
    assert refusal is not None
    assert "CALLMON_FEED_TOKEN" in refusal.sentence


class Undecided:
    async def admits(self, headers: Mapping[str, str], bot: str = "") -> Refused | None:
        return Refused("Not now.", passing=True)


def test_one_of_two_gates_is_enough_and_doubt_outlasts_refusal() -> None:
    both = Either([SharedToken(SHARED), graph_tokens()])
    assert show(both, SHARED) is None
    assert show(both, token()) is None
    refusal = show(both, token("other"))
    assert refusal is not None
    assert "signature" in refusal.sentence
    assert show(Either([Undecided(), SharedToken(SHARED)]), "other") == Refused("Not now.", passing=True)
    assert show(Either([]), SHARED) is not None


def test_keys_that_cannot_be_had_leave_it_open() -> None:
    keys = KnownKeys()

    async def none(kid: str) -> NoKey:
        return NoKey("Not now.", passing=True)

    keys.key = none  # type: ignore[method-assign]
    assert show(GraphTokens(APP_ID, keys), token()) == Refused("Not now.", passing=True)


def test_tokens_show_up_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shared, graph, good, bad = SharedToken(SHARED), graph_tokens(), token(), token("other")
    told = [show(gate, shown) for gate in (shared, graph) for shown in (SHARED, good, bad)]
    seen = f"{told} {shared!r} {graph!r} {vars(shared)} {vars(graph)} {caplog.text}"
    assert SHARED not in seen
    assert not any(part in seen for each in (good, bad) for part in each.split(".")[1:])
