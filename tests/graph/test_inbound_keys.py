"""Where the signing keys come from, and how often."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.graph.inbound_download import KeysProblem, download, signing_keys
from callmon.graph.inbound_keys import MAX_AGE_S, RENEW_S, RETRY_S, UNKNOWN_KID_S, KeySource, NoKey
from tests.fakes import DEADLINE_S
from tests.graph.inbound_tokens import jwk, key_server

URL = "https://keys.example/configuration"
Fetched = Mapping[str, jwt.PyJWK] | KeysProblem


def key_set(*names: str) -> Mapping[str, jwt.PyJWK]:
    return signing_keys({"keys": [jwk(name) for name in names]})


class Source:
    """A `KeySource` whose fetches and clock the test decides."""

    def __init__(self, brought: Fetched) -> None:
        self.brought = brought
        self.now = 1000.0
        self.fetches = 0
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.keys = KeySource(URL, fetch=self._fetch, clock=lambda: self.now)

    def _fetch(self, url: str) -> Fetched:
        assert url == URL
        self.fetches += 1
        self.begun.set()
        assert self.gate.wait(DEADLINE_S)
        return self.brought

    def key(self, kid: str) -> jwt.PyJWK | NoKey:
        return asyncio.run(self.keys.key(kid))

    def knows(self, kid: str) -> bool:
        return isinstance(self.key(kid), jwt.PyJWK)

    def settle(self) -> None:
        """Wait for the fetch under way."""
        under_way = self.keys._under_way
        assert under_way is not None
        under_way.result(DEADLINE_S)


def test_keys_are_fetched_when_the_first_is_needed_and_kept() -> None:
    source = Source(key_set("k1", "k2"))
    assert source.fetches == 0
    assert source.key("k1") is source.key("k1")
    assert source.knows("k2")
    assert source.fetches == 1


def test_an_unknown_key_is_fetched_for_at_most_once_a_minute() -> None:
    source = Source(key_set("k1"))
    assert source.knows("k1")
    assert not any(source.knows(f"made up {number}") for number in range(20))
    assert source.fetches == 1
    source.now += UNKNOWN_KID_S
    assert source.key("made up") == NoKey(
        "The request's token is signed with a key that is not Microsoft Graph's.", passing=False
    )
    assert not source.knows("made up")
    assert source.fetches == 2


def test_a_new_key_is_not_turned_away_for_good_before_the_keys_are_asked_for_again() -> None:
    source = Source(key_set("k1"))
    assert source.knows("k1")
    source.brought = key_set("k1", "k2")
    found = source.key("k2")
    assert isinstance(found, NoKey)
    assert found.passing
    source.now += UNKNOWN_KID_S
    assert source.knows("k2")


def test_a_new_key_is_found_a_withdrawn_one_is_gone() -> None:
    source = Source(key_set("k1"))
    assert source.knows("k1")
    source.brought = key_set("k2")
    source.now += UNKNOWN_KID_S
    assert source.knows("k2")
    assert not source.knows("k1")
    assert source.fetches == 2


def test_all_who_wait_share_one_fetch_and_the_loop_goes_on() -> None:
    source = Source(key_set("k1"))
    source.gate.clear()

    async def many() -> list[jwt.PyJWK | NoKey]:
        waiting = [asyncio.create_task(source.keys.key("k1")) for _ in range(50)]
        impatient = asyncio.create_task(source.keys.key("k1"))
        assert await asyncio.to_thread(source.begun.wait, DEADLINE_S), "the fetch holds the loop"
        impatient.cancel()
        await asyncio.wait([impatient])
        assert impatient.cancelled()
        source.gate.set()
        return await asyncio.gather(*waiting)

    found = asyncio.run(many())
    assert source.fetches == 1
    assert {id(key) for key in found} == {id(source.key("k1"))}


def test_who_waits_may_go_with_its_loop() -> None:
    source = Source(key_set("k1"))
    source.gate.clear()

    async def leave() -> None:
        waiting = asyncio.create_task(source.keys.key("k1"))
        assert await asyncio.to_thread(source.begun.wait, DEADLINE_S)
        waiting.cancel()

    asyncio.run(leave())
    source.gate.set()
    source.settle()
    assert source.knows("k1")
    assert source.fetches == 1


def test_keys_are_renewed_while_those_at_hand_serve_on() -> None:
    source = Source(key_set("k1"))
    first = source.key("k1")
    source.brought = key_set("k1")
    source.now += RENEW_S + 1
    source.gate.clear()
    assert source.key("k1") is first, "nobody waits for the fetch"
    source.gate.set()
    source.settle()
    assert source.fetches == 2
    assert source.key("k1") is not first


def test_keys_that_cannot_be_renewed_are_believed_for_a_day() -> None:
    source = Source(key_set("k1"))
    assert source.knows("k1")
    source.brought = KeysProblem("Down.")
    source.now += MAX_AGE_S
    assert source.knows("k1")
    source.settle()
    assert source.key("k9") == NoKey("Down.", passing=True), "it may be a new key"
    source.now += 1
    assert source.key("k1") == NoKey("Down.", passing=True)


def test_without_any_key_the_next_try_comes_soon() -> None:
    source = Source(KeysProblem("Down."))
    assert source.key("k1") == source.key("k1") == NoKey("Down.", passing=True)
    assert source.fetches == 1
    source.brought = key_set("k1")
    source.now += RETRY_S
    assert source.knows("k1")
    assert source.fetches == 2


def test_a_fetch_that_breaks_down_makes_no_key_a_forged_one() -> None:
    def breaks_down(_url: str) -> Fetched:
        raise RuntimeError("nobody foresaw it")

    found = asyncio.run(KeySource(URL, fetch=breaks_down).key("k1"))
    assert isinstance(found, NoKey)
    assert found.passing
    assert "broke down" in found.sentence
    assert "(RuntimeError)" in found.sentence


def test_the_keys_come_from_where_the_configuration_says() -> None:
    with key_server() as server:
        fetched = download(server.url)
    assert not isinstance(fetched, KeysProblem)
    assert list(fetched) == ["k1"]
    assert server.asked == ["/v1/.well-known/OpenIdConfiguration", "/v1/keys"]


CONFIGURATION = "/v1/.well-known/OpenIdConfiguration"


@pytest.mark.parametrize(
    ("path", "status", "body", "says"),
    [
        (CONFIGURATION, 500, b"{}", "answered 500"),
        (CONFIGURATION, 302, b"{}", "answered 302"),
        (CONFIGURATION, 200, b"<html>", "JSON object"),
        (CONFIGURATION, 200, b"\xff", "JSON object"),
        (CONFIGURATION, 200, b"[" * 100_000, "JSON object"),
        (CONFIGURATION, 200, b"[]", "JSON object"),
        (CONFIGURATION, 200, b'{"a":"' + b"x" * (1 << 20) + b'"}', "JSON object"),
        (CONFIGURATION, 200, b"{}", "no jwks_uri"),
        (CONFIGURATION, 200, b'{"jwks_uri": 7}', "no jwks_uri"),
        (CONFIGURATION, 200, b'{"jwks_uri": "http://keys.example/"}', "keys.example is neither https"),
        (CONFIGURATION, 200, b'{"jwks_uri": "file:///etc/passwd"}', "the address is neither https"),
        (CONFIGURATION, 200, b'{"jwks_uri": "https://k\\u001b[2J\\u202e/"}', "neither https"),
        (CONFIGURATION, 200, b'{"jwks_uri": "http://127.0.0.1:1/"}', "cannot be reached"),
        ("/v1/keys", 404, b"", "answered 404"),
        ("/v1/keys", 200, b"{}", "holds no RSA key"),
        ("/v1/keys", 200, b'{"keys": {}}', "holds no RSA key"),
    ],
)
def test_a_fetch_that_fails_is_a_sentence(path: str, status: int, body: bytes, says: str) -> None:
    with key_server() as server:
        server.answers[path] = (status, body)
        fetched = download(server.url)
    assert isinstance(fetched, KeysProblem)
    assert says in fetched.sentence
    assert fetched.sentence.isprintable()


def test_a_proxy_that_is_no_address_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:x")
    fetched = download("https://keys.example/")
    assert isinstance(fetched, KeysProblem)
    assert "keys.example cannot be asked from this machine (InvalidURL)" in fetched.sentence
    assert "HTTPS_PROXY" in fetched.sentence


def test_a_server_that_never_answers_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callmon.graph.inbound_download._TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fetched = download(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert isinstance(fetched, KeysProblem)
    assert "in time" in fetched.sentence


def test_a_server_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callmon.graph.inbound_download._DEADLINE_S", -1.0)
    with key_server() as server:
        assert isinstance(download(server.url), KeysProblem)


@pytest.mark.parametrize(
    "entry",
    [
        jwk("k1", use="enc"),
        jwk("k1", alg="RS512"),
        jwk("k1", alg="HS256"),
        jwk("k1", kty="oct", k="c2VjcmV0"),
        jwk("k1", kty="EC"),
        jwk("k1", kid=None),
        jwk("k1", kid=""),
        jwk("k1", kid=7),
        jwk("k1", n=None),
        jwk("k1", n="!"),
        jwk("k1", e=3),
        jwk("small", 1024),
        "k1",
        None,
    ],
)
def test_only_rsa_keys_for_signatures_are_of_use(entry: object) -> None:
    assert list(signing_keys({"keys": [entry, jwk("k2")]})) == ["k2"]


@pytest.mark.parametrize("changes", [{"use": None}, {"alg": "RS256"}, {"x5c": ["x"]}, {"d": "AQAB", "p": "AQAB"}])
def test_what_says_more_or_less_about_a_key_is_no_hindrance(changes: dict[str, Any]) -> None:
    assert list(signing_keys({"keys": [jwk("k1", **changes)]})) == ["k1"]


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kid", "n", "e", "keys"]), inner),
    max_leaves=10,
)
_ENTRY = st.fixed_dictionaries({"kty": st.just("RSA"), "kid": st.just("k"), "n": _JSON, "e": _JSON})


@given(st.fixed_dictionaries({"keys": _JSON | st.lists(_ENTRY | _JSON, max_size=3)}))
def test_no_key_set_raises(document: dict[str, Any]) -> None:
    assert isinstance(signing_keys(json.loads(json.dumps(document))), Mapping)
