"""The line to type into as stories: opened again, given up, and left in one breath with what comes next."""

from __future__ import annotations

import pytest
from textual import events

from callmon.core.grouping import GroupBy
from callmon.core.query import Which
from callmon.core.sorting import SortBy
from callmon.core.text import same_id
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.palette import Palette
from callmon.tui.prompt import Prompt
from tests.tui.stage import Stage, call_id

pytestmark = pytest.mark.anyio


def two_callers() -> Stage:
    """Ana, and above her Bo."""
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    stage.arrive(2, "Bo Chen")
    return stage


def titles(stage: Stage) -> set[str]:
    """What the palette offers on the board."""
    return {command.title for command in stage.app.get_system_commands(stage.app.home)}


async def closed(stage: Stage) -> None:
    """Wait until there is no line to type into."""
    await stage.until(lambda: not stage.app.home.query(Prompt))


async def test_a_filter_that_is_opened_again_offers_what_was_typed_and_can_be_kept() -> None:
    stage = two_callers()
    async with stage.playing():
        for typed in ("ana", ""):
            await stage.press("slash", *typed, "enter")
            await closed(stage)
            assert stage.app.home.query_.text == "ana"
            assert "1 shown" in stage.text


async def test_escape_brings_back_the_filter_that_was_there_before() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *"ana", "enter")
        await closed(stage)
        await stage.press("slash", "end", *" zz")
        await stage.until(lambda: stage.app.home.query_.text == "ana zz")
        await stage.press("escape")
        await closed(stage)
        assert stage.app.home.query_.text == "ana"
        await stage.press("escape")
        assert stage.app.home.query_.text == "", "on the board, Escape clears it"


async def test_escape_brings_back_the_search_that_was_there_before() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("f3", *"ana", "enter")
        await closed(stage)
        await stage.press("f3", *"bo")
        await stage.until(lambda: stage.selected == same_id(call_id(2)))
        await stage.press("escape")
        await closed(stage)
        assert "search “ana”" in stage.text
        assert stage.selected == same_id(call_id(1))


@pytest.mark.parametrize(("leave", "text"), [("enter", "an"), ("escape", "")])
async def test_keys_in_the_same_breath_as_the_end_of_a_filter_go_to_the_board(leave: str, text: str) -> None:
    stage = two_callers()
    async with stage.playing():
        stage.type_ahead("/", *"ana", "backspace", leave, ">", "f")
        await closed(stage)
        await stage.until(lambda: stage.app.home.frozen)
        assert stage.app.home.query_.text == text
        assert stage.app.home.query_.sort.by == SortBy.TIME


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        (("a", "b", "backspace", "c"), "ac"),
        (("a", "b", "ctrl+u", "c"), "c"),
        (("a", "left", "b", "end", "c"), "bac"),
        (("a", "up", "b"), "ab"),
    ],
)
async def test_keys_in_one_breath_are_taken_in_their_order(keys: tuple[str, ...], typed: str) -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash")
        stage.type_ahead(*keys)
        await stage.until(lambda: stage.app.home.query_.text == typed)
        stage.type_ahead("enter", "/", "end", "x")
        await stage.until(lambda: stage.app.home.query_.text == typed + "x")


async def test_keys_in_the_same_breath_find_the_board_as_the_filter_left_it() -> None:
    stage = two_callers()
    async with stage.playing():
        stage.type_ahead("/", *"bo", "enter", "/", "end", *" zz", "escape", "/", "ctrl+u", *"ana", "enter", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DetailScreen))
        detail = stage.app.screen
        assert isinstance(detail, DetailScreen)
        assert detail.call.spelled == call_id(1)


async def test_a_line_that_the_mouse_leaves_before_enter_arrives_swallows_no_key() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *"ana")
        assert not stage.app._type_ahead.holds(events.Key("enter", None), stage.app.focused)
        stage.app.home.set_focus(stage.app.home.board_view)
        await stage.press("f")
        await stage.until(lambda: stage.app.home.frozen)


def below_the_views(stage: Stage, rows: int) -> str:
    """What stands in so many rows from that of the views on, as one text."""
    return " ".join(" ".join(stage.text.splitlines()[1 : rows + 1]).split())


@pytest.mark.parametrize("size", [(80, 24), (60, 24)])
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("is:nonsense", "“is:” does not know “nonsense”. It knows active, ended, answered, unanswered, gone, "),
        ("foo:bar", "There is no field “foo”. Text with a colon goes into quotes. The fields are id, state, kind, "),
        ("stat:hold", "There is no field “stat”, did you mean “state”? Text with a colon goes into quotes."),
        ("dir:x", "No dir “x”. There are incoming, outgoing, unknown."),
    ],
)
async def test_what_is_wrong_with_a_filter_is_told_in_full_where_there_is_little_room(
    size: tuple[int, int], typed: str, says: str
) -> None:
    stage = Stage(size=size)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("slash", *typed)
        await stage.until(lambda: f"filter: {says}" in below_the_views(stage, 6))
        assert stage.app.home.query_one(Prompt).region.y > stage.app.home.query_one("#views").region.y
        await stage.press("enter")
        await closed(stage)
        await stage.until(lambda: f"filter “{typed}”, Esc clears: {says}" in below_the_views(stage, 6))
        assert "Ana Ruiz" in stage.text
        await stage.press("escape")
        await stage.until(lambda: "State" in stage.text.splitlines()[2])


async def test_on_a_low_screen_what_is_wrong_with_a_filter_leaves_room_for_calls() -> None:
    stage = Stage(size=(60, 12))
    stage.arrive(1)
    async with stage.playing():
        await stage.press("slash", *"state:nonsense", "enter")
        await closed(stage)
        await stage.until(lambda: "filter “state:nonsense”, Esc clears: No state “nonsense”." in stage.text)
        assert stage.text.splitlines()[4].endswith("…")
        assert "Ana Ruiz" in stage.text


async def test_a_filter_is_counted_where_the_picture_is_frozen_and_calls_are_marked() -> None:
    stage = Stage(size=(80, 24))
    for number in range(1, 8):
        stage.arrive(number, "Anastasia Ruiz")
    async with stage.playing():
        await stage.press("slash", *"anastasia", "enter")
        await closed(stage)
        await stage.press("space", "space", "f", "greater_than_sign", "I")
        await stage.until(lambda: "filter “anastasia”: 7 shown, Esc clears" in below_the_views(stage, 3))
        assert "FROZEN" in stage.text
        assert "2 marked, u unmarks" in below_the_views(stage, 3)
        assert "by time, inverted" in below_the_views(stage, 3)


async def test_a_quote_that_is_not_closed_is_told_when_the_filter_is_complete() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *'"ana')
        await stage.until(lambda: 'filter “"ana”: 1 shown, Esc clears' in stage.text)
        await stage.press("enter")
        await closed(stage)
        await stage.until(lambda: 'filter “"ana”: 1; a quote is not closed' in stage.text)
        await stage.press("slash")
        await stage.until(lambda: 'filter “"ana”: 1 shown, Esc clears' in stage.text)


async def test_a_field_without_a_value_narrows_nothing_and_that_is_told_when_the_filter_is_complete() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *"is:")
        await stage.until(lambda: "filter “is:”: 2 shown, Esc clears" in stage.text)
        await stage.press("enter")
        await closed(stage)
        await stage.until(lambda: "filter “is:”: 2; “is:” asks for nothing" in stage.text)


async def test_what_a_search_leaves_open_is_told_when_it_is_complete() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("f3", *"who:/ana bo")
        await stage.until(lambda: "search “who:/ana bo”: not found" in stage.text)
        assert "not closed" not in stage.text
        await stage.press("enter")
        await closed(stage)
        await stage.until(lambda: "not found; a regular expression is not closed" in stage.text)


@pytest.mark.parametrize(("key", "end"), [("slash", "Up earlier ones"), ("f3", "then n and N")])
async def test_the_hint_of_an_empty_line_has_room_on_a_small_screen(key: str, end: str) -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1)
    async with stage.playing():
        await stage.press(key)
        await stage.until(lambda: end in stage.text)


@pytest.mark.parametrize("purpose", ["slash", "f3"])
async def test_the_line_is_closed_when_the_focus_leaves_it(purpose: str) -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press(purpose, *"ana", "tab")
        await closed(stage)
        assert stage.app.focused is stage.app.home.board_view
        await stage.until(lambda: stage.selected == same_id(call_id(1)))
        assert (stage.app.home.query_.text == "ana") == (purpose == "slash"), "kept, as with Enter"


async def test_a_click_on_the_board_closes_the_line_so_that_keys_are_for_what_they_look_for() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash", *"ana")
        await stage.click(stage.app.home.board_view)
        await closed(stage)
        assert stage.app.home.query_.text == "ana"


async def test_what_is_being_typed_is_there_again_after_a_look_at_what_was_typed_before() -> None:
    stage = two_callers()
    async with stage.playing():
        for typed in ("ana", "bo"):
            await stage.press("slash", "ctrl+u", *typed, "enter")
            await closed(stage)
        await stage.press("slash", "ctrl+u", *"half", "up", "up")
        assert stage.app.home.query_one(Prompt).value == "ana"
        await stage.press("down", "down")
        assert stage.app.home.query_one(Prompt).value == "half"


@pytest.mark.parametrize(("end", "typed"), [("enter", "state:established ana"), ("escape", "kind:group")])
async def test_the_cursor_comes_back_to_its_call_however_little_matched_on_the_way(end: str, typed: str) -> None:
    stage = two_callers()
    stage.arrive(3, "Ana Sol")
    async with stage.playing():
        await stage.press("end")
        assert stage.selected == same_id(call_id(1))
        await stage.press("slash", *typed)
        await stage.until(lambda: stage.app.home.query_.text == typed)
        await stage.press(end)
        await closed(stage)
        await stage.until(lambda: stage.app.home.board_view.calls == (2 if end == "enter" else 3))
        assert stage.selected == same_id(call_id(1))


async def test_a_filter_that_the_call_does_not_match_puts_the_cursor_on_the_first_that_does() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("end", "slash", *"bo", "enter")
        await closed(stage)
        assert stage.selected == same_id(call_id(2))
        await stage.press("escape")
        await stage.until(lambda: stage.app.home.board_view.calls == 2)
        assert stage.selected == same_id(call_id(2)), "on the board it stays where it is"


async def test_the_palette_has_the_actions_of_the_board_also_while_somebody_types() -> None:
    stage = two_callers()
    async with stage.playing():
        on_the_board = titles(stage)
        await stage.press("slash", *"ana", "ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        assert titles(stage) == on_the_board
        await stage.press(*"group")
        await stage.until(lambda: "Group by chain, tenant, bot or not (t)" in stage.text)
        await stage.press("down", "enter")
        await stage.until(lambda: stage.app.home.query_.group is GroupBy.CHAIN)
        await closed(stage)
        assert stage.app.home.query_.text == "ana", "kept, as when the focus goes elsewhere"
        assert stage.app.focused is stage.app.home.board_view


async def test_the_palette_opens_from_the_line_where_there_is_no_call() -> None:
    stage = Stage()
    async with stage.playing():
        await stage.press("slash", *"ana", "ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        await closed(stage)
        assert "Group" in titles(stage)
        await stage.press("escape", "3")
        await stage.until(lambda: stage.app.home.query_.which is Which.ALL and stage.app.screen is stage.app.home)


async def test_of_several_lines_that_are_pasted_none_is_dropped() -> None:
    stage = two_callers()
    async with stage.playing():
        await stage.press("slash")
        prompt = stage.app.home.query_one(Prompt)
        prompt.post_message(events.Paste("state:established\r\nana\n"))
        await stage.until(lambda: stage.app.home.query_.text == "state:established ana")
        await stage.until(lambda: "1 shown" in stage.text)


async def test_what_was_copied_here_is_pasted_on_one_line() -> None:
    stage = two_callers()
    async with stage.playing():
        stage.app.copy_to_clipboard("state:established\nbo")
        await stage.press("slash", "ctrl+v")
        await stage.until(lambda: stage.app.home.query_.text == "state:established bo")
