from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, HangUpAsked, Record, decode, encode, kind_of
from callmon.ports import EntryKind

FULL: dict[str, Any] = {
    "answer": Answer.THROTTLED,
    "sentence": "Too many requests: “later”.",
    "retry_helps": True,
    "retry_after_s": 2.128,
    "status": 429,
    "code": "TooManyRequests",
    "message": "Please retry after",
    "request_id": "94fb3b52-452a-4535-a601-69e0a90e3aa2",
    "client_request_id": "0c3a3b5e-95a7-4d2c-8a0b-3c1f8f5c1d11",
    "date": "Mon, 02 Mar 2026 09:30:00 GMT",
    "scenario_id": "2e1a0b00-2db4-4022-9570-243709c565ab",
    "diagnostic": '{"ServerInfo":{"DataCenter":"West Europe"}}',
}
TRIES = (
    Try("2026-03-02T09:30:00.000Z", Answer.UNAVAILABLE, 503, "7500", "theirs-1", "ours-1"),
    Try("2026-03-02T09:30:01.000Z", Answer.UNREACHABLE),
)
RECORDS: list[Record] = [
    HangUpAsked("6F1F", "1", "ada@console-1", "nobody is left"),
    HangUpAsked("6F1F", "1", "\udcff@h\u00f6st"),
    HangUpAnswered("6F1F", "1", HangUpOutcome(**FULL)),
    HangUpAnswered("6F1F", "1", HangUpOutcome(Answer.ACCEPTED, "")),
    HangUpAnswered("6F1F", "1", HangUpOutcome(Answer.ACCEPTED, "", tries=TRIES)),
    CallChecked("6F1F", CheckOutcome(**FULL, state="established", body='{"subject": "Größe"}'.encode())),
    CallChecked("6F1F", CheckOutcome(Answer.GONE, "No such call.")),
    FeedChanged("http 127.0.0.1:8765", "listening", "since now"),
    FeedChanged("http 127.0.0.1:8765", "listening", run="a", place="console-1", alive="a b"),
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_comes_back_as_it_was_written(record: Record) -> None:
    assert decode(kind_of(record), encode(record)) == record


def test_what_is_known_to_who_sent_it_alone_is_not_written_down() -> None:
    outcome = HangUpOutcome(Answer.UNREACHABLE, "No answer; it may have arrived.", unsettled=True)
    written = json.loads(encode(HangUpAnswered("6F1F", "1", outcome)))["outcome"]
    assert written.keys() == {*FULL, "tries"}


@given(st.builds(HangUpAsked, *[st.text(st.characters(codec=None))] * 4))
def test_any_text_comes_back(record: HangUpAsked) -> None:
    assert decode("hangup-asked", encode(record)) == record


def test_every_kind_of_record_is_a_kind_of_entry() -> None:
    assert {kind_of(record) for record in RECORDS} == {*EntryKind} - {EntryKind.NOTIFICATION}


def test_a_call_that_is_not_utf_8_is_recorded_as_far_as_it_is_readable() -> None:
    record = decode("call-checked", encode(CallChecked("6F1F", CheckOutcome(Answer.FOUND, "Found.", body=b"{\xff}"))))
    assert isinstance(record, CallChecked)
    assert record.outcome.body.decode() == "{\ufffd}"


def test_what_a_newer_version_adds_is_left_out() -> None:
    outcome = {"answer": "gone", "sentence": "", "mood": "sad"}
    asked = {"call_id": "1", "attempt": "2", "operator": "ada", "colour": "red"}
    answered = {"call_id": "1", "attempt": "2", "outcome": outcome, "colour": "red"}
    assert decode("hangup-asked", json.dumps(asked).encode()) == HangUpAsked("1", "2", "ada")
    assert decode("hangup-answered", json.dumps(answered).encode()) == HangUpAnswered(
        "1", "2", HangUpOutcome(Answer.GONE, "")
    )


OUTCOME = {"answer": "gone", "sentence": "No such call."}
BAD: dict[str, tuple[str, object]] = {
    "an unknown kind": ("hangup-regretted", {"call_id": "1"}),
    "a notification": ("notification", {"value": []}),
    "a list": ("feed", [1]),
    "a list with a name": ("feed", ["outcome"]),
    "text": ("feed", "outcome"),
    "a number": ("feed", 5),
    "nothing": ("feed", {}),
    "a part is missing": ("hangup-asked", {"call_id": "1", "attempt": "2"}),
    "an id that is no text": ("hangup-asked", {"call_id": 1, "attempt": "2", "operator": "ada"}),
    "null": ("feed", {"feed": None, "state": "listening"}),
    "no outcome": ("call-checked", {"call_id": "1"}),
    "an outcome that is none": ("call-checked", {"call_id": "1", "outcome": None}),
    "an unknown answer": ("call-checked", {"call_id": "1", "outcome": {**OUTCOME, "answer": "maybe"}}),
    "a sentence that is none": (
        "hangup-answered",
        {"call_id": "1", "attempt": "2", "outcome": {**OUTCOME, "sentence": 5}},
    ),
    "a state that is no text": ("call-checked", {"call_id": "1", "outcome": {**OUTCOME, "state": ["x"]}}),
    "a wait that is no number": (
        "call-checked",
        {"call_id": "1", "outcome": {**OUTCOME, "answer": "throttled", "retry_after_s": "soon"}},
    ),
    "a wait that no clock can show": (
        "call-checked",
        {"call_id": "1", "outcome": {**OUTCOME, "answer": "throttled", "retry_after_s": float("nan")}},
    ),
    "a status that is no number": ("call-checked", {"call_id": "1", "outcome": {**OUTCOME, "status": "404"}}),
    "tries that are no list": (
        "hangup-answered",
        {"call_id": "1", "attempt": "2", "outcome": {**OUTCOME, "tries": {"at": ""}}},
    ),
    "a try that is none": (
        "hangup-answered",
        {"call_id": "1", "attempt": "2", "outcome": {**OUTCOME, "tries": [{"at": "", "answer": "maybe"}]}},
    ),
    "a try that is no object": (
        "hangup-answered",
        {"call_id": "1", "attempt": "2", "outcome": {**OUTCOME, "tries": [5]}},
    ),
    "a body that is no text": ("call-checked", {"call_id": "1", "outcome": {**OUTCOME, "body": 5}}),
    "a body that is no UTF-8": ("call-checked", {"call_id": "1", "outcome": {**OUTCOME, "body": "\ud800"}}),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_record_is_none(case: str) -> None:
    kind, body = BAD[case]
    assert decode(kind, json.dumps(body).encode()) is None


@given(st.sampled_from(EntryKind), st.binary() | st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from(["call_id", "attempt", "outcome", "answer", "body", "feed"]), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
@example(EntryKind.FEED, b"[" * 100_000)
def test_no_bytes_make_the_reader_fail(kind: EntryKind, body: bytes) -> None:
    record = decode(kind, body)
    assert record is None or kind_of(record) == kind
