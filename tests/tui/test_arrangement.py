"""How the console was left, which columns it has, and what the bell rings for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest

from callmon.core.choices import BELLS, COLUMNS, DEFAULT_COLUMNS, SORTS
from callmon.core.custom import CustomColumn
from callmon.core.grouping import GroupBy
from callmon.core.paths import Path, read_path
from callmon.core.query import Which
from callmon.core.records import FeedChanged, encode
from callmon.core.sorting import Sort, SortBy
from callmon.memory import NOTHING, Memory
from callmon.ports import Entry, EntryKind
from callmon.snapshot import Snapshot, Update
from callmon.tui import columns
from callmon.tui.look import Look
from callmon.tui.prompt import Prompt
from tests.fakes import DEADLINE_S
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio


def header(stage: Stage) -> str:
    """The line above the calls."""
    return next(line for line in stage.text.splitlines() if "State" in line)


def test_the_columns_are_those_that_can_be_chosen() -> None:
    assert tuple(columns.COLUMNS) == COLUMNS
    assert set(DEFAULT_COLUMNS) <= set(COLUMNS)


async def test_the_console_is_found_as_it_was_left() -> None:
    kept: list[Memory] = []
    stage = Stage()
    stage.parts = replace(stage.parts, remember=kept.append)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("1", "greater_than_sign", "I", "t")
        await stage.until(lambda: len(kept) == 4)
        await stage.press("slash", *"ana")
        await stage.until(lambda: stage.app.home.query_.text == "ana")
        assert len(kept) == 4, "nothing is written while somebody types"
        await stage.press("enter")
        await stage.until(lambda: kept and kept[-1].typed == ("ana",))
    left = kept[-1]
    assert left == Memory("active", "time", True, "chain", DEFAULT_COLUMNS, "", ("ana",))
    again = Stage()
    again.parts = replace(again.parts, memory=left)
    again.arrive(1)
    async with again.playing():
        query = again.app.home.query_
        assert (query.which, query.sort, query.group) == (Which.ACTIVE, Sort(SortBy.TIME, reverse=True), GroupBy.CHAIN)
        assert query.text == "", "a filter hides calls: it is offered, not put on"
        await again.press("slash", "up")
        await again.until(lambda: again.app.home.query_.text == "ana")


async def test_what_is_asked_for_while_it_loads_stays_and_is_remembered() -> None:
    kept: list[Memory] = []
    stage = Stage()
    left = Memory("active", "heard", False, "chain", ("time", "who", "id"), "", ("bo", "ana"))
    stage.parts = replace(stage.parts, memory=left, remember=kept.append)
    stage.arrive(1)
    async with stage.loading():
        await stage.press("4", "I", "slash", *"ana", "enter")
        await stage.until(lambda: stage.app.home.query_.text == "ana" and not stage.app.home.query(Prompt))
        stage.app.home.toggle_column("tenant")
        await stage.loaded()
        query = stage.app.home.query_
        assert (query.which, query.sort) == (Which.TROUBLE, Sort(SortBy.NEWEST, reverse=True))
        assert query.text == "ana"
        assert query.group is GroupBy.CHAIN, "what nobody asked for is as it was left"
        await stage.until(lambda: kept)
        assert kept[-1] == Memory("trouble", "newest", True, "chain", (*DEFAULT_COLUMNS, "tenant"), "", ("ana", "bo"))


async def test_a_view_that_was_there_is_asked_for_as_well() -> None:
    stage = Stage()
    stage.parts = replace(stage.parts, memory=replace(NOTHING, view="trouble"), sort="-heard")
    async with stage.loading():
        await stage.press("3")
        await stage.loaded()
        assert stage.app.home.query_.which is Which.ALL
        assert stage.app.home.query_.sort.by == SortBy.HEARD, "the settings choose what nobody asked for"


async def test_only_a_theme_that_was_picked_is_remembered_and_it_stays_so_where_another_is_on() -> None:
    kept: list[Memory] = []
    stage = Stage(look=Look("light"))
    stage.parts = replace(stage.parts, remember=kept.append)
    async with stage.playing():
        await stage.press("1")
        await stage.until(lambda: kept)
        assert kept[-1].chosen_theme == ""
        commands = {each.title: each.callback for each in stage.app.get_system_commands(stage.app.screen)}
        commands["Theme: high-contrast"]()
        await stage.until(lambda: kept[-1].chosen_theme == "high-contrast")
        assert stage.app.theme == "high-contrast"
    again = Stage(look=Look("terminal"))
    again.parts = replace(again.parts, memory=kept[-1], remember=kept.append)
    async with again.playing():
        await again.press("2")
        await again.until(lambda: kept[-1].view == "ended")
        assert again.app.theme == "terminal"
        assert kept[-1].chosen_theme == "high-contrast"


async def test_names_that_mean_nothing_are_as_if_nothing_was_remembered() -> None:
    stage = Stage()
    stage.parts = replace(stage.parts, memory=Memory("x", "y", False, "z", ("w",), "v"))
    stage.arrive(1)
    async with stage.playing():
        assert stage.app.home.query_.which is Which.ALL
        assert [column.key for column in stage.app.home.board_view.columns] == list(DEFAULT_COLUMNS)


async def test_the_settings_choose_the_columns_and_their_order_before_what_is_remembered() -> None:
    stage = Stage()
    stage.parts = replace(stage.parts, columns=("state", "time", "heard", "who"), memory=Memory(columns=("note",)))
    stage.arrive(1)
    async with stage.playing():
        assert header(stage).split() == ["State", "Time", "Heard", "With"]
        stage.pass_time(5)
        await stage.until(lambda: " 5s" in stage.text.splitlines()[3])


async def test_the_settings_choose_the_order_before_what_is_remembered() -> None:
    stage = Stage()
    stage.parts = replace(stage.parts, sort="-heard", memory=Memory(sort="who"))
    stage.arrive(1)
    async with stage.playing():
        assert stage.app.home.query_.sort == Sort(SortBy.HEARD, reverse=True)


async def test_what_the_settings_impose_is_not_remembered_as_if_somebody_had_arranged_it() -> None:
    kept: list[Memory] = []
    stage = Stage()
    left = Memory(sort="who", reverse=True, columns=("note", "state"))
    stage.parts = replace(stage.parts, sort="-heard", columns=("state", "who"), memory=left, remember=kept.append)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("1")
        await stage.until(lambda: kept)
        assert kept[-1] == replace(left, view="active", group="none")
        await stage.press("I")
        await stage.until(lambda: kept[-1].sort == "heard")
        assert not kept[-1].reverse
        stage.app.home.toggle_column("bot")
        await stage.until(lambda: kept[-1].columns == ("state", "who", "bot"))


@pytest.mark.parametrize("name", SORTS)
def test_the_header_marks_the_order_in_force_also_the_usual_one(name: str) -> None:
    by = SortBy(name)
    place = columns.layout(200, columns.columns_named(COLUMNS))
    for reverse, usual in ((False, "▲"), (True, "▼")):
        arrow = {"▲": "▼", "▼": "▲"}[usual] if name in {"time", "newest"} else usual
        title = columns.COLUMNS["index" if name == "newest" else name].title
        told = columns.header(place, Sort(by, reverse), 200)
        assert f"{title}{arrow}" in told
        assert sum(told.count(one) for one in "▲▼") == 1


async def test_a_custom_column_is_shown_harmless_sorted_by_and_searched_for() -> None:
    path = read_path("toneInfo.tone")
    assert isinstance(path, Path)
    stage = Stage()
    custom = (CustomColumn("tone", path, "Pressed", 9, right=True),)
    stage.parts = replace(stage.parts, columns=("who", "tone", "state"), custom=custom, sort="-tone")
    for number, tone in ((1, "tone1"), (2, "tone2[b]")):
        stage.arrive(number)
        stage.report(number, "established", toneInfo={"sequenceId": 1, "tone": tone})
    async with stage.playing():
        assert header(stage).split() == ["With", "Pressed▼", "State"]
        assert [line.split()[3] for line in stage.text.splitlines()[3:5]] == ["tone2[b]", "tone1"]
        await stage.press("slash", *"tone:tone1", "enter")
        await stage.until(lambda: stage.app.home.board_view.calls == 1)
        await stage.press("escape", "f3", *"tone:tone1", "enter")
        await stage.until(lambda: "1 of 1" in stage.text)
        await stage.press("greater_than_sign")
        await stage.until(lambda: stage.app.home.query_.sort == Sort("state"))
        assert "Column: Pressed" in [each.title for each in stage.app.get_system_commands(stage.app.screen)]


async def test_a_column_is_shown_and_hidden_from_the_palette_and_the_last_one_stays() -> None:
    kept: list[Memory] = []
    stage = Stage()
    stage.parts = replace(stage.parts, columns=("state",), remember=kept.append)
    stage.arrive(1)
    async with stage.playing():
        for title, shown in (
            ("Column: Bot", ["State", "Bot"]),
            ("Column: State", ["Bot"]),
            ("Column: Bot", ["Bot"]),
            ("Column: State", ["Bot", "State"]),
        ):
            commands = {each.title: each.callback for each in stage.app.get_system_commands(stage.app.screen)}
            commands[title]()
            await stage.settled()
            assert [column.title for column in stage.app.home.board_view.columns] == shown
        assert kept[-1].columns == ("bot", "state")


async def test_a_column_for_which_there_is_no_room_is_not_silently_out_of_sight() -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1)
    async with stage.playing():
        commands = {each.title: each.callback for each in stage.app.get_system_commands(stage.app.screen)}
        commands["Column: Tenant"]()
        told = "There is no room for Tenant: it takes a wider terminal, or fewer columns."
        await stage.until(lambda: stage.notices == [told])
        await stage.press(*7 * ["greater_than_sign"])
        assert stage.app.home.query_.sort.by == SortBy.NEWEST, "the order goes by no column that is out of sight"
        await stage.resize(132, 24)
        await stage.until(lambda: "Tenant" in header(stage))
        await stage.press("less_than_sign")
        await stage.until(lambda: stage.app.home.query_.sort.by == "tenant")


@pytest.mark.parametrize("width", [80, 100, 132, 300])
@pytest.mark.parametrize("names", [DEFAULT_COLUMNS, COLUMNS, ("note",), ("time",), ("who", "time"), COLUMNS[::-1]])
async def test_any_columns_fill_any_width_exactly(width: int, names: tuple[str, ...]) -> None:
    stage = Stage(size=(width, 24))
    stage.parts = replace(stage.parts, columns=names)
    stage.arrive(1, "株式会社 👩‍👩‍👧 Zoë" * 3)
    async with stage.playing():
        assert {strip.cell_length for strip in stage.app.screen._compositor.render_strips()} == {width}


async def test_the_bell_rings_when_a_call_comes_into_trouble_and_when_a_feed_goes_deaf_if_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for chosen, at_end, at_silence in ((BELLS, 1, 1), ((), 0, 0), (("trouble",), 1, 0), (("deaf",), 0, 1)):
        rung: list[bool] = []
        stage = Stage()
        stage.parts = replace(stage.parts, bell=chosen)
        monkeypatch.setattr(stage.app, "bell", lambda rung=rung: rung.append(True))
        stage.journal.append(Entry(EntryKind.FEED, stage.now, "callmon", encode(FeedChanged("http", "listening"))))
        stage.arrive(1)
        stage.end(1, 500, 560500)
        stage.arrive(2)
        async with stage.playing():
            assert not rung, "history does not ring"
            stage.end(2, 500, 560500)
            await stage.settled()
            stage.report(2, "terminated")
            await stage.settled()
            assert len(rung) == at_end
            stage.arrive(3)
            await stage.settled()
            for _ in range(3):
                stage.pass_time(40)
            assert stage.app.home.snapshot.deaf
            assert len(rung) == at_end + at_silence, "a call that fell silent is merely in doubt"
            stage.report(3, "terminated", "deleted", resultInfo={"code": 500, "subcode": 560500})
            await stage.settled()
            assert len(rung) == at_end + at_silence + ("trouble" in chosen), "from doubt into trouble"


def test_nothing_is_remembered_where_nobody_asks_for_it() -> None:
    stage = Stage()
    assert stage.parts.memory == NOTHING
    assert stage.parts.remember(NOTHING) is None


async def test_a_long_journal_says_how_far_it_was_read_and_a_short_one_nothing() -> None:
    stage = Stage()
    first, go_on = Event(), Event()

    def updates(stop: Event) -> Iterator[Update]:
        yield Update(Snapshot(notifications=45_000, last_entry=stage.now), read=0.47)
        first.set()
        go_on.wait(DEADLINE_S)
        yield Update(Snapshot(notifications=90_000, last_entry=stage.now), live=True)
        stop.wait()

    stage.parts = replace(stage.parts, updates=updates)
    async with stage.app.run_test(size=stage.size) as stage._pilot:
        await stage.until(first.is_set)
        await stage.until(lambda: stage.app.home.snapshot.notifications == 45_000)
        assert "reading the journal" not in stage.text
        stage.pass_time(1)
        told = "█████████░░░░░░░░░░░ 47 %  reading the journal: 45,000 notifications, up to 2026-03-02 09:30"
        await stage.until(lambda: told in stage.text)
        go_on.set()
        stage.moment += 1
        await stage.until(lambda: stage.app.home.live)
        await stage.until(lambda: "reading the journal" not in stage.text)
