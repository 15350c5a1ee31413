from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.feeds.extraction import Taken, extractor, moment

ELEVEN = datetime(2026, 11, 23, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (b'{"message":{"body":{"value":[1]}}}', b'{"value":[1]}'),
        (b'{"message":{"body":"{\\"value\\":[1]}"}}', b'{"value":[1]}'),
        (b'{"message.body":"x"}', b"x"),
        (b'{"message":{"body":[1,2]}}', b"[1,2]"),
        ('{"message":{"body":{"a":"Zoë"}}}'.encode(), '{"a":"Zoë"}'.encode()),
        (b'{"message":{"body":{"a":"\\ud800"}}}', b'{"a":"\\ud800"}'),
        (b'\xef\xbb\xbf{"message":{"body":"x"}}', b"x"),
        (b'{"message":{"body":""}}', b""),
        (b'{"message":{"body":null}}', None),
        (b'{"message":{"body":1}}', None),
        (b'{"message":"body"}', None),
        (b'{"message":{}}', None),
        (b"{}", None),
        (b"[]", None),
        (b"1", None),
        (b"started\n", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
    ],
)
def test_the_body_is_what_stands_in_the_field(line: bytes, body: bytes | None) -> None:
    assert extractor("message.body")(line) == (None if body is None else Taken(body))


def test_without_fields_the_line_is_the_body() -> None:
    assert extractor()(b"anything") == Taken(b"anything")


@pytest.mark.parametrize("line", [b"started", b'{"time":"soon"}', b"{}", b"[]"])
def test_a_line_without_a_time_is_taken_without_one(line: bytes) -> None:
    assert extractor(time_field="time")(line) == Taken(line)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-11-23T11:00:00Z", ELEVEN),
        ("2026-11-23T12:00:00+01:00", ELEVEN),
        (" 2026-11-23 11:00:00 ", ELEVEN),
        (1795431600, ELEVEN),
        (1795431600.0, ELEVEN),
        (1795431600000, ELEVEN),
        (True, None),
        ("noon", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59.9999999Z", None),
        (253402300799999, None),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        (-1e18, None),
        ([], None),
    ],
)
def test_a_time_is_read_as_logs_write_it(value: object, at: datetime | None) -> None:
    assert moment(value) == at


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "b", "a.b", ""]), inner),
    max_leaves=10,
)


@given(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_whatever_the_line_is_nothing_is_raised(line: bytes) -> None:
    for field, time_field in (("a.b", "a"), ("", "b"), ("a", "")):
        extractor(field, time_field)(line)
