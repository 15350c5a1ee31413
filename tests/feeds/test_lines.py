from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.feeds import lines
from callmon.feeds.lines import Lines

_CONTENT = st.lists(st.sampled_from([b"\n", b"\r\n", b"\0", b"{}", b" ", b"\xef\xbb\xbf", b"\xff", b"abc"])).map(
    b"".join
)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]


@given(_CONTENT, st.lists(st.integers(0, 9)))
@example(b"\0\0\0", [1, 1])
def test_how_the_bytes_come_does_not_matter(data: bytes, sizes: list[int]) -> None:
    whole, pieces = Lines(), Lines()
    at_once = whole.feed(data)
    one_by_one = [line for piece in cut(data, sizes) for line in pieces.feed(piece)]
    assert one_by_one == at_once
    assert (pieces.offset, pieces.read) == (whole.offset, whole.read)
    assert whole.read == len(data)


@given(_CONTENT)
def test_reading_on_from_the_offset_gives_the_rest(data: bytes) -> None:
    first = Lines()
    before = first.feed(data)
    again = Lines(first.offset)
    after = again.feed(data[first.offset :] + b"end\n")
    everything = Lines().feed(data + b"end\n")
    assert before + after == everything


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\n\n \t\r\nb\n", [b"a", b"b"]),
        (b"\xef\xbb\xbf{}\n", [b"\xef\xbb\xbf{}"]),
        (b"\xff\xfe\n", [b"\xff\xfe"]),
        (b"a\0b\n", [b"a\0b"]),
        (b"\0\0\0{}\n", [b"{}"]),
        (b"\0\0\0\n{}\n", [b"{}"]),
        (b"a", []),
        (b" a \n", [b" a "]),
    ],
)
def test_what_a_line_is(data: bytes, taken: list[bytes]) -> None:
    assert Lines().feed(data) == taken


def test_a_line_counts_when_its_newline_has_come_or_there_will_be_no_more() -> None:
    stream = Lines()
    assert stream.feed(b'{"a":') == []
    assert (stream.offset, stream.read) == (0, 5)
    assert stream.feed(b"1}") == []
    assert stream.finish() == [b'{"a":1}']
    assert Lines().finish() == []


def test_a_line_that_is_too_long_is_passed_over_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 10)
    stream = Lines()
    taken = [
        stream.feed(piece) for piece in (b"short\n12345678", b"9", b"0", b"1", b"2345", b"67\nnext\n", b"0123456789\n")
    ]
    assert [line for piece in taken for line in piece] == [b"short", b"next", b"0123456789"]
    assert stream.too_long == 1
    assert stream.offset == stream.read == len(b"short\n12345678901234567\nnext\n0123456789\n")


def test_what_never_ends_is_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 10)
    for piece in (b"x" * 7, b"\0" * 7):
        stream = Lines()
        for _ in range(100):
            assert stream.feed(piece) == []
            assert len(stream._rest) <= 10
        assert stream.read == 700
        assert stream.feed(b"\nnext\n") == [b"next"]
