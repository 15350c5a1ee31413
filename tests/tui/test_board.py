"""The board as stories: searching, sorting, grouping, freezing."""

from __future__ import annotations

import pytest

from callmon.core.text import same_id
from callmon.tui.prompt import Prompt
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


def rows_of(stage: Stage) -> list[str]:
    """The lines of the board, below its header."""
    lines = stage.text.splitlines()
    start = next(number for number, line in enumerate(lines) if "State" in line and "Note" in line)
    return [line for line in lines[start + 1 : start + stage.app.home.board_view.size.height] if line.strip()]


def numbers(stage: Stage) -> list[str]:
    """Which callers are on the board, from top to bottom."""
    return [line.split("Caller ")[1].split()[0] for line in rows_of(stage) if "Caller " in line]


async def callers(stage: Stage, *names: str) -> None:
    """Calls 1, 2, 3 … from these callers."""
    for number, name in enumerate(names, 1):
        stage.arrive(number, f"Caller {name}")


# Search


@pytest.mark.parametrize("key", ["f3", "ctrl+f"])
async def test_a_search_moves_the_cursor_hides_nothing_and_says_when_it_begins_again(key: str) -> None:
    stage = Stage()
    await callers(stage, "a1", "b", "a2", "c", "a3")
    async with stage.playing():
        await stage.press("down", key, *"caller /a[123]/")
        await stage.until(lambda: stage.selected == same_id(call_id(3)))
        await stage.press("enter")
        await stage.until(lambda: not stage.app.home.query(Prompt))
        assert numbers(stage) == ["a3", "c", "a2", "b", "a1"]
        for press, at, told in (
            ("n", 1, "3 of 3"),
            ("n", 5, "1 of 3, from the top"),
            ("N", 1, "3 of 3, from the bottom"),
        ):
            await stage.press(press)
            await stage.until(lambda told=told: told in stage.text)  # type: ignore[misc]  # a text
            assert stage.selected == same_id(call_id(at))
        await stage.press("escape")
        await stage.until(lambda: "search" not in stage.text.split("State")[0])
        await stage.press("n")
        assert "search" not in stage.text.split("State")[0]
        assert stage.selected == same_id(call_id(1))


async def test_a_search_given_up_puts_the_cursor_back_and_one_without_a_match_leaves_it() -> None:
    stage = Stage()
    await callers(stage, "a", "b", "c")
    async with stage.playing():
        await stage.press("down", "f3", *"caller /^zzz/")
        await stage.until(lambda: "not found" in stage.text)
        assert stage.selected == same_id(call_id(2))
        await stage.press("backspace", "backspace", "backspace", "backspace", "backspace", *"(")
        await stage.until(lambda: "not found" in stage.text)
        await stage.press("escape", "f3", *"#1")
        await stage.until(lambda: stage.selected == same_id(call_id(1)))
        await stage.press("escape")
        await stage.until(lambda: stage.selected == same_id(call_id(2)))


async def test_how_a_search_stands_is_told_of_the_view_in_which_it_was_found_and_of_no_other() -> None:
    stage = Stage()
    await callers(stage, "a", "b", "c")
    stage.end(1)

    def views() -> str:
        return stage.text.splitlines()[1]

    async with stage.playing():
        await stage.press("f3", *"state:established", "enter", "n")
        await stage.until(lambda: "search “state:established”: 2 of 2" in stage.text)
        await stage.press("2")
        await stage.until(lambda: "Other side ended" in stage.text and views().endswith("search “state:established”"))
        await stage.press("n")
        await stage.until(lambda: "search “state:established”: not found" in stage.text)
        await stage.press("3")
        await stage.until(lambda: views().endswith("search “state:established”"))
        await stage.press("n")
        await stage.until(lambda: "search “state:established”: 1 of 2" in stage.text)
        await stage.press("slash", *"who:/Caller b/", "enter")
        await stage.until(lambda: views().endswith("search “state:established”"))


async def test_what_was_typed_before_comes_back_with_the_arrows() -> None:
    stage = Stage()
    await callers(stage, "a", "b")
    async with stage.playing():
        for text in ("one", "two"):
            await stage.press("slash", *text, "enter")
            await stage.until(lambda: not stage.app.home.query(Prompt))
            await stage.press("escape")
        await stage.press("slash", "up")
        await stage.until(lambda: stage.app.home.query_.text == "two")
        await stage.press("up")
        await stage.until(lambda: stage.app.home.query_.text == "one")
        await stage.press("up", "down", "down")
        await stage.until(lambda: stage.app.home.query_.text == "")


async def test_an_expression_that_is_none_is_said_as_it_is_typed_and_hides_nothing() -> None:
    stage = Stage()
    await callers(stage, "a", "b")
    async with stage.playing():
        await stage.press("slash", *"who:/(")
        await stage.until(lambda: "is not a regular expression: missing )" in stage.text)
        assert numbers(stage) == ["b", "a"]
        await stage.press(*"a)/")
        await stage.until(lambda: "shown, Esc clears" in stage.text)


# Order


async def test_the_board_is_sorted_by_the_column_that_has_the_arrow() -> None:
    stage = Stage()
    await callers(stage, "b", "c", "a")
    async with stage.playing():
        await stage.press("greater_than_sign")
        await stage.until(lambda: "Time▼" in stage.text)
        assert numbers(stage) == ["a", "c", "b"], "equal, so the newest is on top"
        await stage.press("greater_than_sign", "greater_than_sign")
        await stage.until(lambda: "With▲" in stage.text)
        assert numbers(stage) == ["a", "b", "c"]
        chosen = stage.selected
        await stage.press("I")
        await stage.until(lambda: "With▼" in stage.text)
        assert numbers(stage) == ["c", "b", "a"]
        assert stage.selected == chosen
        await stage.press("less_than_sign", "less_than_sign", "less_than_sign")
        await stage.until(lambda: "#▼" in stage.text and "▲" not in stage.text)
        assert numbers(stage) == ["a", "c", "b"]


async def test_sorted_once_rows_stay_put_until_they_need_not() -> None:
    stage = Stage()
    await callers(stage, "a", "b", "c")
    async with stage.playing():
        await stage.press("greater_than_sign", "greater_than_sign", "S")
        await stage.until(lambda: "sorted once" in stage.text)
        stage.end(3)
        await stage.settled()
        assert numbers(stage) == ["c", "b", "a"]
        await stage.press("S")
        await stage.until(lambda: numbers(stage) == ["b", "a", "c"])


# Groups


async def test_the_calls_of_a_chain_stand_below_its_title_and_the_cursor_skips_titles() -> None:
    stage = Stage()
    await callers(stage, "a", "b", "c")
    for number, chain in ((1, "chain-one"), (2, "chain-two"), (3, "chain-one")):
        stage.report(number, "established", callChainId=chain)
    async with stage.playing():
        await stage.press("t")
        await stage.until(lambda: "grouped by chain" in stage.text)
        assert "chain chain-one (2)" in rows_of(stage)[0]
        assert "not linked with another call here (1)" in rows_of(stage)[3]
        assert numbers(stage) == ["c", "a", "b"]
        await stage.press("home")
        seen = [stage.selected]
        for _ in range(3):
            await stage.press("down")
            seen.append(stage.selected)
        assert seen == [same_id(call_id(number)) for number in (3, 1, 2, 2)]
        await stage.press("up", "up", "up")
        assert stage.selected == same_id(call_id(3))
        await stage.press("t", "t", "t")
        await stage.until(lambda: "grouped" not in stage.text)


async def test_the_title_of_a_group_is_seen_with_its_first_call() -> None:
    stage = Stage(size=(100, 24))
    for number in range(1, 40):
        stage.arrive(number, f"Caller {number}")
        stage.report(number, "established", callChainId=f"chain-{number // 20}")
    async with stage.playing():
        await stage.press("t", "end", "home")
        await stage.until(lambda: "chain chain-1 (20)" in rows_of(stage)[0])
        await stage.press(*["down"] * 20)
        await stage.press(*["up"] * 20)
        assert "chain chain-1 (20)" in rows_of(stage)[0]


# Standing still


async def test_a_frozen_picture_stands_still_counts_what_waits_and_then_shows_it() -> None:
    stage = Stage()
    await callers(stage, "a", "b")
    async with stage.playing():
        await stage.press("f")
        await stage.until(lambda: "FROZEN · changes of 0 calls wait" in stage.text)
        before = rows_of(stage)
        stage.end(1)
        stage.arrive(3, "Caller c")
        stage.pass_time(75)
        await stage.settled()
        await stage.until(lambda: "FROZEN · changes of 2 calls wait" in stage.text)
        assert rows_of(stage) == before
        assert "2 active" in stage.text, "the status line tells what is, not what is shown"
        await stage.press("f")
        await stage.until(lambda: "FROZEN" not in stage.text)
        assert numbers(stage) == ["c", "b", "a"]


async def test_a_hang_up_from_a_frozen_picture_is_of_the_call_as_it_is_now() -> None:
    stage = Stage()
    await callers(stage, "a", "b")
    async with stage.playing():
        await stage.press("f")
        stage.report(2, "hold")
        await stage.settled()
        dialog = await stage.open_dialog()
        assert dialog.call.state == "hold"
        await stage.press("escape")
        stage.end(2)
        await stage.settled()
        assert "established" in rows_of(stage)[0]
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert stage.notices == [
            "This call has already ended while the picture stood still; there is nothing to hang up."
        ]
        assert stage.control.asked == []


async def test_another_view_of_a_frozen_picture_is_of_the_same_moment() -> None:
    stage = Stage()
    await callers(stage, "a", "b")
    async with stage.playing():
        await stage.press("f")
        stage.end(1)
        await stage.settled()
        await stage.press("1")
        await stage.until(lambda: len(numbers(stage)) == 2)
        await stage.press("f")
        await stage.until(lambda: numbers(stage) == ["b"])


async def test_at_80_columns_nothing_that_is_special_about_the_view_is_cut() -> None:
    stage = Stage(size=(80, 24))
    await callers(stage, *(str(number) for number in range(1, 13)))
    async with stage.playing():
        await stage.press("slash", *"who:/caller 1/", "enter", "f3", *"state:established", "enter", "n", "n", "n", "n")
        line = stage.text.splitlines()[1]
        assert line.strip() == "3 All 12   filter “who:/call…”: 4  search “state:est…”: 1 of 4, from the top"
