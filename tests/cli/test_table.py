from __future__ import annotations

from callmon.cli.table import aligned


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert aligned([("a", "b"), ("ccc", "d"), ("张", "e")]) == ["a    b", "ccc  d", "张   e"]


def test_one_cell_that_is_far_too_wide_moves_its_own_line_alone() -> None:
    long, usual = aligned([("x" * 5000, "b"), ("c", "d")])
    assert long == "x" * 5000 + "  b"
    assert usual.endswith("  d")
    assert len(usual) < 80
