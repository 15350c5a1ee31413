from __future__ import annotations

import json

from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.document import call_document, timeline_document
from callmon.core.doubt import doubt_of
from callmon.core.draft import apply
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.records import CallChecked, HangUpAnswered, HangUpAsked
from callmon.core.states import CallState
from tests.makers import CALL, at, board_of, call_of, note, payload, replayed, report, the_report

KEYS = (
    "id, bot, state, kind, direction, source, targets, participants, roster_changed_at, first_seen, established_at, "
    "ended_at, duration_s, custom, last_heard, verified, doubt, check, hangup, anomalies, end, termination_sender, "
    "termination_reason"
)
END_KEYS = "code, subcode, message, title, explanation, ended_by, category, advice, matched, source"


def test_a_call_has_the_promised_keys_in_their_order() -> None:
    for call in (replayed(3), replayed(3, 4, 5, 6, 7, 8)):
        assert ", ".join(call_document(call, at(60))) == KEYS
    end = call_document(replayed(3, 8), at(60))["end"]
    assert ", ".join(end) == END_KEYS


def test_an_ended_call() -> None:
    document = call_document(replayed(35, 36, 37, 43), at(60))
    assert document["id"] == "57DAB8B1894C409AB240BD8BEAE78896"
    assert (document["state"], document["kind"], document["direction"]) == ("terminated", "peer", "incoming")
    assert document["source"] == {"role": "user", "id": "8A34A46B-3D17-4ADC-8DCE-DC4E7D572698", "name": "Test User"}
    assert [target["name"] for target in document["targets"]] == ["Test BOT"]
    assert document["participants"] is None
    assert document["first_seen"] == "2026-03-02T09:30:00.000Z"
    assert document["established_at"] == "2026-03-02T09:30:02.000Z"
    assert document["ended_at"] == document["last_heard"] == "2026-03-02T09:30:03.000Z"
    assert (document["duration_s"], document["verified"], document["hangup"], document["anomalies"]) == (
        1.0,
        True,
        None,
        [],
    )
    assert (document["end"]["code"], document["end"]["subcode"]) == (200, 5001)
    assert json.loads(json.dumps(document)) == document


def test_who_sent_the_end_is_given_as_it_was_said() -> None:
    sender = call_document(replayed(1), at(60))["termination_sender"]
    assert sender == {"role": "phone", "id": "+4512345678", "name": "TelDispName"}
    assert call_document(replayed(8), at(60))["termination_sender"] is None


def test_what_is_not_known_is_null_or_empty() -> None:
    document = call_document(call_of(report(None)), at(60))
    assert (document["state"], document["kind"], document["targets"]) == ("unknown", "unknown", [])
    unknown = {
        "bot",
        "direction",
        "source",
        "participants",
        "roster_changed_at",
        "established_at",
        "ended_at",
        "duration_s",
        "doubt",
        "check",
        "termination_sender",
        "termination_reason",
        "hangup",
        "end",
    }
    assert {key for key, value in document.items() if value is None} == unknown


def test_the_duration_of_a_living_call_runs() -> None:
    assert call_document(replayed(3, 4), at(61.5))["duration_s"] == 60.5


def test_participants() -> None:
    people = call_document(replayed(33, 34), at(60))["participants"]
    assert people[0] == {
        "id": "0d7664b6-6432-43ed-8d27-d9e7adec188c",
        "identity": {"role": "user", "id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8", "name": "John"},
        "muted": True,
        "in_lobby": False,
        "removed": False,
    }
    (nobody,) = call_document(replayed(65), at(60))["participants"]
    assert (nobody["id"], nobody["identity"]["name"]) == (None, None)
    assert call_document(replayed(26), at(60))["participants"][0]["identity"] is None


def hung_up() -> Call:
    """A call that was hung up, answered 404 and then found gone."""
    board = note(board_of([report(CallState.ESTABLISHED)]), HangUpAsked(CALL, "1", "ada@console-1"), at(5))
    outcome = HangUpOutcome(Answer.GONE, "No such call.", status=404, request_id="r-1")
    board = note(board, HangUpAnswered(CALL, "1", outcome), at(6))
    board = note(board, CallChecked(CALL, CheckOutcome(Answer.GONE, "No such call.")), at(7))
    (call,) = board
    return call


def test_what_callmon_did() -> None:
    document = call_document(hung_up(), at(60))
    assert document["hangup"] == {
        "asked_at": "2026-03-02T09:30:05.000Z",
        "operator": "ada@console-1",
        "answered_at": "2026-03-02T09:30:06.000Z",
        "answer": "gone",
        "status": 404,
        "sentence": "No such call.",
        "request_id": "r-1",
        "client_request_id": None,
        "tries": [],
    }
    assert document["check"] == {"at": "2026-03-02T09:30:07.000Z", "answer": "gone", "state": None}


def test_a_ghost_has_no_end_reason() -> None:
    document = call_document(hung_up(), at(60))
    assert (document["ended_at"], document["end"]) == ("2026-03-02T09:30:06.000Z", None)


def test_an_unanswered_hang_up() -> None:
    board = note(board_of([report(CallState.ESTABLISHED)]), HangUpAsked(CALL, "1", "ada@console-1"), at(5))
    (call,) = board
    hangup = call_document(call, at(60))["hangup"]
    assert {key for key, value in hangup.items() if value is None} == {
        "answered_at",
        "answer",
        "status",
        "sentence",
        "request_id",
        "client_request_id",
    }


def test_a_timeline() -> None:
    (call,) = apply(board_of([the_report(payload(57))]), the_report(payload(60)), at(1.5))
    assert timeline_document(call) == [
        {
            "at": "2026-03-02T09:30:00.000Z",
            "kind": "state",
            "state": "transferring",
            "change": "updated",
            "text": "transferring",
            "anomaly": "beginning-missed",
        },
        {
            "at": "2026-03-02T09:30:01.500Z",
            "kind": "state",
            "state": "established",
            "change": "updated",
            "text": "established",
            "result": {"code": 500, "subcode": 7000, "message": "<message>"},
        },
        {
            "at": "2026-03-02T09:30:01.500Z",
            "kind": "transfer",
            "state": None,
            "change": "updated",
            "text": "transfer failed, the call goes on",
            "result": {"code": 500, "subcode": 7000, "message": "<message>"},
        },
    ]


def test_what_callmon_did_has_no_change() -> None:
    step = timeline_document(hung_up())[1]
    assert (step["kind"], step["state"], step["change"]) == ("hangup", None, None)


def test_hostile_text_is_escaped_by_json_itself() -> None:
    call = call_of(report("\x1b[2J\u202e\ud800"))
    text = json.dumps([call_document(call, at(1)), timeline_document(call)])
    assert text.isascii()
    assert text.isprintable()


def test_the_bot_that_has_the_call() -> None:
    (call,) = apply(Board(), report("established"), at(0), "front-desk")
    assert call_document(call, at(1))["bot"] == "front-desk"


def test_a_call_in_doubt_says_so() -> None:
    call = call_of(report("established"))
    document = call_document(call._replace(doubt=doubt_of(call, at(5000))), at(5000))
    assert document["verified"] is False
    assert document["doubt"] == {
        "kind": "silent",
        "since": "2026-03-02T09:30:00.000Z",
        "because": "nothing has been heard of it for longer than 15m, while it is established",
    }
