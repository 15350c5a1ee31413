from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.core.masking import HIDDEN, HIDDEN_TOKEN, TOO_DEEP, masked, pretty
from tests.makers import PAYLOADS, payload

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2ln_-bmF0dXJl"
SECRET = "s3cr3t-v4lue"
FAKE_SECRETS = {
    12: "aHR0cHM6Ly9jYy1ldW5v",
    13: "eyJhbGciOiJub25lIn0",
    21: "eyJhbGciOiJub25lIn0",
    39: "join token",
    48: "<access-token>",
    62: "<replacesContext>",
    63: "<replacesContext>",
    94: "<access-token>",
}
NAMES = [
    "recordingAccessToken",
    "recordResourceAccessToken",
    "token",
    "replacesContext",
    "authorization",
    "Authorization",
    "accessToken",
    "access_token",
    "clientSecret",
    "client_secret",
    "passcode",
    "joinToken",
    "TOKEN",
]
INNOCENT = ["tokens", "callChainId", "joinMeetingId", "tokenMeetingInfo", "author"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [SECRET, 1234, {"deep": [SECRET]}, [SECRET], False])
def test_a_secret_is_known_by_its_name(name: str, value: Any) -> None:
    assert masked({"a": [{name: value, "b": 1}]}) == {"a": [{name: HIDDEN, "b": 1}]}


@pytest.mark.parametrize("value", [None, ""])
def test_that_there_is_no_secret_is_no_secret(value: Any) -> None:
    assert masked({"token": value}) == {"token": value}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_only_resembles_a_secret_is_shown(name: str) -> None:
    assert masked({name: SECRET}) == {name: SECRET}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (JWT, HIDDEN_TOKEN),
        (f"Bearer {JWT}", f"Bearer {HIDDEN_TOKEN}"),
        (f"https://x.example/?t={JWT}&u=1", f"https://x.example/?t={HIDDEN_TOKEN}&u=1"),
        (f"two: {JWT}, {JWT}", f"two: {HIDDEN_TOKEN}, {HIDDEN_TOKEN}"),
        (f"glued{JWT}", f"glued{HIDDEN_TOKEN}"),
        (f"www.x.{JWT}", f"www.x.{HIDDEN_TOKEN}"),
        (f"{JWT}.a.b", HIDDEN_TOKEN),
        ("eyJhbGciOiJub25lIn0..", HIDDEN_TOKEN),
        ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0"),
        ("www.eyJ.example", "www.eyJ.example"),
        ("DiagCode: 200#5010.@", "DiagCode: 200#5010.@"),
    ],
)
def test_a_token_is_known_by_its_looks(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked({text: [text]}) == {shown: [shown]}


def test_the_original_is_left_alone() -> None:
    original = {"token": SECRET, "a": [JWT]}
    masked(original)
    assert original == {"token": SECRET, "a": [JWT]}


@pytest.mark.parametrize("number", FAKE_SECRETS)
def test_no_secret_of_a_recorded_notification_is_shown(number: int) -> None:
    body = payload(number)
    assert FAKE_SECRETS[number].encode() in body
    assert FAKE_SECRETS[number] not in pretty(body)
    assert HIDDEN in pretty(body)


@pytest.mark.parametrize("path", sorted(PAYLOADS.iterdir()), ids=lambda path: path.name[:2])
def test_all_else_of_a_recorded_notification_is(path: Path) -> None:
    value = json.loads(path.read_bytes())
    assert json.loads(pretty(path.read_bytes())) == masked(value)
    if int(path.name[:2]) not in FAKE_SECRETS:
        assert masked(value) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"value": [{"resourceData": {"recordingAccessToken": "s3cr3t-v4lue',
        '{"token": "s3cr3t-v4lue", "a": ',
        '{"token": "a \\" s3cr3t-v4lue", "a": ',
        '"{\\"access_token\\": \\"s3cr3t-v4lue\\", \\"a\\": 1',
        "{'clientSecret': 's3cr3t-v4lue', 'a': None}",
        "grant_type=x&client_secret=s3cr3t-v4lue&a=1",
        "Authorization: Bearer s3cr3t-v4lue",
        "x-access-token = s3cr3t-v4lue",
        f"what {JWT} is this",
    ],
)
def test_what_is_no_json_gives_no_secret_away(text: str) -> None:
    shown = pretty(text.encode())
    assert SECRET not in shown
    assert "eyJ" not in shown
    assert HIDDEN in shown or HIDDEN_TOKEN in shown


def test_json_is_indented_one_line_a_fact_and_harmless() -> None:
    body = json.dumps({"name": "Bo\x1b[2J\u202e\u2028", "who": "张伟"}, ensure_ascii=False).encode()
    assert pretty(body).split("\n") == ["{", '  "name": "Bo\\u001b[2J\\u202e\\u2028",', '  "who": "张伟"', "}"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b"\xff\x1b[2J\r\nhello", "\ufffd\\x1b[2J\\r\nhello"),
        (b"\xef\xbb\xbf{}", "{}"),
        (b'"\\ud800"', '"\\ud800"'),
        (b"[" * 100_000, "[" * 65_536 + "\n… the rest is not shown"),
        (b"1" * 5000, "1" * 5000),
        (b"NaN", "NaN"),
    ],
)
def test_any_bytes_can_be_shown(body: bytes, shown: str) -> None:
    assert pretty(body) == shown


def test_a_secret_does_not_come_out_at_the_place_where_the_text_is_cut() -> None:
    body = b"x " * 32_760 + b"token=" + SECRET.encode() * 2000
    assert SECRET[:4] not in pretty(body)


def test_a_small_body_does_not_unfold_to_a_huge_text() -> None:
    body = b"[" * 90 + b",".join([b"1"] * 50_000) + b"]" * 90
    assert len(pretty(body)) < 1_100_000
    assert pretty(body).endswith("… the rest is not shown")


def test_absurdly_deep_values_are_cut_off() -> None:
    deep: Any = SECRET
    for _ in range(50_000):
        deep = [deep]
    assert TOO_DEEP in json.dumps(masked(deep))


@given(st.binary())
@example(b'{"token": ' + b"9" * 5000 + b"}")
@example(b"\xfe\xff\x00{")
def test_whatever_comes_is_shown_and_harmless(body: bytes) -> None:
    assert pretty(body).replace("\n", "").isprintable()


@given(st.text(), st.sampled_from(NAMES), st.text())
def test_no_text_around_a_secret_brings_it_out(before: str, name: str, after: str) -> None:
    body = json.dumps({"a": before, name: SECRET, "b": [after, f"{before} {JWT} {after}"]}).encode()
    shown = pretty(body)
    assert SECRET not in shown
    assert JWT not in shown
    assert json.loads(body)["a"] == before
