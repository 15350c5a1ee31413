"""Text that goes on beside its label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from callmon.tui.hanging import EMPTY, Line, hung, sections
from tests.tui.stage import Stage
from tests.tui.test_doubt import restarted

WORDS = st.lists(st.text("abc株é", min_size=1, max_size=30), max_size=12).map(" ".join)


@given(label=st.text("ab ", max_size=30), text=WORDS, width=st.integers(2, 90))
def test_every_line_fits_and_no_word_is_lost(label: str, text: str, width: int) -> None:
    lines = list(hung([Line(Content(text), Content(label))], width))
    assert lines
    assert all(line.cell_length <= width for line in lines)
    told = "".join(line.plain for line in lines).replace(" ", "")
    assert told == (label + text).replace(" ", "")


def test_what_is_too_long_goes_on_beside_its_label() -> None:
    lines = [Line(Content("one two three four five six"), Content("Label  ")), Line.said("over all of the width")]
    assert [line.plain for line in hung(lines, 28)] == [
        "Label  one two three four",
        "       five six",
        "over all of the width",
    ]


def test_without_room_beside_it_goes_on_below() -> None:
    lines = [Line(Content("one two three"), Content("Label  "))]
    assert [line.plain for line in hung(lines, 15)] == ["Label  one two", "three"]


def test_sections_are_parted_by_one_empty_line_and_empty_ones_are_none() -> None:
    one, two = Line.said("one"), Line.said("two")
    assert list(sections([[], [one, two], (), [two]])) == [one, two, EMPTY, two]


@pytest.mark.anyio
async def test_a_long_step_goes_on_beside_its_time_at_once_and_after_a_resize() -> None:
    stage = Stage(size=(80, 30))
    restarted(stage, 1)
    async with stage.playing():
        await stage.press("enter")
        await stage.until(lambda: "Timeline" in stage.text)
        for width in (80, 60):
            await stage.resize(width, 30)
            lines = stage.text.splitlines()
            place = next(number for number, line in enumerate(lines) if "callmon did not listen until" in line)
            assert lines[place + 1].startswith(" " * lines[place].index("callmon")), lines[place : place + 2]
