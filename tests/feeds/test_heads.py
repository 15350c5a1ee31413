"""Offers of another protocol are left out of heads, and nothing else is left out of anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.feeds.heads import Heads

BODY = b'{"a": 1}\r\n\r\nUpgrade: h2c\r\n\r\n'
PLAIN = [b"POST /api/calls HTTP/1.1", b"Host: bot", b"Connection: Upgrade, HTTP2-Settings", b"X-Upgrade: x"]
OFFERS = [b"Upgrade: h2c", b"UPGRADE:websocket", b"upgrade : TLS/1.0"]


def head(lines: list[bytes], end: bytes = b"\r\n") -> bytes:
    return b"".join(line + end for line in [*lines, b""])


def passed_on(heads: Heads, pieces: list[bytes]) -> bytes:
    return b"".join(heads.pass_on(piece) for piece in pieces)


def parted(data: bytes, places: list[int]) -> list[bytes]:
    cuts = sorted({place % len(data) for place in places})
    return [data[since:until] for since, until in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@given(
    offer=st.sampled_from(OFFERS),
    place=st.integers(1, len(PLAIN)),
    end=st.sampled_from([b"\r\n", b"\n"]),
    places=st.lists(st.integers(0, 500), max_size=6),
)
def test_an_offer_is_left_out_wherever_it_stands_and_however_it_comes(
    offer: bytes, place: int, end: bytes, places: list[int]
) -> None:
    sent = head([*PLAIN[:place], offer, *PLAIN[place:]], end)
    heads = Heads()
    for _ in range(2):
        assert passed_on(heads, parted(sent + BODY, places)) == head(PLAIN, end) + BODY
        assert heads.size == len(sent)
        heads.begin()


@given(data=st.binary(max_size=300), places=st.lists(st.integers(0, 300), max_size=6))
def test_what_is_no_request_gets_to_the_parser_at_once_up_to_its_last_line(data: bytes, places: list[int]) -> None:
    heads, sent, got = Heads(), b"", b""
    for piece in parted(data, places) if data else []:
        sent, got = sent + piece, got + heads.pass_on(piece)
        if b"upgrade" not in sent.lower():
            assert sent.startswith(got)
            assert b"\n" not in sent[len(got) :]
            assert got or not sent


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00\x01", b"GET"])
def test_the_first_line_is_not_held_back(sent: bytes) -> None:
    assert Heads().pass_on(sent) == sent


def test_where_a_body_begins_the_parser_may_say() -> None:
    heads = Heads()
    assert heads.pass_on(b"POST / HTTP/1.1\r\nHost: b") == b"POST / HTTP/1.1\r\n"
    heads.end()
    assert heads.pass_on(b"{\n") == b"{\n"
