"""The hang-up as stories: keys in, what was sent and what the screen says out."""

from __future__ import annotations

import pytest
from textual.widgets import Button
from textual.widgets._toast import ToastRack

from callmon.core.answers import Answer
from callmon.core.checking import CONFIRM_WITHIN_S
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import HangUpAnswered, HangUpAsked, decode
from callmon.ports import EntryKind
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.quiet import LET_GO_S
from tests.tui.stage import THROTTLED, Stage, call_id, notification

pytestmark = pytest.mark.anyio

FORBIDDEN = HangUpOutcome(
    Answer.NOT_ALLOWED, "Graph refused: the token is of another tenant than the call.", status=403, code="7505",
    message="Request authorization tenant mismatch.", request_id="94fb3b52-452a-4535-a601-69e0a90e3aa2",
    date="Mon, 02 Mar 2026 09:30:00 GMT",
)  # fmt: skip
UNREACHABLE = HangUpOutcome(Answer.UNREACHABLE, "No connection, so nothing was sent.", retry_helps=True)
UNSETTLED = HangUpOutcome(
    Answer.UNREACHABLE, "No answer within 10 seconds; it may have arrived.", retry_helps=True, unsettled=True
)


def kinds(stage: Stage) -> list[str]:
    return [str(entry.kind) for entry in stage.journal.entries() if entry.kind is not EntryKind.NOTIFICATION]


async def test_accepted_then_ended_shows_the_reason_who_ended_it_and_what_to_do() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        assert stage.control.asked == [call_id(1)]
        assert "Waiting for Graph to report the end" in stage.text
        stage.report(1, "terminating")
        stage.end(1, 200, 7000)
        await stage.until(lambda: dialog.call.ended)
        await stage.settled()
        for words in ("Hung up: the call has ended", "The bot ended the call", "200/7000", "Ended by the bot"):
            assert words in stage.text
        assert kinds(stage) == ["hangup-asked", "hangup-answered"]


async def test_the_attempt_is_in_the_journal_before_the_request_leaves() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.open.clear()
    async with stage.playing():
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        (asked,) = (decode(e.kind, e.body) for e in stage.journal.entries(EntryKind.HANGUP_ASKED))
        assert isinstance(asked, HangUpAsked)
        assert (asked.call_id, asked.operator) == (call_id(1), "ada@console-1")
        assert stage.journal.entries(EntryKind.HANGUP_ANSWERED) == []
        stage.control.open.set()
        await stage.until(lambda: stage.journal.entries(EntryKind.HANGUP_ANSWERED))


async def test_a_call_that_ends_by_itself_while_the_dialog_is_open_is_left_alone() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        dialog = await stage.open_dialog()
        stage.end(1, 200, 4521)
        await stage.until(lambda: dialog.call.ended)
        await stage.press("y")
        await stage.settled()
        assert "It ended by itself meanwhile; nothing was sent." in stage.text
        assert "Other side ended the 1:1 call" in stage.text
        assert stage.control.asked == []
        assert kinds(stage) == []


async def test_a_call_that_another_console_hangs_up_while_the_dialog_is_open_did_not_end_by_itself() -> None:
    stage = Stage()
    stage.arrive(1)
    other = Stage(journal=stage.journal, operator="bob@console-2")
    async with stage.playing(), other.playing():
        dialog = await stage.open_dialog()
        await other.open_dialog()
        await other.press("y")
        await other.until(lambda: stage.journal.entries(EntryKind.HANGUP_ANSWERED))
        stage.end(1, 200, 7000)
        await stage.until(lambda: dialog.call.ended)
        await stage.settled()
        assert "It ended after Graph had accepted a hang-up by" in stage.text
        assert "by itself" not in stage.text
        assert stage.control.asked == []


async def test_a_call_that_is_already_gone_is_said_to_be_and_the_board_learns_it() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = HangUpOutcome(Answer.GONE, "Graph knows no such call.", status=404, code="8522")
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.call.ended)
        await stage.settled()
        assert "It was already gone when Graph was asked" in stage.text
        assert stage.call(1).gone


async def test_of_what_nobody_knows_it_is_said_that_it_is_not_known() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = UNSETTLED
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        await stage.settled()
        assert "Not known whether it is hung up" in stage.text
        assert "Not hung up" not in stage.text
        assert UNSETTLED.sentence in stage.text


@pytest.mark.parametrize("outcome", [FORBIDDEN, THROTTLED, UNREACHABLE], ids=lambda outcome: str(outcome.answer))
async def test_a_refusal_says_what_happened_whether_a_retry_helps_and_what_support_will_ask(
    outcome: HangUpOutcome,
) -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = outcome
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        await stage.settled()
        assert "Not hung up" in stage.text
        assert outcome.sentence in stage.text
        assert ("Trying again may help." if outcome.retry_helps else "Trying again will not help.") in stage.text
        for told in (outcome.code, outcome.message, outcome.request_id, outcome.date):
            assert told is None or told in stage.text
        assert not stage.call(1).ended


async def test_a_retry_is_one_more_request_and_no_more_than_one() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = THROTTLED
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        await stage.press("y", "y")
        assert len(stage.control.asked) == 1, "the quiet time starts anew after an answer"
        stage.moment += LET_GO_S
        await stage.press("y")
        await stage.until(lambda: len(stage.control.asked) == 2)
        await stage.until(lambda: not stage.app.desk.requests.under_way)
        assert len(stage.control.asked) == 2


async def test_a_wait_before_the_next_attempt_is_seen_and_can_be_stopped() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = THROTTLED
    async with stage.playing():
        dialog = await stage.hang_up_throttled()
        assert THROTTLED.sentence in stage.text
        stage.pass_time(3)
        await stage.until(lambda: "It is sent again in 5 s" in stage.text)
        await stage.press("s")
        await stage.until(lambda: dialog.outcome is not None)
        assert stage.control.cancelled == [call_id(1)]
        assert len(stage.control.asked) == 1


async def test_a_call_that_ends_while_a_hang_up_waits_needs_no_further_attempt() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.hang_up_throttled()
        stage.end(1)
        await stage.settled()
        stage.pass_time(1)
        await stage.until(lambda: stage.control.cancelled == [call_id(1)])


async def test_leaving_calls_off_what_waits() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.hang_up_throttled()
        await stage.press("escape", "q")
    assert stage.control.cancelled == [call_id(1)]


async def test_where_a_retry_cannot_help_none_is_offered() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = FORBIDDEN
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        stage.moment += LET_GO_S
        await stage.press("y")
        await stage.settled()
        assert "Try again" not in stage.text
        assert len(stage.control.asked) == 1


@pytest.mark.parametrize(
    ("found", "says", "gone"),
    [
        (
            CheckOutcome(Answer.FOUND, "Graph still has the call.", state="established", body=b"{}"),
            "not confirmed",
            False,
        ),
        (CheckOutcome(Answer.GONE, "Graph knows no such call.", status=404), "call has ended", True),
    ],
    ids=["still there", "gone"],
)
async def test_accepted_but_no_end_in_time_is_not_confirmed_and_checked(
    found: CheckOutcome, says: str, gone: bool
) -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.found = found
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        stage.pass_time(CONFIRM_WITHIN_S)
        await stage.until(lambda: stage.journal.entries(EntryKind.CALL_CHECKED))
        await stage.settled()
        assert stage.control.checked == [call_id(1)]
        await stage.until(lambda: says in stage.text)
        assert found.answer is Answer.GONE or found.sentence in stage.text
        assert stage.call(1).gone is gone


async def test_the_outcome_arrives_although_the_dialog_was_closed() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.outcome = FORBIDDEN
    stage.control.open.clear()
    async with stage.playing():
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpDialog))
        stage.control.open.set()
        await stage.until(lambda: stage.notices)
        await stage.settled()
        assert stage.notices == [f"Call #1: {FORBIDDEN.sentence}"]
        (answered,) = (decode(e.kind, e.body) for e in stage.journal.entries(EntryKind.HANGUP_ANSWERED))
        assert isinstance(answered, HangUpAnswered)
        assert "Hang-up by ada@console-1: Graph refused" in stage.text


async def test_a_key_before_the_confirming_one_starts_the_quiet_time_anew() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.open_dialog()
        await stage.press("x", "y")
        await stage.settled()
        assert stage.control.asked == []


async def test_a_dialog_opened_on_one_call_can_never_hang_up_another() -> None:
    stage = Stage()
    stage.arrive(1, "Ana")
    async with stage.playing():
        dialog = await stage.open_dialog()
        for number in range(2, 9):
            stage.arrive(number, f"Caller {number}")
        stage.end(3)
        await stage.settled()
        assert dialog.call.spelled == call_id(1)
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        await stage.until(lambda: not stage.app.desk.requests.under_way)
        assert stage.control.asked == [call_id(1)]


async def test_nothing_can_be_hung_up_twice_at_the_same_time() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.control.open.clear()
    async with stage.playing():
        await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: stage.control.asked)
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, HangUpDialog))
        await stage.open_dialog()
        await stage.press("y")
        await stage.settled()
        stage.control.open.set()
        await stage.until(lambda: not stage.app.desk.requests.under_way)
        assert stage.control.asked == [call_id(1)]


async def test_without_a_record_nothing_is_sent() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        dialog = await stage.open_dialog()
        stage.journal.fail("The disk is full.")
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        await stage.until(lambda: "The disk is full." in stage.text)
        assert stage.control.asked == []


async def test_without_credentials_the_key_says_what_is_missing() -> None:
    stage = Stage(signed_in=False)
    stage.arrive(1)
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert stage.notices == ["No credentials are set, so nothing can be hung up."]


async def test_an_ended_call_cannot_be_asked_to_hang_up() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.end(1)
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert not isinstance(stage.app.screen, HangUpDialog)


async def test_the_full_detail_hangs_up_its_own_call() -> None:
    stage = Stage()
    stage.arrive(1, "Ana")
    async with stage.playing():
        await stage.press("enter")
        stage.arrive(2, "Bo")
        await stage.settled()
        dialog = await stage.open_dialog()
        assert dialog.call.spelled == call_id(1)


async def test_a_call_of_a_bot_without_credentials_is_not_offered_to_be_hung_up() -> None:
    stage = Stage()
    stage.control.unable = {"nights": "No credentials for the bot nights."}
    stage.tell(notification(call_id(1), "established"), bot="nights")
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert stage.notices == ["No credentials for the bot nights."]
        assert not isinstance(stage.app.screen, HangUpDialog)


async def test_a_call_that_two_bots_report_is_not_offered_to_be_hung_up() -> None:
    stage = Stage()
    for bot in ("front-desk", "nights"):
        stage.tell(notification(call_id(1), "established"), bot=bot)
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert stage.notices[0].startswith("Several bots reported this call")
        assert not isinstance(stage.app.screen, HangUpDialog)


async def test_a_second_bot_that_reports_the_call_while_the_dialog_is_open_stops_the_hang_up() -> None:
    stage = Stage()
    stage.tell(notification(call_id(1), "established"), bot="front-desk")
    async with stage.playing():
        dialog = await stage.open_dialog()
        assert "front-desk" in stage.text
        stage.tell(notification(call_id(1), "established"), bot="nights")
        await stage.settled()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        assert stage.control.asked == []
        assert kinds(stage) == []


@pytest.mark.parametrize("size", [*((80, height) for height in (12, 13, 15, 18, 19, 21, 23, 24, 30)), (60, 12)])
@pytest.mark.parametrize("calls", [1, 4])
async def test_the_buttons_and_what_a_hang_up_does_are_in_sight_on_every_terminal(
    size: tuple[int, int], calls: int
) -> None:
    people = [
        {"id": f"p{one}", "info": {"identity": {"user": {"displayName": f"Participant {one}"}}}} for one in range(30)
    ]
    stage = Stage(size=size)
    for number in range(1, calls + 1):
        stage.arrive(number)
        stage.report(number, None, path="/participants", data=people)
    async with stage.playing():
        await stage.press(*["space"] * (calls if calls > 1 else 0))
        await (stage.open_many_dialog() if calls > 1 else stage.open_dialog())
        await stage.settled()
        dialog = stage.app.screen.query_one("#dialog")
        assert stage.app.screen.region.contains_region(dialog.region)
        for button in dialog.query(Button):
            assert dialog.region.contains_region(button.region)
            assert str(button.label) in stage.text
        assert "bot's leg" in stage.text


async def test_a_key_that_comes_too_soon_is_told_also_where_there_is_little_room() -> None:
    stage = Stage(size=(60, 12))
    stage.arrive(1)
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: isinstance(stage.app.screen, HangUpDialog))
        await stage.press("y")
        await stage.until(lambda: "too soon" in stage.text)
        assert stage.control.asked == []


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (132, 40)])
@pytest.mark.parametrize("calls", [1, 2])
async def test_no_notice_ever_lies_over_a_dialog(size: tuple[int, int], calls: int) -> None:
    stage = Stage(size=size)
    for number in range(1, calls + 1):
        stage.arrive(number)
    async with stage.playing():
        await stage.press(*["space"] * (calls if calls > 1 else 0))
        await (stage.open_many_dialog() if calls > 1 else stage.open_dialog())
        for number in range(4):
            stage.app.notify(f"Notice {number}: Graph refused, and said why, at some length.", markup=False)
        await stage.until(lambda: "Notice 3" in stage.text)
        dialog = stage.app.screen.query_one("#dialog")
        assert stage.app.screen.region.contains_region(dialog.region)
        for button in dialog.query(Button):
            assert dialog.region.contains_region(button.region)
        assert not stage.app.screen.query_one(ToastRack).region.overlaps(dialog.region)


@pytest.mark.parametrize("calls", [1, 2])
async def test_nothing_is_hung_up_on_a_terminal_that_cannot_show_it(calls: int) -> None:
    stage = Stage(size=(80, 24))
    for number in range(1, calls + 1):
        stage.arrive(number)
    async with stage.playing():
        await stage.press(*["space"] * (calls if calls > 1 else 0))
        await (stage.open_many_dialog() if calls > 1 else stage.open_dialog())
        await stage.resize(40, 10)
        await stage.until(lambda: "too small" in stage.text)
        assert not stage.app.screen.query_one("#confirm").display
        stage.pass_time(2)
        await stage.press(*(str(calls) if calls > 1 else ""), "y")
        assert stage.control.asked == []
        await stage.resize(80, 24)
        await stage.until(lambda: "too small" not in stage.text)
        stage.pass_time(2)
        await stage.press(*(str(calls) if calls > 1 else ""))
        stage.pass_time(2)
        await stage.press("y")
        await stage.until(lambda: len(stage.control.asked) == calls)


async def test_what_does_not_fit_into_the_dialog_is_scrolled_to() -> None:
    stage = Stage(size=(60, 16))
    stage.arrive(1)
    async with stage.playing():
        await stage.open_dialog()
        scroll = stage.app.screen.query_one("#dialog-scroll")
        assert scroll.max_scroll_y
        await stage.press("pagedown", "down")
        await stage.until(lambda: scroll.scroll_offset.y > 0)
