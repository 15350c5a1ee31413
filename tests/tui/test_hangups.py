"""Several hang-ups as stories: marks and keys in, what was sent and what the screen says out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import HangUpAsked, decode
from callmon.core.text import same_id
from callmon.hangups import MOST_AT_ONCE
from callmon.ports import EntryKind
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.hangups_dialog import HangUpsDialog
from tests.tui.stage import Stage, call_id, notification

pytestmark = pytest.mark.anyio

FORBIDDEN = HangUpOutcome(Answer.NOT_ALLOWED, "Graph refused it.", status=403, code="7505")
UNSETTLED = HangUpOutcome(Answer.UNREACHABLE, "The connection broke.", retry_helps=True, unsettled=True)
GONE = HangUpOutcome(Answer.GONE, "Graph knows no such call.", status=404)


def stage_with(count: int, **more: tuple[int, int]) -> Stage:
    stage = Stage(**more)  # type: ignore[arg-type]  # only a size is given
    for number in range(1, count + 1):
        stage.arrive(number, f"Caller {number}")
    return stage


async def mark_all(stage: Stage) -> None:
    await stage.press("u", "U")


def asked(stage: Stage) -> list[str]:
    return sorted(stage.control.asked)


async def test_all_marked_calls_are_listed_and_after_the_number_all_are_hung_up() -> None:
    stage = stage_with(3)
    stage.control.outcomes = {call_id(2): FORBIDDEN, call_id(3): GONE}
    async with stage.playing():
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        for words in ("Hang up the 3 marked calls?", "Caller 1", "Caller 2", "Caller 3", "ends for both", "200/7000"):
            assert words in stage.text
        assert "Type the number of calls to hang up, 3:" in stage.text
        await stage.confirm(3)
        await stage.until(lambda: all(dialog._over(one) for one in dialog.sent) and len(dialog.sent) == 3)
        await stage.settled()
        assert asked(stage) == [call_id(1), call_id(2), call_id(3)]
        for words in ("All are answered", "accepted, no end yet", "not hung up: Graph refused it.", "already gone"):
            assert words in stage.text
        assert "2 accepted or gone, 1 not hung up" in stage.text
        stage.end(1, 200, 7000)
        await stage.settled()
        await stage.until(lambda: "ended: " in stage.text)
        assert len(stage.app.home.board_view.marks) == 0
        assert len(stage.journal.entries(EntryKind.HANGUP_ANSWERED)) == 3
        assert stage.notices == []


@asynccontextmanager
async def one_of_three_unsettled() -> AsyncIterator[Stage]:
    """Three hang-ups on their way, until `control.open` lets them: accepted, refused, and what nobody knows."""
    stage = stage_with(3)
    stage.control.outcomes = {call_id(2): FORBIDDEN, call_id(3): UNSETTLED}
    stage.control.open.clear()
    async with stage.playing():
        await mark_all(stage)
        await stage.open_many_dialog()
        await stage.confirm(3)
        yield stage


async def test_of_what_nobody_knows_it_is_said_that_it_is_not_known() -> None:
    async with one_of_three_unsettled() as stage:
        await stage.until(lambda: "Hanging up: 3 of 3 not answered yet" in stage.text)
        stage.control.open.set()
        await stage.until(lambda: "Not all are answered" in stage.text)
        assert "All are answered" not in stage.text
        assert "1 accepted or gone, 1 not hung up, 1 not known." in stage.text
        assert "not known: The connection broke." in stage.text


async def test_a_notice_of_what_nobody_knows_says_so() -> None:
    async with one_of_three_unsettled() as stage:
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpsDialog))
        stage.control.open.set()
        await stage.until(lambda: stage.notices)
        (notice,) = stage.notices
        assert notice == (
            "3 hang-ups are over: 1 accepted or already gone, 1 not hung up (#2; their rows say why), "
            "1 not known (#3; their rows say why)."
        )


async def test_what_ends_or_has_ended_or_has_no_credentials_is_listed_and_not_sent() -> None:
    stage = stage_with(4)
    stage.control.unable = {"nights": "No credentials for the bot nights."}
    stage.tell(notification(call_id(5), "established"), bot="nights")
    stage.end(1)
    stage.report(2, "terminating")
    async with stage.playing():
        await stage.press("3")
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        for words in ("has ended", "is ending", "No credentials for the bot nights.", "2 will be hung up, 3 not"):
            assert words in stage.text
        await stage.confirm(2)
        await stage.until(lambda: len(stage.control.asked) == 2)
        assert asked(stage) == [call_id(3), call_id(4)]
        assert sorted(dialog.sent) == sorted(same_id(call_id(number)) for number in (3, 4))
        left = {same_id(call_id(number)) for number in (2, 5)}
        assert set(stage.app.home.board_view.marks.ids) == left, "marks fall off what was sent and what has ended"


async def test_a_call_that_another_console_hangs_up_is_not_sent_and_says_who_does() -> None:
    stage = stage_with(3)
    other = Stage(journal=stage.journal, operator="bob@console-2")
    other.control.open.clear()
    async with stage.playing(), other.playing():
        await other.press("end")
        await other.open_dialog()
        await other.press("y")
        await other.until(lambda: other.control.asked)
        await mark_all(stage)
        await stage.settled()
        await stage.open_many_dialog()
        assert "is being hung up (asked by bob, no answer yet)" in stage.text
        assert "2 will be hung up, 1 not" in stage.text
        other.control.open.set()


async def test_every_console_on_a_journal_sees_who_hangs_up_what() -> None:
    stage = stage_with(2)
    other = Stage(journal=stage.journal, operator="bob@console-2")
    other.control.open.clear()
    other.control.outcome = FORBIDDEN
    async with stage.playing(), other.playing():
        await other.open_dialog()
        await other.press("y")
        await other.until(lambda: other.control.asked)
        await stage.until(lambda: "asked by bob, no answer yet" in stage.text)
        assert "hanging up" in stage.text
        assert "Hang-up asked by bob@console-2; no answer is recorded yet." in stage.text
        other.control.open.set()
        await stage.until(lambda: "bob: Graph refused it." in stage.text)
        assert "Hang-up by bob@console-2: Graph refused it." in stage.text
        await stage.press("enter")
        await stage.until(lambda: "Hang-up by bob@console-2: Graph refused it." in stage.text)


@pytest.mark.parametrize(
    "keys",
    [
        ("enter",),
        ("y",) * 20,
        ("3",) * 20,
        ("3", "y"),
        ("2", "quiet", "y"),
        ("4", "quiet", "y"),
        ("3", "quiet", "x", "quiet", "y"),
        ("3", "quiet", "enter"),
        ("3", "quiet", "enter", "enter", "enter"),
        ("3", "quiet", *"please 3 y 33 y"),
        ("3", "backspace", "quiet", "y"),
        ("escape", "3", "quiet", "y"),
        ("n", "3", "quiet", "y"),
        ("tab", "enter"),
    ],
    ids=lambda keys: " ".join(keys)[:40],
)
async def test_whoever_does_not_mean_the_number_hangs_nothing_up(keys: tuple[str, ...]) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await mark_all(stage)
        await stage.open_many_dialog()
        for key in keys:
            if key == "quiet":
                stage.be_quiet()
            else:
                await stage.press("space" if key == " " else key)
        await stage.settled()
        assert stage.control.asked == []
        assert not stage.journal.entries(EntryKind.HANGUP_ASKED)


@pytest.mark.parametrize("keys", [("x", "3", "y"), ("x", "3", "3", "3"), tuple("x3y x3y 3y"), ("x",) * 30])
async def test_keys_that_come_with_the_one_that_opens_it_do_not_count(keys: tuple[str, ...]) -> None:
    stage = stage_with(3)
    async with stage.playing():
        await mark_all(stage)
        await stage.press(*("space" if key == " " else key for key in keys))
        await stage.settled()
        assert stage.control.asked == []


async def test_enter_is_cancel_until_digits_stand_there_and_then_nothing() -> None:
    stage = stage_with(2)
    async with stage.playing():
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        assert dialog.focused is not None
        assert dialog.focused.id == "cancel"
        await stage.press("2", "enter")
        assert stage.app.screen is dialog
        assert "2 it is: y hangs these 2 calls up." in stage.text
        await stage.press("backspace", "enter")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpsDialog))
        assert stage.control.asked == []


async def test_a_call_that_ends_meanwhile_changes_the_number_and_what_was_typed_no_longer_counts() -> None:
    stage = stage_with(3)
    async with stage.playing():
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        await stage.press("3")
        stage.end(2)
        await stage.settled()
        await stage.until(lambda: "2 will be hung up, 1 not" in stage.text)
        assert dialog.typed == ""
        stage.be_quiet()
        await stage.press("y")
        assert stage.control.asked == []
        stage.be_quiet()
        await stage.confirm(2)
        await stage.until(lambda: len(stage.control.asked) == 2)
        assert asked(stage) == [call_id(1), call_id(3)]


async def test_calls_that_are_marked_while_the_dialog_is_open_are_not_in_it() -> None:
    stage = stage_with(2)
    async with stage.playing():
        await mark_all(stage)
        await stage.open_many_dialog()
        stage.arrive(3)
        stage.arrive(4)
        await stage.settled()
        stage.app.home.board_view.action_mark_invert()
        await stage.confirm(2)
        await stage.until(lambda: len(stage.control.asked) == 2)
        assert asked(stage) == [call_id(1), call_id(2)]


async def test_where_nothing_can_be_hung_up_nothing_is_asked() -> None:
    stage = stage_with(2)
    stage.end(1)
    stage.end(2)
    async with stage.playing():
        await stage.press("3")
        await mark_all(stage)
        await stage.open_many_dialog()
        assert "There is nothing to hang up" in stage.text
        await stage.press("0")
        stage.be_quiet()
        await stage.press("y")
        await stage.settled()
        assert stage.control.asked == []


async def test_four_are_under_way_at_a_time_and_the_rest_can_be_stopped() -> None:
    stage = stage_with(7)
    stage.control.open.clear()
    async with stage.playing():
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        await stage.confirm(7)
        await stage.until(lambda: len(stage.control.asked) == MOST_AT_ONCE)
        await stage.until(lambda: stage.text.count("waits for its turn") == 3)
        assert stage.text.count("on its way") == MOST_AT_ONCE
        await stage.press("s")
        await stage.until(lambda: all(dialog._over(one) for one in dialog.sent))
        await stage.until(lambda: stage.text.count("not sent: Stopped before anything was sent.") == 3)
        assert len(stage.control.asked) == MOST_AT_ONCE
        assert len(stage.journal.entries(EntryKind.HANGUP_ASKED)) == MOST_AT_ONCE


async def test_closing_the_dialog_loses_nothing_and_one_notice_sums_up() -> None:
    stage = stage_with(6)
    stage.control.outcomes = {call_id(2): FORBIDDEN}
    stage.control.open.clear()
    async with stage.playing():
        await mark_all(stage)
        await stage.open_many_dialog()
        await stage.confirm(6)
        await stage.until(lambda: len(stage.control.asked) == MOST_AT_ONCE)
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpsDialog))
        stage.control.open.set()
        await stage.until(lambda: stage.notices)
        assert stage.notices == [
            "6 hang-ups are answered: 5 accepted or already gone, 1 not hung up (#2; their rows say why)."
        ]
        assert len(stage.control.asked) == 6
        records = [decode(entry.kind, entry.body) for entry in stage.journal.entries(EntryKind.HANGUP_ASKED)]
        assert {record.call_id for record in records if isinstance(record, HangUpAsked)} == {
            call_id(number) for number in range(1, 7)
        }


async def test_leaving_sends_nothing_more() -> None:
    stage = stage_with(7)
    stage.control.open.clear()
    async with stage.playing():
        await mark_all(stage)
        await stage.open_many_dialog()
        await stage.confirm(7)
        await stage.until(lambda: len(stage.control.asked) == MOST_AT_ONCE)
        await stage.press("escape", "q")
    assert len(stage.control.asked) == MOST_AT_ONCE
    answered = stage.journal._stored
    assert sum(1 for one in answered if one.entry.kind is EntryKind.HANGUP_ANSWERED) == MOST_AT_ONCE


async def test_a_single_hang_up_waits_its_turn_behind_others_and_can_be_stopped() -> None:
    stage = stage_with(MOST_AT_ONCE + 1)
    stage.control.open.clear()
    async with stage.playing():
        await stage.press("j", "space", "M", *["j"] * (MOST_AT_ONCE - 1), "M")
        await stage.open_many_dialog()
        await stage.confirm(MOST_AT_ONCE)
        await stage.until(lambda: len(stage.control.asked) == MOST_AT_ONCE)
        await stage.press("escape", "home")
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: "It waits for its turn" in stage.text)
        await stage.press("s")
        await stage.until(lambda: "Stopped before anything was sent." in stage.text)
        assert isinstance(stage.app.screen, HangUpDialog)
        stage.control.open.set()
        await stage.until(lambda: not stage.app.desk.requests.under_way)
        assert len(stage.control.asked) == MOST_AT_ONCE


async def test_a_single_hang_up_that_waits_because_graph_throttles_another_tells_for_how_long() -> None:
    stage = stage_with(2)
    async with stage.playing():
        await stage.hang_up_throttled()
        await stage.press("escape", "end")
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: re.search(r"It waits [1-8] s: Graph is throttling\. s stops it\.", stage.text))
        await stage.press("s")
        stage.control.open.set()
        await stage.until(lambda: not stage.app.desk.requests.under_way)


@pytest.mark.parametrize("size", [(80, 24), (132, 40)])
async def test_a_long_list_can_be_scrolled_and_what_is_asked_stays_in_sight(size: tuple[int, int]) -> None:
    stage = stage_with(60, size=size)
    async with stage.playing():
        await mark_all(stage)
        dialog = await stage.open_many_dialog()
        assert "Type the number of calls to hang up, 60:" in stage.text
        assert "Caller 60" in stage.text
        assert "Caller 1 " not in stage.text
        await stage.press(*["pagedown"] * 10)
        await stage.until(lambda: "Caller 1 " in stage.text)
        assert "Cancel (n)" in stage.text
        stage.be_quiet()
        await stage.confirm(60)
        await stage.until(lambda: len(stage.control.asked) == 60)
        assert dialog.sent
