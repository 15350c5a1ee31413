"""Looking into a call as stories: the full detail, raw notifications, what can be copied, the summary, the trouble."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import FeedChanged, encode
from callmon.ports import Entry, EntryKind
from callmon.tui.raw_screen import RawScreen
from callmon.tui.summary_screen import SummaryScreen
from tests.fakes import MemoryJournal
from tests.tui.stage import NOW, Stage, call_id, caller, notification

pytestmark = pytest.mark.anyio

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJncmFwaCJ9.c2lnbmF0dXJl"


def fed(stage: Stage, state: str) -> None:
    record = FeedChanged("http 127.0.0.1:8765", state)
    stage.journal.append(Entry(EntryKind.FEED, stage.now, "callmon", encode(record)))


async def test_the_raw_view_steps_through_the_notifications_of_the_call_and_no_other() -> None:
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    stage.arrive(2, "Bo Chen")
    stage.end(1, 200, 4521)
    async with stage.playing():
        await stage.press("end", "r")
        await stage.until(lambda: "Notification 4 of 4" in stage.text)
        assert '"state": "terminated"' in stage.text
        assert "Bo Chen" not in stage.text
        assert "~ value[0].resourceData.state" in stage.text or "resourceData.state" in stage.text
        await stage.press("left", "left", "left", "left")
        await stage.until(lambda: "Notification 1 of 4" in stage.text)
        assert "Ana Ruiz" in stage.text
        assert "Different from" not in stage.text
        await stage.press("right", "n")
        await stage.until(lambda: "Notification 3 of 4" in stage.text)
        await stage.press("escape")
        assert stage.app.screen is stage.app.home


async def test_the_raw_view_learns_of_what_comes_and_leaves_the_operator_where_he_is() -> None:
    stage = Stage()
    stage.report(1, "incoming", "created", **caller("Ana Ruiz"))
    async with stage.playing():
        await stage.press("r")
        await stage.until(lambda: "Notification 1 of 1" in stage.text)
        stage.report(1, "establishing")
        stage.arrive(2, "Bo Chen")
        stage.report(1, "established")
        await stage.until(lambda: "Notification 1 of 3" in stage.text)
        assert '"state": "incoming"' in stage.text
        await stage.press("n")
        await stage.until(lambda: "Notification 2 of 3" in stage.text)
        assert '"state": "establishing"' in stage.text
        await stage.press("n")
        await stage.until(lambda: "Notification 3 of 3" in stage.text)
        assert '"state": "established"' in stage.text


async def test_the_raw_view_finds_what_changed_nothing_when_it_is_asked_for_more() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.end(1)
    async with stage.playing():
        await stage.press("r")
        await stage.until(lambda: "Notification 4 of 4" in stage.text)
        stage.end(1)
        await stage.settled()
        await stage.press("n")
        await stage.until(lambda: "Notification 4 of 5" in stage.text)


async def test_the_raw_view_goes_on_when_the_journal_can_be_read_again() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        stage.journal.fail_reading()
        await stage.press("r")
        await stage.until(lambda: any("cannot be read now" in notice for notice in stage.notices))
        stage.journal.recover()
        stage.pass_time(1)
        await stage.until(lambda: "Notification 3 of 3" in stage.text)


async def test_secrets_in_notifications_are_not_shown() -> None:
    stage = Stage()
    meeting = {"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": TOKEN}
    stage.report(1, "established", meetingInfo=meeting, replacesContext="c2VjcmV0LWNvbnRleHQ=")
    operation = {"@odata.type": "#microsoft.graph.recordOperation", "status": "completed"}
    stage.report(1, None, "deleted", path="/operations/1", data={**operation, "recordingAccessToken": "sesame-open"})
    async with stage.playing():
        await stage.press("r")
        await stage.until(lambda: "Notification 2 of 2" in stage.text)
        assert "recordingAccessToken" in stage.text
        assert "sesame-open" not in stage.text
        await stage.press("left")
        await stage.until(lambda: "Notification 1 of 2" in stage.text)
        assert TOKEN not in stage.text
        assert "c2VjcmV0" not in stage.text
        await stage.press("escape", "enter")
        assert TOKEN not in stage.text


async def test_hostile_text_is_harmless_in_the_raw_view() -> None:
    stage = Stage()
    stage.report(1, "incoming", "created", **caller("[/oops]\x1b[2J\u202e"))
    async with stage.playing():
        await stage.press("r")
        await stage.until(lambda: "Notification 1 of 1" in stage.text)
        assert "[/oops]" in stage.text
        assert "\x1b" not in stage.text
        assert "\u202e" not in stage.text


async def test_a_call_that_only_a_get_has_named_has_no_notifications_to_show() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        await stage.app.push_screen(RawScreen(stage.call(1), MemoryJournal()))
        await stage.until(lambda: "holds no notification of this call" in stage.text)


async def test_the_full_detail_shows_the_roster_and_the_gaps() -> None:
    stage = Stage()
    fed(stage, "listening")
    stage.report(1, "established")
    stage.now += timedelta(seconds=60)
    fed(stage, "stopped")
    stage.now += timedelta(seconds=300)
    fed(stage, "listening")
    people = [
        {"id": "1", "isMuted": True, "info": {"identity": {"user": {"displayName": "Ana Ruiz"}}}},
        {"id": "2", "isInLobby": True, "info": {"identity": {"guest": {"displayName": "Bo Chen"}}}},
    ]
    stage.report(1, None, path="/participants", data=people)
    async with stage.playing():
        assert "callmon did not listen until 09:36:00" in stage.text
        await stage.press("enter")
        for words in ("Roster: 1 on the call, 1 in the lobby", "Ana Ruiz  user, muted", "Bo Chen  guest, in the lobby"):
            assert words in stage.text
        assert "what Graph sent meanwhile may be missing" in stage.text


async def test_a_listener_that_went_without_a_word_leaves_a_gap_that_is_not_certain() -> None:
    stage = Stage()
    fed(stage, "listening")
    stage.report(1, "established")
    stage.now += timedelta(seconds=300)
    fed(stage, "listening")
    stage.report(1, "established", mediaState={"audio": "active"})
    async with stage.playing():
        assert "callmon may not have listened until 09:35:00" in stage.text


async def test_the_call_id_and_a_ticket_text_can_be_copied() -> None:
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    stage.end(1, 500, 560500, "Server Internal Error. DiagCode: 500#560500.@")
    async with stage.playing():
        await stage.press("c")
        assert stage.app.clipboard == call_id(1)
        await stage.press("C")
        for words in (call_id(1), "560500", "2026-03-02T09:30:00"):
            assert words in stage.app.clipboard


async def test_the_summary_counts_reasons_of_the_last_hour_and_day() -> None:
    stage = Stage()
    stage.now = NOW - timedelta(hours=5)
    stage.arrive(9)
    stage.end(9, 410, 301005)
    stage.now = NOW
    for number in (1, 2, 3):
        stage.arrive(number)
        stage.end(number, 200, 4521)
    async with stage.playing():
        await stage.press("s")
        await stage.until(lambda: isinstance(stage.app.screen, SummaryScreen))
        hour, day = stage.text.split("The last day")
        assert "3 calls ended" in hour
        assert "4 calls ended" in day
        assert "Other side ended the 1:1 call" in hour
        assert "301005" not in hour
        assert "301005" in day
        assert "75.0%" in day
        assert "× success 3" in hour  # noqa: RUF001  # the sign
        assert "× success 3   ! network 1" in day  # noqa: RUF001  # the sign
        assert "! Media connection failed" in day
        await stage.press("escape")
        assert stage.app.screen is stage.app.home


async def test_the_summary_of_one_call_speaks_of_one_call() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.arrive(2)
    stage.end(2, 200, 4521)
    async with stage.playing():
        await stage.press("s")
        await stage.until(lambda: "1 active call\n" in re.sub(" +\n", "\n", stage.text))
        assert "1 call ended" in stage.text


async def test_the_summary_follows_what_happens() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.arrive(2)
    async with stage.playing():
        await stage.press("s")
        await stage.until(lambda: "2 active calls" in stage.text)
        assert "0 calls ended" in stage.text
        stage.end(2, 200, 4521)
        await stage.settled()
        await stage.until(lambda: "1 active call" in stage.text)
        await stage.until(lambda: "Other side ended the 1:1 call" in stage.text)
        stage.pass_time(2 * 3600)
        await stage.until(lambda: "Other side" not in stage.text.split("The last day")[0])
        assert "Other side ended the 1:1 call" in stage.text


async def test_the_trouble_view_has_failures_oddities_and_refused_hang_ups_and_nothing_else() -> None:
    stage = Stage()
    stage.arrive(1, "Fine")
    stage.arrive(2, "Failed")
    stage.end(2, 410, 301005)
    stage.arrive(3, "Ended well")
    stage.end(3)
    stage.report(4, "incoming", "created", **caller("Skipped"))
    stage.report(4, "established")
    stage.arrive(5, "Refused")
    stage.control.outcome = HangUpOutcome(Answer.NOT_ALLOWED, "Graph refused.", status=403)
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("y")
        await stage.until(lambda: dialog.outcome is not None)
        await stage.press("escape", "4")
        await stage.settled()
        await stage.until(lambda: "4 Trouble 3" in stage.text)
        rows = stage.text.split("Note")[1].split("─")[0]
        for name in ("Failed", "Skipped", "Refused"):
            assert name in rows
        for name in ("Fine", "Ended well"):
            assert name not in rows


async def test_a_filter_on_code_and_category_and_an_error_as_it_is_typed() -> None:
    stage = Stage()
    stage.arrive(1, "Ana")
    stage.end(1, 410, 301005)
    stage.arrive(2, "Bo")
    stage.end(2, 486, 10321)
    stage.arrive(3, "Cy")
    async with stage.playing():
        await stage.press("slash", *"code:4xx")
        await stage.until(lambda: "2 shown" in stage.text)
        await stage.press(*" category:network")
        await stage.until(lambda: "1 shown" in stage.text)
        await stage.press("escape", "slash", *"cod:4xx")
        await stage.until(lambda: "did you mean “code”?" in stage.text.splitlines()[2])


async def test_end_reasons_in_chinese() -> None:
    stage = Stage(lang="zh-CN")
    stage.arrive(1)
    stage.end(1, 200, 4521)
    async with stage.playing():
        assert "对方挂断" in stage.text
        widths = {strip.cell_length for strip in stage.app.screen._compositor.render_strips()}
        assert widths == {132}


async def test_a_failed_transfer_is_explained_where_it_happened_and_ends_nothing() -> None:
    stage = Stage()
    stage.arrive(1)
    stage.report(1, "transferring")
    stage.tell(notification(call_id(1), "established", resultInfo={"code": 500, "subCode": 7000}))
    async with stage.playing():
        await stage.until(lambda: "transfer failed, the call goes on" in stage.text)
        assert not stage.call(1).ended


@pytest.mark.parametrize(
    ("key", "words"), [("enter", "no call here to do"), ("x", "no call here to hang up"), ("n", "F3 does")]
)
async def test_keys_that_need_a_call_say_so_where_there_is_none(key: str, words: str) -> None:
    stage = Stage()
    async with stage.playing():
        await stage.press(key)
        await stage.until(lambda: words in stage.text)


async def test_on_a_narrow_terminal_a_reason_of_the_summary_takes_one_line() -> None:
    stage = Stage(size=(80, 24))
    stage.arrive(1)
    stage.report(1, "terminated", "deleted", resultInfo={"code": 200, "subcode": 540000})
    async with stage.playing():
        await stage.press("s")
        await stage.until(lambda: "100.0%" in stage.text)
        assert "200/540000" in next(line for line in stage.text.splitlines() if "100.0%" in line)
