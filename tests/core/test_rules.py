"""The rules that the domain forces, each with its evidence: recorded notifications, in the order they came."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from callmon.core import wire
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Facts, Kind, ResultInfo, StepKind
from callmon.core.describe import end_line, ending, lasted
from callmon.core.document import call_document
from callmon.core.draft import apply
from callmon.core.hangup import CheckOutcome
from callmon.core.hangup_words import effect, effect_in_short
from callmon.core.records import CallChecked
from callmon.core.reports import Report
from callmon.core.states import Anomaly, CallState
from callmon.core.text import same_id
from callmon.core.timelines import timeline
from tests.makers import (
    CALL,
    START,
    at,
    board_of,
    body,
    call_of,
    item,
    note,
    payload,
    replayed,
    report,
    the_report,
    told_once,
)

S = CallState
BELOW = [
    "operations/1",
    "contentSharingSessions/1",
    "contentsharingsessions",
    "participants",
    "participants/1",
    "odd/1",
]


def below(path: str, change: str = "deleted", **data: Any) -> Report:
    """A report about something below a call."""
    return the_report(body(item(change, f"/communications/calls/{CALL}/{path}", **data)))


# 1. A call ends on `deleted` on its own path, or on the state `terminated`; either alone is enough.


def test_rule_1_a_call_ends_on_deleted_without_a_state() -> None:
    call = replayed(54, 55)
    assert (call.state, call.ended_at, call.end) == (S.TERMINATED, at(1), None)
    assert call.anomalies == ()


def test_rule_1_a_call_ends_on_terminated_without_deleted() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.TERMINATED, result=ResultInfo(200, 5002)))
    assert (call.state, call.ended_at, call.end) == (S.TERMINATED, at(1), ResultInfo(200, 5002))


def test_rule_1_deleted_ends_a_call_whatever_state_it_names() -> None:
    assert call_of(report(S.ESTABLISHING), report(S.ESTABLISHED, "deleted")).state == S.TERMINATED


@pytest.mark.parametrize("path", BELOW)
def test_rule_1_deleted_below_the_call_never_ends_it(path: str) -> None:
    call = call_of(report(S.ESTABLISHED), below(path), below(path, state="terminated"))
    assert (call.state, call.ended_at) == (S.ESTABLISHED, None)


def test_rule_1_a_finished_prompt_is_not_the_end() -> None:
    before, after = replayed(3, 4, 5, 6, 7), replayed(3, 4, 5, 6, 7, 8)
    assert (before.state, before.ended) == (S.ESTABLISHED, False)
    assert before.timeline[-1].text == "playPrompt completed"
    assert (after.state, after.end and str(after.end)) == (S.TERMINATED, "200/5002")


@pytest.mark.parametrize("number", [76, 77, 78, 79, 80])
def test_rule_1_content_sharing_starts_and_ends_without_the_call(number: int) -> None:
    call = replayed(number)
    assert (call.state, call.ended) == (None, False)
    assert call.timeline[0].kind is StepKind.SHARING


# 2. Ended is final; order is not guaranteed; steps are skipped and repeated; the unexpected is marked, never refused.


@pytest.mark.parametrize("late", [S.INCOMING, S.ESTABLISHED, S.HOLD, "parked"])
def test_rule_2_nothing_reopens_a_call(late: str) -> None:
    board = board_of([report(S.ESTABLISHING), report(S.TERMINATED, "deleted")])
    after = board_of([report(late, "created")], board, start=60)
    call = after.get(CALL)
    assert call is not None
    assert (call.state, call.ended_at, after.active) == (S.TERMINATED, at(1), 0)
    assert call.anomalies == (Anomaly.AFTER_END,)


def test_rule_2_a_late_answer_was_an_answer() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.TERMINATED, "deleted"), report(S.ESTABLISHED))
    assert (call.answered, call.established_at) == (True, None)
    assert lasted(call, at(9)) == "not known"


def test_rule_2_a_late_reason_is_the_reason() -> None:
    call = call_of(report(S.ESTABLISHED), report(None, "deleted"), report(S.TERMINATED, result=ResultInfo(200, 7000)))
    assert (call.ended_at, call.end) == (at(1), ResultInfo(200, 7000))


def test_rule_2_the_first_reason_stands() -> None:
    first, second = ResultInfo(200, 7000), ResultInfo(500, 1999)
    call = call_of(report(S.TERMINATED, result=first), report(S.TERMINATED, "deleted", result=second))
    assert call.end == first


BOT_ENDED, MEDIA_FAILED = ResultInfo(200, 7000), ResultInfo(500, 7106)
LATE_REASONS: dict[str, tuple[list[ResultInfo | None], ResultInfo | None, list[str]]] = {
    "none at all": ([None, None], None, []),
    "with the end": ([BOT_ENDED, None, BOT_ENDED], BOT_ENDED, []),
    "after it": ([None, MEDIA_FAILED, MEDIA_FAILED], MEDIA_FAILED, ["the reason came after the end"]),
    "after one that says nothing": ([ResultInfo(), MEDIA_FAILED], MEDIA_FAILED, ["the reason came after the end"]),
    "in a message alone": ([None, ResultInfo(message="x")], ResultInfo(message="x"), ["the reason came after the end"]),
    "another one": (
        [BOT_ENDED, MEDIA_FAILED, BOT_ENDED, MEDIA_FAILED],
        BOT_ENDED,
        ["another reason came after the end; the first one holds"],
    ),
}


@pytest.mark.parametrize("case", LATE_REASONS)
def test_rule_2_a_reason_that_comes_after_the_end_is_told(case: str) -> None:
    results, holds, texts = LATE_REASONS[case]
    call = call_of(report(S.ESTABLISHED), *(report(S.TERMINATED, "deleted", result=result) for result in results))
    late = [line for line in timeline(call) if line.kind is StepKind.END]
    assert (call.end, [line.text for line in late]) == (holds, texts)
    assert all("Bot media set-up failed" in line.remark for line in late if MEDIA_FAILED in results)
    assert Anomaly.AFTER_END not in call.anomalies, "Graph may tell an end in two notifications"


def test_rule_2_a_late_step_of_the_ending_is_normal() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.TERMINATED, "deleted"), report(S.TERMINATING), report(None))
    assert call.anomalies == ()


def test_rule_2_skipping_from_establishing_to_the_end_is_normal() -> None:
    call = replayed(15, 16)
    assert call.anomalies == ()
    assert [step.state for step in call.timeline] == ["establishing", "terminated"]
    assert lasted(call, at(9)) == "never answered"


def test_rule_2_an_unexpected_move_is_made_and_marked() -> None:
    call = call_of(report(S.INCOMING, "created"), report(S.HOLD))
    assert (call.state, call.anomalies) == (S.HOLD, (Anomaly.STEP_SKIPPED, Anomaly.ANSWER_MISSED))


def test_rule_2_what_arrives_late_is_shown_but_does_not_count() -> None:
    call = call_of(report(S.ESTABLISHED), report(S.ESTABLISHING))
    assert call.state == S.ESTABLISHED
    assert call.anomalies == (Anomaly.BEGINNING_MISSED, Anomaly.OUT_OF_ORDER)
    assert call.timeline[-1].state == "establishing"


@pytest.mark.parametrize("numbers", [(3, 4, 5, 6, 7, 8), (17, 18, 19, 20, 21), (35, 36, 37), (57, 58, 59), (57, 60)])
def test_rule_2_a_repeat_changes_nothing_but_when_and_how_often_it_was_heard_of(numbers: tuple[int, ...]) -> None:
    once, twice = Board(), Board()
    for second, number in enumerate(numbers):
        one = the_report(payload(number))
        once = apply(once, one, at(second))
        twice = apply(apply(twice, one, at(second)), one, at(second + 0.5))
        (first,), (again,) = once, twice
        assert told_once(again)._replace(last_heard=first.last_heard) == told_once(first)


def test_rule_2_a_repeat_is_counted_at_the_state_that_it_repeats() -> None:
    call = call_of(report(S.INCOMING, "created"), *[report(S.ESTABLISHING)] * 3, report(S.ESTABLISHED))
    assert [(step.state, step.times) for step in call.timeline] == [
        (S.INCOMING, 1),
        (S.ESTABLISHING, 3),
        (S.ESTABLISHED, 1),
    ]
    assert [line.remark for line in timeline(call)] == ["", "reported 3 times", ""]


def test_rule_2_a_repeated_end_changes_nothing_at_all() -> None:
    board = board_of([the_report(payload(number)) for number in (3, 4, 8)])
    assert apply(board, the_report(payload(8)), at(60)) is board


@pytest.mark.parametrize("numbers", [(3, 4, 8), (15, 16), (49, 50), (54, 55), (42, 43), (57, 58, 59)])
def test_rule_2_any_order_leads_to_the_same_end(numbers: tuple[int, ...]) -> None:
    ends = {
        (call.state, call.end, call.answered, call.facts)
        for order in permutations(numbers)
        for call in (replayed(*order), replayed(*order, *order))
    }
    assert len(ends) == 1


def test_rule_2_of_a_call_heard_of_too_late_the_beginning_is_missing() -> None:
    for state in (S.ESTABLISHED, S.TERMINATING, S.TERMINATED):
        assert call_of(report(state)).anomalies == (Anomaly.BEGINNING_MISSED,)
        assert call_of(below("participants"), report(state)).anomalies == (Anomaly.BEGINNING_MISSED,)
    unheard = call_of(below("operations/1"), report(S.TERMINATED, "deleted", result=ResultInfo(200, 5002)))
    assert lasted(unheard, at(9)) == "not known"
    assert lasted(replayed(4), at(9)) == "≥ 0:09"


# 3. Notifications are partial; the id comes from the path and is compared without dashes and case.


def test_rule_3_what_is_absent_stays_known() -> None:
    call = replayed(3, 4, 5, 6)
    assert call.facts.direction == "outgoing"
    assert call.facts.chain_id == "b0fe8425-6f48-41ed-9dd6-b706ff66319a"
    assert call.facts.media == "active"


def test_rule_3_one_call_under_every_spelling() -> None:
    urls = [f"/app/calls/{CALL.upper()}", f"communications/calls/{CALL.replace('-', '')}", f"/calls('{CALL}')"]
    board = board_of([the_report(body(item(url=url, state="established"))) for url in urls])
    (call,) = board
    assert call.spelled == CALL.upper()
    assert all(board.get(spelled) is call for spelled in (CALL, CALL.upper(), CALL.replace("-", "")))


def test_rule_3_upper_case_and_undashed_through_a_whole_call() -> None:
    call = replayed(35, 36, 37)
    assert (call.state, call.spelled) == (S.ESTABLISHED, "57DAB8B1894C409AB240BD8BEAE78896")
    assert call.id == "57dab8b1894c409ab240bd8beae78896"


def test_rule_3_the_body_may_be_missing() -> None:
    assert call_of(the_report(body(item("deleted")))).state == S.TERMINATED


def test_rule_3_a_list_is_the_whole_roster() -> None:
    call = replayed(17, 18, 19, 20)
    assert call.roster is not None
    assert [person.shown for person in call.roster] == ["Robin2", "CallAndRedirectBot"]
    assert [step.text for step in call.timeline if step.kind is StepKind.ROSTER] == [
        "1 on the call: CallAndRedirectBot joined",
        "2 on the call: Robin2 joined",
    ]


def test_rule_3_another_id_in_the_body_is_marked() -> None:
    call = replayed(51)
    assert Anomaly.ID_MISMATCH in call.anomalies
    assert "481f0b00-ffff-4ca1-8c67-a5f1e31e8e82" in call.timeline[-1].text


# 4. `resultInfo` on a call that has not ended is information, not an end.


def test_rule_4_a_failed_transfer_leaves_the_call_alive() -> None:
    call = replayed(57, 60)
    assert (call.state, call.ended, call.end) == (S.ESTABLISHED, False, None)
    assert call.timeline[-1].text == "transfer failed, the call goes on"
    assert str(call.timeline[-1].result) == "500/7000"
    remark = timeline(call)[-1].remark
    assert remark.endswith("(500/7000)")
    assert "ended" not in remark.lower()


TRANSFERRING = (S.ESTABLISHED, S.TRANSFERRING)


@pytest.mark.parametrize(
    ("before", "state", "result", "text"),
    [
        (TRANSFERRING, S.ESTABLISHED, ResultInfo(500, 7700), "transfer failed, the call goes on"),
        ((S.ESTABLISHED,), S.ESTABLISHED, ResultInfo(500, 7000), "transfer failed, the call goes on"),
        (TRANSFERRING, S.TRANSFER_ACCEPTED, ResultInfo(202, 0), "a result was reported, the call goes on"),
        (TRANSFERRING, S.TRANSFERRING, ResultInfo(200, "transferring"), "a result was reported, the call goes on"),
        (TRANSFERRING, S.ESTABLISHED, ResultInfo(200, 0), "a result was reported, the call goes on"),
        ((S.ESTABLISHING,), S.ESTABLISHING, ResultInfo(500, 7000), "a result was reported, the call goes on"),
    ],
)
def test_rule_4_only_the_results_that_graph_documents_say_that_a_transfer_failed(
    before: tuple[S, ...], state: S, result: ResultInfo, text: str
) -> None:
    call = call_of(*map(report, before), report(state, result=result))
    assert [step.text for step in call.timeline if step.kind is StepKind.TRANSFER] == [text]


@pytest.mark.parametrize("state", [S.TERMINATING, S.ESTABLISHED, None])
def test_rule_4_a_result_while_the_call_is_ending_never_says_that_it_goes_on(state: S | None) -> None:
    reports = [report(S.ESTABLISHED), report(S.TERMINATING), report(state, result=ResultInfo(200, 5002))]
    line = timeline(call_of(*reports))[-1]
    assert (line.text, line.remark) == (
        "a result was reported while the call was ending",
        "Everyone else left (200/5002)",
    )


TERMINATING = report(S.TERMINATING, result=ResultInfo(200, 5002))
DELETED = report(None, "deleted")


@pytest.mark.parametrize("reports", [(TERMINATING, DELETED), (DELETED, TERMINATING)])
def test_rule_4_an_end_without_a_reason_names_the_result_that_came_while_the_call_was_ending(
    reports: tuple[Report, ...],
) -> None:
    call = call_of(report(S.ESTABLISHED), *reports)
    why = ending(call)
    assert why is not None
    assert (call.end, why.code, why.title) == (None, None, "No reason was given")
    assert why.explanation == (
        "The end came without a result code. While the call was ending, Graph sent the result"
        " 200/5002 (Everyone else left)."
    )


def test_rule_4_an_end_with_a_reason_does_not_need_the_result_before() -> None:
    end = report(S.TERMINATED, "deleted", result=ResultInfo(500, 7106))
    why, alone = ending(call_of(TERMINATING, end)), ending(call_of(end))
    assert why == alone


def test_rule_4_a_transfer_that_fails_twice_is_told_twice() -> None:
    call = replayed(57, 60, 57, 60)
    assert [step.text for step in call.timeline] == ["transferring", "established", call.timeline[2].text] * 2


def test_rule_4_an_accepted_transfer_ends_the_call() -> None:
    call = replayed(57, 58, 59)
    assert [step.state for step in call.timeline] == ["transferring", "transferAccepted", "terminated"]
    why = ending(call)
    assert why is not None
    assert (str(call.end), why.category) == ("0/7015", "success")


@pytest.mark.parametrize("state", [None, S.ESTABLISHED, S.TERMINATING])
def test_rule_4_any_other_result_is_told(state: CallState | None) -> None:
    call = call_of(report(S.ESTABLISHED), report(state, result=ResultInfo(500, 1)))
    assert (call.ended, call.end) == (False, None)
    assert (call.timeline[-1].kind, call.timeline[-1].result) == (StepKind.TRANSFER, ResultInfo(500, 1))


def test_rule_4_a_result_that_comes_with_a_move_is_told_though_it_was_told_before() -> None:
    same = ResultInfo(500, 1)
    call = call_of(report(S.ESTABLISHED, result=same), report(S.HOLD, result=same), report(S.HOLD, result=same))
    assert [step.kind.value for step in call.timeline] == ["state", "transfer", "state", "transfer"]


@pytest.mark.parametrize("number", [40, 47, 92, 93])
def test_rule_4_an_operations_result_is_not_the_calls(number: int) -> None:
    call = replayed(37, number)
    assert (call.state, call.end, call.timeline[-1].kind) == (S.ESTABLISHED, None, StepKind.OPERATION)


# 5. `code` and `subcode` come in every form; 0 and 200 are the same success.


@pytest.mark.parametrize(
    "result",
    [
        {"code": 200, "subcode": 5001},
        {"code": "200", "subcode": "5001"},
        {"code": 0, "subCode": 5001},
        {"code": "0", "SubCode": "5001"},
    ],
)
def test_rule_5_one_end_in_every_form(result: dict[str, Any]) -> None:
    why = ending(call_of(report(S.ESTABLISHED), the_report(body(item("deleted", resultInfo=result)))))
    documented = ending(replayed(42, 43))
    assert why is not None
    assert documented is not None
    assert why.title == documented.title


def test_rule_5_no_code_at_all_is_said_to_be_unknown() -> None:
    for numbers in ((49, 50), (54, 55)):
        call = replayed(*numbers)
        assert call.end is None
        assert end_line(call)


# 6. Peer or group is unknown until there is evidence, and can change.


def test_rule_6_a_group_call_looks_like_a_peer_call_at_first() -> None:
    assert [replayed(*range(17, last + 1)).kind for last in (17, 18, 19, 20)] == [Kind.UNKNOWN] * 4
    assert [replayed(*range(3, last + 1)).kind for last in (3, 4, 5, 6, 7, 8)] == [Kind.UNKNOWN] * 6


def test_rule_6_a_token_alone_is_weak_evidence() -> None:
    assert replayed(9, 10, 11, 12, 13, 14).kind is Kind.UNKNOWN
    assert replayed(17, 18, 19, 20, 21).kind is Kind.UNKNOWN


@pytest.mark.parametrize("numbers", [(32,), (32, 33, 34), (2,), (24,)])
def test_rule_6_a_meeting_is_a_group_call(numbers: tuple[int, ...]) -> None:
    call = replayed(*numbers)
    assert call.kind is Kind.GROUP
    assert "others stay" in effect(call)


def test_rule_6_more_than_one_target_or_three_people_are_a_group_call() -> None:
    two = [{"identity": {"user": {"id": str(number)}}} for number in (1, 2)]
    assert call_of(the_report(body(item(state="establishing", targets=two)))).kind is Kind.GROUP
    assert replayed(85).kind_because == "6 participants were on it"


def test_rule_6_hidden_participants_do_not_count() -> None:
    people = [{"id": str(number), "info": {"identity": {"application": {"hidden": number > 1}}}} for number in range(5)]
    raw = {**item(url=f"/calls/{CALL}/participants"), "resourceData": people}
    assert call_of(the_report(body(raw))).kind is Kind.UNKNOWN


def test_rule_6_an_invitation_without_a_chat_is_a_peer_call_until_it_turns_into_a_meeting() -> None:
    call = replayed(35, 36)
    assert (call.kind, effect(call)) == (Kind.PEER, "The call ends for both sides.")
    chat = the_report(body(item(url=f"/calls/{call.spelled}", chatInfo={"threadId": "19:meeting_x@thread.v2"})))
    assert call_of(*(the_report(payload(number)) for number in (35, 36)), chat).kind is Kind.GROUP


def test_rule_6_an_empty_object_names_no_meeting() -> None:
    empty = {"@odata.type": "#microsoft.graph.meetingInfo"}
    assert call_of(the_report(body(item(state="establishing", meetingInfo=empty)))).kind is Kind.UNKNOWN
    numbered = {"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo", "joinMeetingId": "123"}
    assert call_of(the_report(body(item(state="establishing", meetingInfo=numbered)))).kind is Kind.GROUP


TOKEN = {"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": "t"}
CHAT = {"threadId": "19:e7339480-8cef-4b7e-936f-05ea012ba657@thread.v2", "messageId": "0"}


@pytest.mark.parametrize(
    ("change", "more", "kind"),
    [
        ("created", {"chatInfo": CHAT, "meetingInfo": TOKEN}, Kind.GROUP),
        ("updated", {"chatInfo": CHAT, "meetingInfo": TOKEN}, Kind.UNKNOWN),
        ("created", {"chatInfo": CHAT}, Kind.UNKNOWN),
        ("created", {"meetingInfo": TOKEN}, Kind.UNKNOWN),
        (
            "created",
            {"chatInfo": CHAT, "meetingInfo": TOKEN, "incomingContext": {"observedParticipantId": "1"}},
            Kind.UNKNOWN,
        ),
    ],
)
def test_rule_6_an_invitation_with_a_chat_and_a_meeting_is_to_a_group_call(
    change: str, more: dict[str, Any], kind: Kind
) -> None:
    call = call_of(the_report(body(item(change, state="incoming", direction="incoming", **more))))
    assert call.kind is kind
    assert call.kind_because == ("it came in with a chat and a meeting" if kind is Kind.GROUP else "")


@pytest.mark.parametrize("numbers", [(12,), (13,), (12, 13)])
def test_rule_6_a_chat_or_a_token_leaves_nothing_certain_about_a_call_between_two(numbers: tuple[int, ...]) -> None:
    incoming = the_report(payload(35))
    named = [the_report(payload(number))._replace(call_id=incoming.call_id) for number in numbers]
    call = call_of(incoming, *named)
    assert (call.kind, effect_in_short(call)) == (Kind.UNKNOWN, "bot's leg at least")
    assert call.kind_because == "it was taken for a call between two, but names a chat or a meeting now"
    assert "may be a group call" in effect(call)
    assert "both sides" not in effect(call)
    assert call_of(incoming, *named, incoming).kind is Kind.UNKNOWN


def test_rule_6_a_get_can_settle_it() -> None:
    raw = b'{"state": "established", "targets": [{"identity": {"user": {"id": "1"}}}], "chatInfo": null}'
    checked = wire.parse_call(CALL, raw)
    assert isinstance(checked, Report)
    assert call_of(report(S.ESTABLISHING), checked).kind is Kind.PEER


def test_rule_6_a_recording_bots_leg_is_neither() -> None:
    call = replayed(39)
    assert call.kind is Kind.UNKNOWN
    assert "recording stops" in effect(call)
    assert "not known" in effect(replayed(3))


# 7. Graph stamps no times: they are the receiver's.


def test_rule_7_times_are_those_of_the_receiver() -> None:
    call = replayed(3, 4, 5, 6, 7, 8)
    assert (call.first_seen, call.established_at, call.ended_at) == (START, at(1), at(5))
    assert call.last_heard == at(5)
    assert lasted(call, at(99)) == "0:04"


def test_rule_7_a_clock_that_is_set_back_makes_no_time_go_back() -> None:
    board = board_of([report(S.ESTABLISHING), report(S.ESTABLISHED)], start=100)
    call = apply(board, report(S.TERMINATED, "deleted"), at(50)).get(CALL)
    assert call is not None
    assert (call.ended_at, call.last_heard) == (at(101), at(101))
    assert [step.at for step in call.timeline] == [at(100), at(101), at(101)]


# 8. A call may become a ghost: silence raises doubt, a GET settles it; nothing is guessed, nothing dropped.


def test_rule_8_silence_never_ends_a_call() -> None:
    call = replayed(3, 4)
    assert not call.ended
    assert lasted(call, at(864_000)) == "9d 23:59"


def gone_at(seconds: float, board: Board) -> Board:
    """The board after Graph answered 404 to a GET of the call."""
    return note(
        board, CallChecked(CALL, CheckOutcome(Answer.GONE, "Graph knows no such call.", status=404)), at(seconds)
    )


def test_rule_8_a_get_that_finds_no_call_ends_it_as_gone() -> None:
    board = gone_at(60, board_of([report(S.ESTABLISHED)]))
    (call,) = board
    assert (call.state, call.gone, call.ended_at, board.active) == (S.TERMINATED, True, at(60), 0)
    assert end_line(call) == "Gone: its end was never reported"


def test_rule_8_an_end_that_is_reported_after_all_is_the_end() -> None:
    ghost = gone_at(60, board_of([report(S.ESTABLISHED)]))
    for end in (report(None, "deleted"), report(S.TERMINATED, result=ResultInfo(200, 7000))):
        (call,) = board_of([end, end], ghost, start=90)
        assert (call.gone, call.ended_at, call.end) == (False, at(60), end.result)
        assert [step.state for step in call.timeline if step.kind is StepKind.STATE] == ["established", "terminated"]


def test_rule_8_a_call_that_graph_speaks_of_after_a_404_is_gone_and_its_duration_is_not_known() -> None:
    ghost = gone_at(60, board_of([report(S.ESTABLISHING), report(S.ESTABLISHED)]))
    (call,) = ghost
    assert lasted(call, at(300)) == "≤ 0:59"
    roster = below("participants", "updated")
    (call,) = board_of([report(S.ESTABLISHED, tone="tone5 #3"), roster], ghost, start=260)
    assert (call.gone, call.ended_at, call.last_heard) == (True, at(60), at(261))
    assert lasted(call, at(300)) == "not known"
    assert call_document(call, at(300))["duration_s"] is None


AFTER_THE_END: dict[str, Report] = {
    "a tone": report(None, tone="tone1 #7"),
    "its audio": report(None, facts=Facts(media="inactive")),
    "an operation": below("operations/1", status="completed"),
    "what was shared": below("contentSharingSessions/1"),
    "who is on it": the_report(payload(85))._replace(call_id=same_id(CALL)),
}


@pytest.mark.parametrize("case", AFTER_THE_END)
def test_rule_2_what_comes_after_the_end_is_told_so_and_when(case: str) -> None:
    board = board_of([report(S.ESTABLISHED), report(S.TERMINATED, "deleted")])
    (call,) = board_of([AFTER_THE_END[case]], board, start=60)
    line = timeline(call)[-1]
    assert (call.last_heard, line.at, line.remark.startswith("after the end")) == (at(60), at(60), True)
    assert Anomaly.AFTER_END not in call.anomalies, "the last of a call is often told after its end"


def test_rule_8_a_check_that_shows_an_earlier_state_is_not_late() -> None:
    found = wire.parse_call(CALL, b'{"state": "establishing"}')
    assert isinstance(found, Report)
    call = call_of(report(S.ESTABLISHING), report(S.ESTABLISHED), found)
    assert (call.state, call.anomalies) == (S.ESTABLISHED, ())
    assert [step.state for step in call.timeline] == ["establishing", "established"]


def test_rule_8_a_get_of_an_ended_call_changes_nothing() -> None:
    board = board_of([report(S.ESTABLISHED), report(S.TERMINATED, "deleted")])
    (call,) = gone_at(60, board)
    assert (call.gone, call.ended_at) == (False, at(1))
    checked = wire.parse_call(CALL, b'{"state": "established"}')
    assert isinstance(checked, Report)
    assert apply(board, checked, at(60)) is board


# 9. Each item of a batch is judged on its own; the unknown is kept and shown raw; feed text is hostile.


def test_rule_9_one_bad_item_costs_its_neighbours_nothing() -> None:
    parsed = wire.parse(body(item(state="establishing"), {"bad": 1}, item("deleted")))
    call = call_of(*parsed.reports)
    assert (call.ended, len(parsed.rejected)) == (True, 1)


def test_rule_9_an_unknown_state_is_kept_and_marked() -> None:
    call = call_of(report(S.ESTABLISHED), report("\x1b[2JParked"), report(S.HOLD))
    assert call.anomalies == (Anomaly.BEGINNING_MISSED, Anomaly.UNKNOWN_STATE)
    assert call.timeline[1].state == "\x1b[2JParked"
    assert timeline(call)[1].text == "\\x1b[2JParked"
    assert call.state == S.HOLD


def test_rule_9_unknown_paths_are_kept() -> None:
    call = call_of(report(S.ESTABLISHED), below("audioRoutingGroups/1", "updated"), below("holograms/7", "created"))
    assert [step.text for step in call.timeline[1:]] == ["audioRoutingGroups/1 updated", "holograms/7 created"]


def test_rule_9_what_was_left_out_is_named() -> None:
    call = call_of(the_report(body(item(state="established", targets=5, source=[]))))
    assert Anomaly.MALFORMED in call.anomalies
    assert call.timeline[-1].text == "not of Graph's form, left out: source, targets"


@pytest.mark.parametrize("bad", ["../users", "a%2f..%2fb", "a'b", "\x1b[2J", ""])
def test_rule_9_no_id_without_the_form_of_one_comes_onto_the_board(bad: str) -> None:
    parsed = wire.parse(body(item(url=f"/communications/calls('{bad}')", state="established")))
    assert (parsed.reports, len(parsed.rejected)) == ((), 1)
