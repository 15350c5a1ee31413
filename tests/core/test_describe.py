from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core import describe, hangup_words, particulars
from callmon.core.answers import Answer
from callmon.core.ascii_signs import nearest
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Identity, Participant, ResultInfo, Step, StepKind
from callmon.core.document import call_document
from callmon.core.draft import Draft, apply
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.listening import Gap
from callmon.core.query import row
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.reports import CHECKED, Operation, Report, Resource
from callmon.core.states import Anomaly, CallState
from callmon.core.ticket import ticket
from callmon.core.timelines import timeline
from tests.makers import CALL, at, board_of, call_of, note, payload, replayed, report, the_report

S = CallState
NOW = at(100)


# Hostile text


def every_word_of(call: Call) -> list[str]:
    """Everything that a person is told about a call."""
    gaps = (Gap(at(0), None, certain=True),)
    words = [
        describe.state_word(call),
        describe.glyph(call),
        describe.who(call),
        describe.lasted(call, NOW),
        describe.end_line(call),
        hangup_words.effect(call),
        hangup_words.expects(),
        hangup_words.state(call),
        describe.trouble(call),
        *(word for line in timeline(call, gaps=gaps) for word in (line.text, line.remark)),
        *(word for fact in particulars.facts(call) for word in fact),
        *(word for person in particulars.roster(call) for word in person),
    ]
    return words + [word for word in astuple(row(call, NOW)) if isinstance(word, str)]


def hostile_call(text: str) -> Call:
    """A call that has the text wherever the feed, or whoever asked for a hang-up, can put one."""
    identity = Identity(text, text, text, text)
    texts: dict[str, Any] = dict.fromkeys(Facts._fields, text)
    facts = Facts(**texts)._replace(
        source=identity,
        targets=(identity, Identity("phone", text)),
        organizer=identity,
        transferor=identity,
        termination_sender=identity,
        answered_by=identity,
        recording=True,
        routes=(text,),
    )
    result = ResultInfo(text, text, text)
    below: dict[str, Any] = {"resource": Resource.OPERATION, "path": f"operations/{text}", "result": result}
    reports = [
        report(text, text, facts=facts, tone=text, result=result, other_id=text, left_out=(text,)),
        report(None, text, operation=Operation(text, text), **below),
        report(None, text, resource=Resource.OTHER, path=text),
        report(None, resource=Resource.PARTICIPANTS, roster=(Participant(text, identity), Participant(text, None))),
    ]
    board = note(board_of(reports), HangUpAsked(CALL, "1", text, text), at(9))
    board = note(board, HangUpAnswered(CALL, "1", HangUpOutcome(Answer.UNEXPECTED, text)), at(9))
    board = note(board, CallChecked(CALL, CheckOutcome(Answer.FOUND, text, state=text)), at(9))
    (call,) = board
    return call._replace(spelled=text, kind_because=text)


HOSTILE = [
    "[/oops]",
    "[bold red]x",
    "\x1b[2J\x1b[31m",
    "a\nb\r\tc",
    "\u202egpj\u2066",
    "\ud800",
    "\x9b1m",
    "\u200b",
    "\0",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("ended", [False, True])
def test_hostile_text_is_shown_and_never_obeyed(text: str, ended: bool) -> None:
    call = hostile_call(text)
    if ended:
        call = call._replace(state=S.TERMINATED, ended_at=at(20), end=ResultInfo(text, text, text))
    words = every_word_of(call)
    assert [word for word in words if not word.isprintable()] == []
    shown = text.encode("unicode_escape").decode() if not text.isprintable() else text
    assert sum(shown in word for word in words) > 10


@given(st.text(st.characters(codec=None), max_size=20))
def test_no_text_at_all_gets_through_raw(text: str) -> None:
    assert all(word.isprintable() for word in every_word_of(hostile_call(text)))


# States


def test_every_state_has_a_sign_of_its_own_form() -> None:
    assert set(describe.GLYPHS) == {None, *CallState} - {S.UNKNOWN_FUTURE_VALUE}
    assert {len(glyph) for glyph in describe.GLYPHS.values()} == {1}
    assert describe.glyph(call_of(report("Parked"))) == describe.glyph(call_of(report(None))) == "?"


def test_state_words() -> None:
    assert describe.state_word(call_of(report(None))) == "unknown"
    assert describe.state_word(call_of(report(S.TRANSFER_ACCEPTED))) == "transferAccepted"
    board = note(board_of([report(S.ESTABLISHED)]), HangUpAsked(CALL, "1", "ada"), at(5))
    words = []
    for one in (report(S.TERMINATING), report(S.TERMINATED, "deleted")):
        (call,) = board
        words.append(describe.state_word(call))
        board = apply(board, one, at(6))
    (call,) = board
    assert [*words, describe.state_word(call)] == ["hanging up", "terminating", "terminated"]


# Who


ANA, BO = Identity("user", "1", "Ana"), Identity("user", "2", "Bo")
BOT = Identity("application", "3", "Bot")
WHO: dict[str, tuple[Facts, str]] = {
    "the caller": (Facts(direction="incoming", source=ANA, targets=(BOT,)), "Ana"),
    "the called": (Facts(direction="outgoing", source=BOT, targets=(ANA, BO)), "Ana, Bo"),
    "many": (Facts(targets=(ANA, BO, BOT, ANA, BO)), "Ana, Bo, Bot +2"),
    "a meeting": (Facts(organizer=ANA, meeting="organizer"), "meeting of Ana"),
    "a meeting with a subject": (Facts(organizer=ANA, meeting="organizer", subject="Sales"), "Sales"),
    "a subject": (Facts(subject="Sales", targets=(ANA,)), "Sales"),
    "a subject of spaces": (Facts(subject="  ", targets=(ANA,)), "Ana"),
    "a meeting with such a subject": (Facts(organizer=ANA, meeting="organizer", subject=" "), "meeting of Ana"),
    "only where it comes from": (Facts(source=ANA), "Ana"),
    "a caller who is not named": (Facts(direction="incoming", targets=(BOT,)), ""),
    "a callee who is not named": (Facts(direction="outgoing", source=BOT), ""),
    "nobody": (Facts(), ""),
}


@pytest.mark.parametrize("case", WHO)
def test_who_is_on_the_other_side(case: str) -> None:
    facts, who = WHO[case]
    assert describe.who(call_of(report(S.ESTABLISHED, facts=facts))) == who


def test_where_nothing_else_says_it_the_roster_tells_who_is_there() -> None:
    assert describe.who(replayed(17, 18, 19)) == ""
    assert describe.who(replayed(17, 18, 19, 20)) == "Robin2"
    to_the_bot = report(S.ESTABLISHED, facts=Facts(direction="incoming", targets=(BOT,)))
    ana = report(resource=Resource.PARTICIPANTS, roster=(Participant("1", ANA), Participant("2", BOT)))
    assert describe.who(call_of(to_the_bot, ana)) == "Ana"
    hidden = (Participant("1", Identity("user", "1", "Eve", hidden=True)), Participant("2", None), Participant("3", BO))
    assert describe.who(call_of(report(resource=Resource.PARTICIPANTS, roster=hidden))) == "Bo"


def test_the_roster_in_words() -> None:
    assert particulars.roster(replayed(33, 34)) == (("John", "user, muted"), ("Calling Bot", "application"))
    assert particulars.roster(replayed(81)) == (("Guest User", "guest, in the lobby"),)
    assert particulars.roster(replayed(26))[0] == ("participant 1D6DE2D4-CD51", "")
    assert particulars.roster(replayed(3)) == ()


# How long


def test_how_long_a_call_lasts() -> None:
    assert describe.lasted(replayed(3, 4), at(61)) == "1:00"
    assert describe.lasted(replayed(3), at(61)) == "1:01"
    assert describe.lasted(replayed(3, 4, 8), NOW) == "0:01"


def test_the_duration_of_a_call_whose_beginning_was_missed_is_a_lower_bound() -> None:
    assert describe.lasted(replayed(4), at(61)) == "≥ 1:01"
    assert describe.lasted(replayed(4, 8), NOW) == "≥ 0:01"


def test_the_duration_of_a_call_that_a_check_found_answered_is_a_lower_bound() -> None:
    call = call_of(report(S.INCOMING, "created"), report(S.ESTABLISHED, CHECKED), report(S.ESTABLISHED))
    assert describe.lasted(call, at(61)) == "≥ 1:00"
    assert (call.anomalies, describe.answered_earlier(call)) == ((Anomaly.ANSWER_MISSED,), True)
    assert row(call, NOW).note == "it may have been answered earlier"
    assert describe.trouble(call) == "", "what was missed is no fault of the call"
    seen = call_of(report(S.INCOMING, "created"), report(S.ESTABLISHED), report(S.ESTABLISHED, CHECKED))
    assert describe.lasted(seen, at(61)) == "1:00"
    asked_before = call_of(report(S.INCOMING, "created"), report(S.INCOMING, CHECKED), report(S.ESTABLISHED))
    assert describe.lasted(asked_before, at(61)) == "0:59"


def test_the_duration_of_a_call_whose_end_was_never_reported_is_an_upper_bound() -> None:
    assert describe.lasted(gone(replayed_board(3, 4)), NOW) == "≤ 0:49"
    assert describe.lasted(gone(replayed_board(4)), NOW) == "not known", "neither when it began nor when it ended"


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (Gap(at(1), at(5), certain=True), "≥ 0:51"),
        (Gap(at(1), None, certain=True), "≥ 0:51"),
        (Gap(at(-5), at(0), certain=True), "0:51"),
        (Gap(at(1), at(5), certain=True, bots=frozenset({"other"})), "0:51"),
    ],
)
def test_the_duration_of_a_call_that_was_answered_after_a_gap_is_a_lower_bound(gap: Gap, told: str) -> None:
    draft = Draft(board_of([report(S.INCOMING, "created")]))
    draft.apply(report(S.ESTABLISHED), at(10), gaps=[gap])
    (call,) = draft.board
    assert describe.lasted(call, at(61)) == told


def test_a_word_between_the_gap_and_the_answer_makes_its_time_certain() -> None:
    draft = Draft(board_of([report(S.INCOMING, "created")]))
    for second, state in ((6, S.INCOMING), (10, S.ESTABLISHED)):
        draft.apply(report(state), at(second), gaps=[Gap(at(1), at(5), certain=True)])
    (call,) = draft.board
    assert describe.lasted(call, at(61)) == "0:51"


def test_never_answered_is_said_only_if_an_answer_would_have_been_seen() -> None:
    unanswered, late = replayed(15, 16), replayed(16)
    assert (describe.never_answered(unanswered), describe.lasted(unanswered, NOW)) == (True, "never answered")
    assert (describe.never_answered(late), describe.lasted(late, NOW)) == (False, "not known")
    assert describe.end_line(unanswered) != describe.end_line(late)
    assert not describe.never_answered(replayed(15))
    assert not describe.never_answered(replayed(3, 4, 8))
    ghost = gone(replayed_board(15))
    assert (describe.never_answered(ghost), describe.lasted(ghost, NOW)) == (False, "not known")


# Ends


def replayed_board(*numbers: int) -> Board:
    """The board after recorded notifications."""
    return board_of(the_report(payload(number)) for number in numbers)


def gone(board: Board) -> Call:
    """The only call of a board, found gone."""
    (call,) = board
    (call,) = note(board, CallChecked(call.spelled, CheckOutcome(Answer.GONE, "No such call.")), at(50))
    return call


def test_a_living_call_has_no_end() -> None:
    assert (describe.ending(replayed(3)), describe.end_line(replayed(3)), describe.failed(replayed(3))) == (
        None,
        "",
        False,
    )


@pytest.mark.parametrize("result", [ResultInfo(487, 0), ResultInfo(200, 0), ResultInfo(200, 4097)])
def test_no_reason_tells_which_participant_ended_the_call(result: ResultInfo) -> None:
    facts = Facts(direction="outgoing")
    why = describe.ending(call_of(report(S.ESTABLISHING, facts=facts), report(S.TERMINATED, result=result)))
    assert why is not None
    assert describe.ENDED_BY[why.ended_by] == "a participant", "the caller is the bot itself"


@pytest.mark.parametrize("result", [ResultInfo(500, 7000), ResultInfo(500, 7700), ResultInfo(400, 8508)])
def test_an_end_of_which_nothing_before_was_heard_is_an_end(result: ResultInfo) -> None:
    call = call_of(report(S.TERMINATED, "deleted", result=result))
    why = describe.ending(call)
    assert why is not None
    assert not any(words in why.title + why.explanation for words in ("still up", "not an end of call"))


def test_an_end_in_a_line() -> None:
    assert describe.end_line(replayed(3, 4, 8)).endswith(" (200/5002)")
    assert "(" not in describe.end_line(replayed(54, 55))
    assert describe.end_line(gone(replayed_board(3, 4))) == "Gone: its end was never reported"


def test_the_older_reason_is_used_where_there_is_no_code() -> None:
    by_reason, without = describe.ending(replayed(35, 88)), describe.ending(replayed(35, 91))
    assert by_reason is not None
    assert without is not None
    assert by_reason.title != without.title


TERMINATION_REASONS = {
    "alone": (None, "CallerHangup\x1b", "Only a termination reason was given (CallerHangup\\x1b)"),
    "alone, and known": (None, "AppInitiated", "The bot ended the call (AppInitiated)"),
    "beside a code": (ResultInfo(500, 7106), "AppInitiated", "Bot media set-up failed (7106) (500/7106)"),
}


@pytest.mark.parametrize("case", TERMINATION_REASONS)
def test_a_termination_reason_is_kept_as_it_was_said(case: str) -> None:
    result, word, line = TERMINATION_REASONS[case]
    end = report(S.TERMINATED, "deleted", result=result, facts=Facts(termination_reason=word))
    call = call_of(report(S.ESTABLISHING), report(S.ESTABLISHED), end)
    assert describe.end_line(call) == line
    assert dict(particulars.facts(call))["Reason text"] == word.replace("\x1b", "\\x1b")
    assert all(len(label) < 15 for label, _ in particulars.facts(call)), "their column in show has so much room"
    assert call_document(call, NOW)["termination_reason"] == word
    assert "Termination reason:" in ticket(call, NOW)


def test_a_very_long_message_is_explained_all_the_same() -> None:
    short = call_of(report(S.TERMINATED, result=ResultInfo(500, 1, "x")))
    long = call_of(report(S.TERMINATED, result=ResultInfo(500, 1, "x" * 10_000)))
    assert describe.end_line(short) == describe.end_line(long)


def test_what_went_wrong() -> None:
    assert describe.failed(replayed(1))
    assert describe.trouble(replayed(1)) == describe.end_line(replayed(1))
    assert describe.trouble(gone(replayed_board(3))) == "Gone: its end was never reported"
    assert describe.trouble(call_of(report(S.INCOMING), report(S.HOLD))) == "a step was skipped"
    assert describe.trouble(call_of(report(S.ESTABLISHED))) == ""
    assert describe.trouble(replayed(3, 4, 8)) == ""


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [(Answer.ACCEPTED, ""), (Answer.NOT_ALLOWED, "Hang-up not allowed: So it is."), (Answer.GONE, None)],
)
def test_a_hang_up_that_did_not_work_is_trouble(answer: Answer, trouble: str | None) -> None:
    board = note(replayed_board(3, 4), HangUpAsked(CALL, "1", "ada"), at(5))
    assert describe.trouble(next(iter(board))) == ""
    (call,) = note(board, HangUpAnswered(CALL, "1", HangUpOutcome(answer, "So it is.")), at(6))
    assert describe.trouble(call) == (describe.GONE if trouble is None else trouble)


# The timeline


def test_a_timeline_tells_what_how_long_and_what_is_odd() -> None:
    reports = [report(S.ESTABLISHED), report(S.HOLD), report(S.ESTABLISHING), report(S.TERMINATED, "deleted")]
    lines = timeline(call_of(*reports))
    assert [line.text for line in lines] == ["established", "hold", "establishing", "terminated"]
    assert [line.gap and line.gap.total_seconds() for line in lines] == [None, 1, 1, 1]
    assert [line.stay and str(line.stay) for line in lines] == ["at least 0:01", "0:02", None, None]
    assert [line.odd for line in lines] == [True, False, True, False]
    assert [line.remark for line in lines] == [
        "its beginning was not seen",
        "",
        "arrived late, after a later state",
        "",
    ]


def test_the_state_that_lasts_has_no_stay_and_the_last_one_ends_with_the_call() -> None:
    assert [line.stay for line in timeline(replayed(3))] == [None]
    (line, check) = timeline(gone(replayed_board(3)))
    assert (str(line.stay), check.kind) == ("at most 0:50", StepKind.CHECK)


def stays(call: Call, *gaps: Gap) -> list[str]:
    """How long the call was in each of its states, as its timeline tells it."""
    lines = timeline(call, gaps=gaps)
    return [str(line.stay or "") for line in lines if line.kind is StepKind.STATE]


def test_how_long_a_call_was_in_a_state_is_not_certain_across_a_gap() -> None:
    call = call_of(report(S.INCOMING), report(S.ESTABLISHED), report(S.HOLD), report(S.TERMINATED, "deleted"))
    assert stays(call) == ["0:01", "0:01", "0:01", ""]
    assert stays(call, Gap(at(0.2), at(0.5), certain=True)) == ["at most 0:01", "at least 0:01", "0:01", ""]
    assert stays(call, Gap(at(0.2), at(1.5), certain=False)) == ["at most 0:01", "", "at least 0:01", ""]
    assert stays(call, Gap(at(2.5), None, certain=False)) == ["0:01", "0:01", "at most 0:01", ""]
    assert stays(call, Gap(at(0.2), at(0.5), certain=True, bots=frozenset({"other"}))) == stays(call)


def test_how_long_it_was_in_a_state_is_not_certain_if_a_check_told_that_it_had_left_it() -> None:
    found = report(S.ESTABLISHED, CHECKED)
    call = call_of(report(S.INCOMING, "created"), found, report(S.TERMINATED, "deleted"))
    assert stays(call) == ["at most 0:01", "at least 0:01", ""]


def test_how_long_it_was_in_a_state_is_not_certain_if_another_one_was_told_after_the_end() -> None:
    call = call_of(report(S.ESTABLISHING), report(S.TERMINATED, "deleted"), report(S.ESTABLISHED))
    assert stays(call) == ["at most 0:01", "", ""]


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("result", [ResultInfo(200, 7015), ResultInfo(200, 5001), ResultInfo(500, 7700), ResultInfo()])
def test_that_the_call_goes_on_is_said_once(result: ResultInfo, lang: str) -> None:
    line = timeline(call_of(report(S.ESTABLISHED), report(S.ESTABLISHED, result=result)), lang)[-1]
    assert "goes on" in line.text
    assert line.remark
    assert not any(again in line.remark for again in ("goes on", "通话仍在继续"))


def test_results_are_explained_without_telling_an_end() -> None:
    line = timeline(replayed(37, 40))[-1]
    assert line.remark.endswith("(400/8508)")
    without = Step(at(0), StepKind.OPERATION, "record", result=ResultInfo())
    (told,) = timeline(replayed(3)._replace(story=(without,)))
    assert told.remark
    assert "(" not in told.remark


GAPS: dict[str, tuple[Gap, str | None]] = {
    "before the call": (Gap(at(-20), at(-10), certain=True), None),
    "until the call": (Gap(at(-20), at(0), certain=True), None),
    "into the call": (Gap(at(-20), at(1), certain=True), "callmon did not listen until 09:30:01"),
    "in the call": (Gap(at(1), at(2), certain=False), "callmon may not have listened until 09:30:02"),
    "since then": (Gap(at(2), None, certain=True), "callmon did not listen since then"),
    "after the call": (Gap(at(5), None, certain=True), None),
}


@pytest.mark.parametrize("case", GAPS)
def test_a_time_in_which_nothing_was_heard_is_told_if_the_call_lived_then(case: str) -> None:
    gap, text = GAPS[case]
    lines = timeline(replayed(3, 4, 5, 8), gaps=[gap])
    assert [line.text for line in lines if line.at == gap.since and line.odd] == ([text] if text else [])
    assert [line.at for line in lines] == sorted(line.at for line in lines)


# Hang-ups


# Facts


def labelled(*reports: Report) -> dict[str, str]:
    """What is known of a call, by label."""
    return dict(particulars.facts(call_of(*reports)))


def test_facts_tell_what_was_said_and_nothing_else() -> None:
    assert labelled(the_report(payload(3))) == {
        "Call id": CALL,
        "Kind": "unknown: nothing has said yet",
        "Chain id": "b0fe8425-6f48-41ed-9dd6-b706ff66319a",
    }
    recorder = labelled(the_report(payload(39), {"scenario-id": "s-1"}))
    assert recorder["From"] == "user 8A34A46B-3D17"
    assert recorder["To"] == "applicationInstance 832899f8-2ea1"
    assert (recorder["Meeting"], recorder["Scenario id"]) == ("token", "s-1")
    assert recorder["Recording bot"] == "yes, it observes a participant"
    routed = labelled(the_report(payload(83)))
    assert routed["Routed"] == "+14258828080 → Casey (lookup)"
    assert routed["From"] == "Test User (user 8A34A46B-3D17)"
    assert routed["Kind"].startswith("peer: ")


def test_who_sent_the_end_is_told_only_where_it_was_said() -> None:
    assert labelled(the_report(payload(1)))["End sent by"] == "TelDispName (phone +4512345678)"
    assert "End sent by" not in labelled(the_report(payload(8)))


def test_facts_of_a_meeting() -> None:
    meeting = labelled(the_report(payload(33)), the_report(payload(34)))
    assert meeting["Meeting"] == "organized by Bob"
    assert meeting["On the call"] == "2: John (muted), Calling Bot"
    assert labelled(the_report(payload(12)))["Meeting"] == "19:e7339480-8cef-4b7e-936f-05ea012ba657"
    assert labelled(the_report(payload(81)))["On the call"] == "nobody; in the lobby: Guest User"
    assert labelled(report(resource=Resource.PARTICIPANTS, roster=()))["On the call"] == "nobody"


def test_a_phone_number_is_not_told_twice() -> None:
    facts = Facts(targets=(Identity("phone", "+4512345678"), Identity("phone", "+4512345678", "Desk")))
    assert labelled(report(facts=facts))["To"] == "+4512345678 (phone), Desk (phone +4512345678)"


def test_every_anomaly_has_words() -> None:
    assert set(describe.ANOMALY_WORDS) == {*Anomaly}


@pytest.mark.parametrize(
    ("code", "subcode", "sign"),
    [(200, 5001, "×"), (487, 10003, "×"), (500, 560500, "!"), (410, 301005, "!")],  # noqa: RUF001  # the sign
)
def test_an_end_that_failed_has_a_sign_of_its_own_in_ascii_too(code: int, subcode: int, sign: str) -> None:
    call = call_of(report(S.ESTABLISHED), report(S.TERMINATED, "deleted", result=ResultInfo(code, subcode)))
    assert describe.glyph(call) == sign
    assert describe.failed(call) == (sign == "!")
    assert describe.FAILED_GLYPH not in describe.GLYPHS.values()
    in_ascii = [nearest(glyph, 1) for glyph in (*describe.GLYPHS.values(), describe.FAILED_GLYPH)]
    assert in_ascii.count(nearest(describe.FAILED_GLYPH, 1)) == 1
