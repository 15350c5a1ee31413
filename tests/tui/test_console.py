"""The console as stories: what it shows, and what keys do, away from the hang-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from callmon.core.query import Which
from callmon.core.text import same_id
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus
from callmon.tui import loader
from callmon.tui.app import ConsoleApp
from callmon.tui.console_keys import CONSOLE_KEYS
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.help_screen import HelpScreen
from callmon.tui.keys import ON_TOP, key_name, named
from callmon.tui.look import Look
from callmon.tui.messages import Loaded
from callmon.tui.parts import Parts
from callmon.tui.starting import StartError, StartLater
from callmon.tui.view_line import ViewFacts, ViewLine
from tests.fakes import DEADLINE_S
from tests.tui.stage import NOW, Stage, call_id, caller
from tests.tui.waiting import until

pytestmark = pytest.mark.anyio


async def test_the_empty_state_prints_a_command_and_gives_way_to_the_first_call() -> None:
    stage = Stage()
    async with stage.playing():
        assert "No calls yet." in stage.text
        assert "curl -i http://127.0.0.1:8765/api/calls" in stage.text
        stage.arrive(1, "Ana Ruiz")
        await stage.settled()
        assert "No calls yet." not in stage.text
        assert "Ana Ruiz" in stage.text
        assert stage.selected == same_id(call_id(1))


async def test_where_calls_are_about_to_come_by_themselves_nobody_is_asked_to_send_one() -> None:
    stage = Stage()
    stage.parts = replace(stage.parts, awaited="The simulated ones begin in a moment.")
    async with stage.playing():
        assert "No calls yet." in stage.text
        assert "The simulated ones begin in a moment." in stage.text
        assert "curl" not in stage.text


async def test_the_feeds_start_when_there_is_something_to_see_and_are_loading_until_they_have() -> None:
    stage = Stage()
    stage.arrive(1)
    begun, may_begin = Event(), Event()

    def begin() -> str:
        begun.set()
        assert may_begin.wait(DEADLINE_S)
        return ""

    stage.parts = replace(stage.parts, begin=begin)
    stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.STOPPED)
    async with stage.app.run_test(size=(132, 40)) as stage._pilot:
        await stage.until(begun.is_set)
        assert "● established" in stage.text
        assert "! loading" in stage.text
        stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING)
        may_begin.set()
        await stage.until(lambda: "http 127.0.0.1:8765" in stage.text)
        assert "loading" not in stage.text


async def test_feeds_start_even_if_the_journal_cannot_be_read() -> None:
    stage = Stage()
    stage.journal.fail_reading("The disk is gone.")
    begun = Event()

    def begin() -> str:
        begun.set()
        return ""

    stage.parts = replace(stage.parts, begin=begin)
    async with stage.app.run_test(size=(132, 40)) as stage._pilot:
        await stage.until(begun.is_set)
        assert "The disk is gone." in stage.text


async def test_it_is_told_once_that_all_the_past_was_read() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.arrive(2)
    async with stage.playing():
        await stage.until(lambda: stage.shown_when_read == [2])
        stage.arrive(3)
        await stage.settled()
        assert stage.shown_when_read == [2]


async def test_it_is_told_once_that_the_first_of_the_past_is_on_the_screen() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.until(lambda: bool(stage.told_shown))
        assert stage.told_shown == [1]
        stage.arrive(2)
        await stage.settled()
        assert stage.told_shown == [1]


async def test_what_the_clock_paints_takes_along_the_news_that_waits() -> None:
    look = Look(slow_link=True)
    stage = Stage(look=look)
    async with stage.playing():
        stage.arrive(1)
        await stage.until(lambda: stage.app._follower._timer is not None)
        for _ in range(look.tick_every_s):
            stage.app._tick()
        assert stage.app.home.snapshot.position == str(len(stage.journal.entries()))
        assert stage.app._follower._timer is None


async def test_every_transition_shows_in_the_row_and_in_the_timeline() -> None:
    stage = Stage()
    async with stage.playing():
        for state in ("incoming", "establishing", "established", "transferring", "terminating"):
            stage.report(1, state, "created" if state == "incoming" else "updated")
            await stage.settled()
            await stage.until(lambda state=state: stage.text.count(state) >= 3)  # type: ignore[misc]  # row, head and timeline
        stage.end(1, 200, 5001)
        await stage.settled()
        for words in ("terminated", "The conversation ended (200/5001)", "whole conversation is over"):
            assert words in stage.text


async def test_the_selection_stays_on_its_call_whatever_happens_to_the_rows() -> None:
    stage = Stage(size=(100, 24))
    for number in range(1, 30):
        stage.arrive(number, f"Caller {number}")
    async with stage.playing():
        await stage.press("down", "down", "down", "j", "k")
        chosen = stage.selected
        assert chosen == same_id(call_id(26))
        for number in range(30, 60):
            stage.arrive(number, f"Caller {number}")
        for number in (1, 27, 28, 40, 59):
            stage.end(number)
        await stage.settled()
        assert stage.selected == chosen
        assert "Caller 26" in stage.text, "the selected call stays in sight"
        stage.end(26)
        await stage.settled()
        assert stage.selected == chosen
        assert "Caller 26" in stage.text


async def test_a_call_that_ends_under_the_cursor_stays_in_the_active_view_until_the_cursor_leaves() -> None:
    stage = Stage()
    for number in (1, 2, 3):
        stage.arrive(number, f"Caller {number}")
    async with stage.playing():
        await stage.press("1", "down")
        chosen = stage.selected
        stage.end(2)
        await stage.settled()
        assert stage.selected == chosen == same_id(call_id(2))
        assert "Caller 2 " in stage.text
        await stage.press("down")
        await stage.settled()
        assert "Caller 2 " not in stage.text
        assert stage.selected == same_id(call_id(1))


async def test_the_three_views() -> None:
    stage = Stage()
    stage.arrive(1, "Ana")
    stage.arrive(2, "Bo")
    stage.end(2)
    async with stage.playing():
        for key, which, shown, hidden in (("1", Which.ACTIVE, "Ana", "Bo"), ("2", Which.ENDED, "Bo", "Ana")):
            await stage.press(key)
            assert stage.app.home.query_.which is which
            rows = stage.text.split("Note")[1].split("─")[0]
            assert shown in rows
            assert hidden not in rows
        await stage.press("3")
        assert len(stage.app.home.board_view.view) == 2
        assert "1 Active 1" in stage.text
        assert "2 Ended 1" in stage.text
        assert "3 All 2" in stage.text


async def test_the_filter_works_as_it_is_typed_shows_that_it_is_on_and_is_cleared_by_escape() -> None:
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    stage.arrive(2, "Bo Chen")
    async with stage.playing():
        await stage.press("slash", *"ruiz")
        await stage.until(lambda: "1 shown" in stage.text)
        assert "Bo Chen" not in stage.text.split("Note")[1]
        await stage.press("enter")
        await stage.until(lambda: not stage.app.home.query(Input))
        assert "filter “ruiz”" in stage.text
        stage.arrive(3, "Cy Ruiz")
        await stage.settled()
        assert "2 shown" in stage.text
        await stage.press("escape")
        await stage.until(lambda: "filter" not in stage.text.split("Note")[0])
        assert "Bo Chen" in stage.text


async def test_a_filter_that_nothing_matches_says_so() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.press("slash", *"zzz", "enter")
        await stage.until(lambda: "No call matches the filter. Esc clears it." in stage.text)
        assert stage.selected is None
        await stage.press("x", "enter", "down", "end")
        assert stage.app.screen is stage.app.home


async def test_durations_tick_and_only_they_are_repainted() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        stage.pass_time(41)
        await stage.until(lambda: " 41s " in stage.text)
        assert "0:41" in stage.text
        stage.pass_time(60)
        await stage.until(lambda: " 1m " in stage.text)


async def test_a_change_is_marked_for_a_moment_and_history_is_not() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        assert "▌" not in stage.text
        stage.arrive(2)
        await stage.settled()
        assert stage.text.count("▌") == 1
        stage.pass_time(1)
        await stage.settled()
        assert stage.text.count("▌") == 1
        stage.pass_time(1)
        await stage.until(lambda: "▌" not in stage.text)


async def test_enter_opens_the_detail_which_follows_its_call_and_escape_goes_back() -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1, "Ana Ruiz")
    async with stage.playing():
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, DetailScreen))
        assert "Timeline" in stage.text
        stage.end(1, 500, 560500, "Server Internal Error. DiagCode: 500#560500.@")
        await stage.settled()
        await stage.until(lambda: "SIP 500" in stage.text)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.home)


async def test_a_long_detail_scrolls_by_arrows_and_by_vi_keys() -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1)
    for number in range(40):
        stage.report(1, "established", toneInfo={"tone": "tone1", "sequenceId": number})
    async with stage.playing():
        await stage.press("enter")
        await stage.until(lambda: "incoming" in stage.text)
        for down, up in (("j", "k"), ("down", "up")):
            await stage.press(*[down] * 6)
            await stage.until(lambda: "incoming" not in stage.text)
            await stage.press(*[up] * 6)
            await stage.until(lambda: "incoming" in stage.text)


async def test_help_lists_every_key_and_every_state() -> None:
    stage = Stage()
    async with stage.playing():
        await stage.press("question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        for words in ("x  F9", "Hang up the call or", "Filter", "transferAccepted", "PgUp"):
            assert words in stage.text
        await stage.press("escape")
        assert stage.app.screen is stage.app.home


@pytest.mark.parametrize("page", ["enter", "r", "i", "s"])
async def test_every_page_has_the_help_and_the_palette_and_says_so(page: str) -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.press(page)
        await stage.until(lambda: stage.app.screen is not stage.app.home)
        opened = stage.app.screen
        await stage.until(lambda: "? Help" in stage.text.splitlines()[-1])
        assert "^p Palette" in stage.text.splitlines()[-1]
        for key in ("question_mark", "f1"):
            await stage.press(key)
            await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
            assert "Every action by name" in stage.text
            await stage.press("escape")
            assert stage.app.screen is opened
        await stage.press("ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, CommandPalette))


async def test_one_key_leaves_from_anywhere_and_another_says_how() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.press("ctrl+c")
        await stage.until(lambda: any("^q quits" in notice for notice in stage.notices))
        await stage.open_dialog()
        await stage.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[/oops]", "[/oops]"),
        ("[bold red]x[/]", "[bold red]x[/]"),
        ("\x1b[2J\x1b[31mred", r"\x1b[2J\x1b[31mred"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("line\nbreak\r", r"line\nbreak\r"),
    ],
)
async def test_a_hostile_name_is_text_everywhere(name: str, shown: str) -> None:
    stage = Stage()
    stage.report(1, "incoming", "created", subject=name, **caller(name))
    stage.report(
        1, None, path="/participants", data=[{"id": "p1", "info": {"identity": {"user": {"displayName": name}}}}]
    )
    stage.report(1, "established", tenantId=name, callChainId=name)
    async with stage.playing():
        assert shown in stage.text
        await stage.open_dialog()
        assert shown in stage.text
        await stage.press("escape", "enter")
        stage.end(1, message=name)
        await stage.settled()
        assert shown in stage.text
        await stage.press("escape", "slash", *"zz")
        assert not any(char < " " or char in "\u202e\u2066" for char in stage.text.replace("\n", ""))


async def test_the_status_line_counts_and_tells_what_feeds_it() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.tell(b"not json")
    async with stage.playing():
        stage.pass_time(75)
        await stage.settled()
        for words in ("1m ago", "http 127.0.0.1:8765", "1 active", "0 ended", "4 accepted", "1 unparsed"):
            assert words in stage.text.splitlines()[0]


async def test_refused_requests_are_counted_on_the_status_line() -> None:
    stage = Stage()
    stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING, "A sender had no token.", refused=7)
    async with stage.playing():
        assert "7 refused" in stage.text.splitlines()[0]


async def test_a_failed_feed_is_said_on_the_status_line_and_in_the_empty_state() -> None:
    stage = Stage()
    sentence = "Port 8765 is taken by another program; no notification arrives here. Use --listen with another port."
    stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.FAILED, sentence)
    async with stage.playing():
        assert "failed" in stage.text.splitlines()[0]
        assert "taken by another program" in stage.text


async def test_a_journal_that_cannot_be_read_any_more_is_said_and_the_calls_stay() -> None:
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    async with stage.playing():
        stage.journal.close()
        await stage.until(lambda: "the journal cannot be read" in stage.text)
        assert "Ana Ruiz" in stage.text


async def test_a_journal_that_can_be_read_again_is_followed_on() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        stage.journal.fail_reading("The disk reports an error.")
        await stage.until(lambda: "the journal cannot be read: The disk reports an error." in stage.text)
        stage.report(2, "incoming", "created", **caller("Bo Chen"))
        stage.journal.recover()
        await stage.until(lambda: "the journal cannot be read" not in stage.text)
        await stage.settled()
        assert "2 active" in stage.text


async def test_a_listener_that_must_turn_senders_away_says_why() -> None:
    stage = Stage()
    async with stage.playing():
        stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING, "The disk is full.")
        stage.pass_time(1)
        await stage.until(lambda: "! The disk is full." in stage.text)
        stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.LISTENING)
        stage.pass_time(1)
        await stage.until(lambda: "● http 127.0.0.1:8765" in stage.text)


async def test_what_keeps_the_console_from_starting_comes_back_as_a_sentence() -> None:
    stage = Stage()

    def load() -> Parts:
        raise StartError("The journal is of a newer callmon.")

    stage.app._loader = loader.Loader(stage.app, load)
    async with stage.app.run_test() as stage._pilot:
        await stage.until(lambda: stage.app.return_value)
    assert stage.app.return_value == "The journal is of a newer callmon."


async def test_a_journal_that_is_away_at_the_start_is_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_AGAIN_S", 0.01)
    stage = Stage()
    stage.arrive(1)
    there = Event()

    def load() -> Parts:
        if not there.is_set():
            raise StartLater("The Redis cannot be reached.")
        return stage.parts

    stage.app._loader = loader.Loader(stage.app, load)
    async with stage.app.run_test(size=(132, 40)) as stage._pilot:
        await stage.until(lambda: "The Redis cannot be reached." in stage.text)
        there.set()
        await stage.until(lambda: "● established" in stage.text)
        assert "cannot be reached" not in stage.text


async def test_quitting_leaves_feeds_and_journal_to_those_who_made_them() -> None:
    stage = Stage()
    async with stage.playing():
        await stage.press("q")
    assert not stage.feed.stopped
    stage.journal.append(Entry(EntryKind.FEED, NOW, "http 127.0.0.1:8765", b"{}"))


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (132, 40), (300, 100)])
async def test_nothing_is_wider_than_the_screen(size: tuple[int, int]) -> None:
    stage = Stage(size=size)
    stage.report(1, "incoming", "created", **caller("株式会社コントソ カスタマーサポート 窓口 " * 5))
    stage.end(1, 410, 301005)
    async with stage.playing():
        widths = {strip.cell_length for strip in stage.app.screen._compositor.render_strips()}
        assert widths == {size[0]}


async def test_a_click_selects_and_the_wheel_scrolls_and_neither_acts() -> None:
    stage = Stage(size=(100, 24))
    for number in range(1, 40):
        stage.report(number, "established")
    async with stage.playing():
        assert stage._pilot is not None
        await stage._pilot.click("#board", offset=(20, 4))
        assert stage.selected == same_id(call_id(36))
        await stage._pilot.mouse_down("#board", offset=(20, 4))
        assert stage.app.screen is stage.app.home
        assert stage.control.asked == []


async def test_ages_are_measured_here_because_graph_stamps_no_times() -> None:
    stage = Stage()
    stage.now = NOW - timedelta(minutes=12)
    stage.arrive(1)
    stage.now = NOW
    async with stage.playing():
        assert " 12m " in stage.text


@pytest.mark.parametrize(
    ("color", "ground", "ink"),
    [
        ("red", "#ff0000", "#000000"),
        ("yellow", "#ffff00", "#000000"),
        ("#000080", "#000080", "#ffffff"),
        ("", None, None),
    ],
)
async def test_the_label_says_where_this_is_in_words_and_in_colour(
    color: str, ground: str | None, ink: str | None
) -> None:
    stage = Stage(label="PRODUCTION", label_color=color, read_only=True)
    async with stage.playing():
        assert stage.text.splitlines()[0].endswith(" PRODUCTION  READ-ONLY")
        segment = next(each for each in stage.app.home.status_bar.render_line(0) if "PRODUCTION" in each.text)
        assert segment.style is not None
        assert segment.style.color is not None
        assert segment.style.bgcolor is not None
        if ground is not None and ink is not None:
            assert segment.style.bgcolor.get_truecolor().hex == ground
            assert segment.style.color.get_truecolor().hex == ink


async def test_before_it_is_known_what_is_offered_neither_keys_nor_help_speak_of_a_hang_up() -> None:
    stage = Stage()
    loaded = Event()

    def load() -> Parts:
        assert loaded.wait(DEADLINE_S)
        return stage.parts

    app = ConsoleApp(load, now=lambda: stage.now)
    async with app.run_test(size=(132, 40)) as pilot:
        try:
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert "hang up" not in text.lower()
        finally:
            loaded.set()
        await until(pilot, lambda: app.home._live)


@pytest.mark.parametrize("width", [52, 60, 72, 80, 100, 110, 132, 200])
async def test_the_keys_that_are_needed_most_are_there_at_every_width_and_none_is_cut(width: int) -> None:
    stage = Stage(size=(width, 24))
    stage.arrive(1)
    async with stage.playing():
        line = stage.text.splitlines()[-1]
        for key in ("x Hang up", "Enter Detail", "/ Filter", "? Help", "q Quit"):
            assert key in line
        keys = named([*CONSOLE_KEYS, *ON_TOP])
        whole = {f"{key_name(one.key.split(',')[0])} {one.description}" for _, one in keys}
        assert set(line.strip().split("  ")) <= whole


async def test_where_hardly_any_key_has_room_the_hang_up_stays() -> None:
    stage = Stage(size=(20, 24))
    stage.arrive(1)
    async with stage.playing():
        assert stage.text.splitlines()[-1] == " x Hang up  q Quit"


async def test_news_that_come_when_the_screen_is_gone_break_nothing() -> None:
    ViewLine().show(ViewFacts(counts={Which.ACTIVE: 1}))


async def test_parts_that_come_when_it_is_being_left_break_nothing() -> None:
    stage = Stage()
    async with stage.playing():
        pass
    stage.app._loaded(Loaded(stage.parts))
