from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.core.text import age, clock, counted, dated, duration, is_id, iso, same_id, short_id, since, visible
from tests.makers import CALL

HOSTILE = {
    "escape sequence": ("\x1b[2Jx", "\\x1b[2Jx"),
    "eight-bit escape": ("\x9b31m", "\\x9b31m"),
    "line breaks": ("a\nb\r\nc\x0bd\x85e\u2028f", "a\\nb\\r\\nc\\x0bd\\x85e\\u2028f"),
    "tab": ("a\tb", "a\\tb"),
    "bell and delete": ("\a\x7f", "\\x07\\x7f"),
    "bidi marks": ("\u202egpj.exe\u2066", "\\u202egpj.exe\\u2066"),
    "zero width": ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
    "lone surrogate": ("a\ud800b", "a\\ud800b"),
    "other spaces": ("a\u00a0b\u3000c", "a b c"),
    "unassigned": ("\U000e0041", "\\U000e0041"),
    "plain": ("Ana Müller 王 [/oops] \\x1b", "Ana Müller 王 [/oops] \\x1b"),
    "empty": ("", ""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_text_from_outside_is_made_visible(case: str) -> None:
    text, shown = HOSTILE[case]
    assert visible(text) == shown


@given(st.text(st.characters(codec=None)))
@example("\ud800\x1b\u202e\u0085")
def test_visible_text_is_one_line_that_a_terminal_only_prints(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in shown)
    assert visible(shown) == shown


IDS = {
    "dashed": (CALL, True),
    "upper and undashed": ("57DAB8B1894C409AB240BD8BEAE78896", True),
    "a short name": ("call_1.a~b-c", True),
    "128 characters": ("a" * 128, True),
    "129 characters": ("a" * 129, False),
    "empty": ("", False),
    "dots": ("..", False),
    "a dot first": (".a", False),
    "slash": ("a/b", False),
    "percent": ("a%2fb", False),
    "quote": ("a'b", False),
    "blank": ("a b", False),
    "line break at the end": ("abc\n", False),
    "null": ("a\0b", False),
    "not ascii": ("é", False),
    "fullwidth": ("\uff11", False),
}


@pytest.mark.parametrize("case", IDS)
def test_only_what_has_the_form_of_an_id_is_one(case: str) -> None:
    text, good = IDS[case]
    assert is_id(text) is good


@pytest.mark.parametrize(
    "spelled", [CALL, CALL.upper(), CALL.replace("-", ""), CALL.replace("-", "").upper(), f"{CALL[:4]}-{CALL[4:]}"]
)
def test_an_id_is_compared_without_dashes_and_case(spelled: str) -> None:
    assert same_id(spelled) == "6f1f5c008c1b47f1be9d660c501041a9"
    assert short_id(spelled).lower() == "6f1f5c00-8c1b"


def test_dashes_matter_in_ids_that_are_no_guids() -> None:
    assert same_id("Room-1") == "room-1" != same_id("room1")
    assert short_id("Room-1") == "Room-1"
    assert short_id("thirteen-char") == "thirteen-char"
    assert short_id("fourteen-chars") == "fourteen-cha…"


SPANS = {  # seconds → as a duration, an age, a time that runs
    -5: ("0:00", "0s", "0s"),
    0: ("0:00", "0s", "0s"),
    59.999: ("0:59", "59s", "59s"),
    60: ("1:00", "1m", "1m"),
    725: ("12:05", "12m", "12m"),
    3599: ("59:59", "59m", "59m"),
    3600: ("1:00:00", "1h", "1h 00m"),
    11525: ("3:12:05", "3h", "3h 12m"),
    86399: ("23:59:59", "23h", "23h 59m"),
    86400: ("1d 00:00", "1d", "1d 00h"),
    184320: ("2d 03:12", "2d", "2d 03h"),
}


@pytest.mark.parametrize("seconds", SPANS)
def test_spans(seconds: float) -> None:
    span = timedelta(seconds=seconds)
    assert (duration(span), age(span), since(span)) == SPANS[seconds]


@given(st.integers(0, 99 * 86400 + 86399))
def test_spans_fit_their_columns_for_the_first_99_days(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert len(duration(span)) <= 9
    assert len(age(span)) <= 4
    assert len(since(span)) <= 7


def test_times_are_utc() -> None:
    moment = datetime(2026, 3, 2, 1, 30, 5, 123999, timezone(timedelta(hours=-8)))
    assert iso(moment) == "2026-03-02T09:30:05.123Z"
    assert clock(moment) == "09:30:05"
    assert dated(moment) == "2026-03-02 09:30:05"
    assert dated(moment, datetime(2026, 3, 2, tzinfo=UTC)) == "09:30:05"
    assert dated(moment, datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == "2026-03-02 09:30:05"
    assert iso(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00.000Z"


def test_one_thing_is_counted_in_the_singular() -> None:
    assert [counted(count, "call") for count in (0, 1, 2, 1204)] == ["0 calls", "1 call", "2 calls", "1,204 calls"]
