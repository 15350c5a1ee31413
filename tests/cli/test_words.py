"""The small parts that put words on the terminal."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.cli.output import json_text
from callmon.cli.splitting import pieces
from callmon.cli.table import aligned
from callmon.core.widths import cell_width

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists) | st.dictionaries(
    st.text(), st.text()
)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("张伟", 4), ("é", 1), ("e\u0301", 1), ("ﾊﾟ", 2), ("한", 2), ("Ａ", 2)],  # noqa: RUF001  # the letters that look alike are what it is about
)
def test_the_width_of_a_cell(text: str, columns: int) -> None:
    assert cell_width(text) == columns


def test_columns_line_up_and_nothing_trails() -> None:
    assert aligned([("A", "B", "C"), ("张", "x", ""), ("aaa", "", "c")]) == ["A    B  C", "张   x", "aaa     c"]


@given(JSON)
def test_json_is_the_same_value_and_no_terminal_obeys_it(value: object) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert text.replace("\n", "").isprintable()


@given(st.lists(st.dictionaries(st.text(), st.text())), st.sampled_from([None, 0, 2]), st.booleans())
def test_every_way_to_write_values_gives_the_same_values(
    values: list[object], indent: int | None, as_list: bool
) -> None:
    written = [json.dumps(value, indent=indent) for value in values]
    text = f"[{','.join(written)}]" if as_list else "\n".join(written)
    assert [json.loads(piece) for piece in pieces(BytesIO(text.encode()))] == values


@given(st.binary())
def test_nothing_but_blank_space_is_lost(data: bytes) -> None:
    found = list(pieces(BytesIO(data)))
    assert all(piece.strip() for piece in found)
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        kept = b"".join(b"".join(found).split())
        assert kept.removeprefix(b"\xef\xbb\xbf") == b"".join(data.split()).removeprefix(b"\xef\xbb\xbf")
