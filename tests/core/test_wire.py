from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callmon.core.calls import Facts, Identity, Participant, ResultInfo
from callmon.core.reports import CHECKED, Operation, Parsed, Rejected, Report, Resource
from callmon.core.states import CallState
from callmon.core.text import same_id
from callmon.core.wire import is_json, parse, parse_call
from callmon.core.wire_facts import number
from tests.makers import CALL, PAYLOADS, body, item, payload, the_report

with (Path(__file__).parent.parent / "data" / "payloads.csv").open(encoding="utf-8") as file:
    TABLE = {row["file"]: row for row in csv.DictReader(file)}

RESOURCES = {
    "": Resource.CALL,
    "participants": Resource.PARTICIPANTS,
    "operations": Resource.OPERATION,
    "contentsharingsessions": Resource.SHARING,
}


def says(report: Report) -> str:
    """Everything a report says besides what has a column of its own in the table."""
    facts = report.facts
    people = [f"{p.shown}{' (muted)' * p.muted}{' (lobby)' * p.in_lobby}" for p in report.roster or ()]
    meeting = f"{facts.meeting} meeting" + (f" of {facts.organizer.shown}" if facts.organizer else "")
    scheduled = (facts.thread_id or "").startswith("19:meeting_")
    parts = [
        facts.direction,
        facts.source and f"from {facts.source.shown}",
        facts.targets and f"to {' + '.join(target.shown for target in facts.targets)}",
        facts.media and f"audio {facts.media}",
        None if scheduled or not facts.thread_id else f"thread {facts.thread_id}",
        facts.meeting and meeting,
        facts.recording and "recording",
        facts.routes and f"routed {' + '.join(facts.routes)}",
        facts.termination_reason and f"reason {facts.termination_reason}",
        facts.termination_sender and f"ended by {facts.termination_sender.shown}",
        report.tone,
        report.operation and f"{report.operation.name} {report.operation.status}",
        people and (f"roster {' + '.join(people)}" if len(people) < 5 else f"roster of {len(people)}"),
        report.other_id and f"names {report.other_id}",
    ]
    return "; ".join(part for part in parts if part)


def without_order(text: str) -> set[str]:
    return set(text.split("; "))


def test_the_table_holds_every_recorded_notification() -> None:
    assert sorted(TABLE) == sorted(path.name[:2] for path in PAYLOADS.glob("*.json"))
    assert len(TABLE) == 96


@pytest.mark.parametrize("number", TABLE)
def test_recorded_notifications_say_what_they_say(number: str) -> None:
    row = TABLE[number]
    if row["says"] == "rejected":
        parsed = parse(payload(int(number)))
        assert parsed.reports == ()
        assert [bad.reason for bad in parsed.rejected] == [
            "The body is JSON, but not a notification of Graph (commsNotifications): it has no list named value."
        ]
        return
    report = the_report(payload(int(number)))
    assert (report.spelled, report.call_id) == (row["call"], same_id(row["call"]))
    assert (report.change, report.state or "", report.path) == (row["change"], row["state"], row["path"])
    assert report.resource is RESOURCES[row["path"].partition("/")[0]]
    assert str(report.result or "") == row["result"]
    assert without_order(says(report)) == without_order(row["says"])
    assert report.left_out == ()


def test_facts_of_a_recording_bots_invitation() -> None:
    assert the_report(payload(39)).facts == Facts(
        direction="incoming",
        source=Identity("user", "8A34A46B-3D17-4ADC-8DCE-DC4E7D572698"),
        targets=(Identity("applicationInstance", "832899f8-2ea1-4604-8413-27bd2892079f"),),
        chain_id="05f2f70f-3a9c-47c1-80a9-cc79e91d8cec",
        tenant_id="932899f8-2ea1-4604-8413-27bd2892079f",
        meeting="token",
        recording=True,
    )


def test_secrets_of_a_notification_are_not_in_its_report() -> None:
    for number_, secret in ((13, "eyJhbGciOiJub25lIn0"), (48, "<access-token>"), (94, "<access-token>")):
        assert secret in payload(number_).decode()
        assert secret not in repr(the_report(payload(number_)))


# Batches


BAD_ITEMS: dict[str, tuple[Any, str]] = {
    "no object": (7, "It is not an object."),
    "null": (None, "It is not an object."),
    "a list": ([], "It is not an object."),
    "no resource": ({"changeType": "updated"}, "It names no resource, so it belongs to no call."),
    "an empty resource": ({"resourceUrl": "", "resource": None}, "It names no resource, so it belongs to no call."),
    "a resource that is no text": ({"resourceUrl": {}}, "It names no resource, so it belongs to no call."),
    "another resource": (item(url="/users/1"), "Its resource is not a call: /users/1"),
    "no id": (item(url="/communications/calls/"), "Its resource is not a call: /communications/calls/"),
    "something like calls": (item(url="/recalls/1"), "Its resource is not a call: /recalls/1"),
    "a bad id": (item(url="/communications/calls/a%2fb"), "Its call id has not the form of an id: a%2fb"),
}


@pytest.mark.parametrize("case", BAD_ITEMS)
def test_a_bad_item_of_a_batch_costs_its_neighbours_nothing(case: str) -> None:
    bad, reason = BAD_ITEMS[case]
    parsed = parse(body(item(state="establishing"), bad, item("deleted")))
    assert [(report.change, report.state) for report in parsed.reports] == [
        ("updated", "establishing"),
        ("deleted", None),
    ]
    assert parsed.rejected == (Rejected(f"Item 2 of 3: {reason}"),)


def test_a_batch_tells_of_many_calls_in_order() -> None:
    ids = [f"{number:032x}" for number in range(40)]
    parsed = parse(body(*(item(url=f"/communications/calls/{one}", state="established") for one in ids)))
    assert [report.call_id for report in parsed.reports] == ids
    assert parsed.rejected == ()


def test_one_notification_may_come_without_its_envelope() -> None:
    assert parse(json.dumps(item(state="established")).encode()) == parse(body(item(state="established")))


# Ids


@pytest.mark.parametrize(
    "url",
    [
        f"/communications/calls/{CALL}",
        f"communications/calls/{CALL}",
        f"/app/calls/{CALL}",
        f"/app/calls/{CALL}/",
        f"calls/{CALL}",
        f"/communications/calls('{CALL}')",
        f"/Communications/Calls/{CALL}",
        f"https://graph.microsoft.com/v1.0/communications/calls/{CALL}",
        f"https://graph.microsoft.com/beta/communications/calls/{CALL}?$expand=participants#top",
        f"/communications/calls/{CALL.upper()}",
        f"/communications/calls/{CALL.replace('-', '')}",
    ],
)
def test_an_id_in_every_form(url: str) -> None:
    report = the_report(body(item(url=url, state="established")))
    assert report.call_id == same_id(CALL)
    assert report.spelled in url
    assert (report.resource, report.path) == (Resource.CALL, "")


@pytest.mark.parametrize(
    "url",
    [
        f"/communications/calls/{CALL}/participants",
        f"/communications/calls('{CALL}')/participants",
        f"/communications/calls/{CALL}/Participants/",
        f"https://graph.microsoft.com/v1.0/communications/calls/{CALL}/participants?$top=1",
    ],
)
def test_what_lies_below_a_call_in_every_form(url: str) -> None:
    report = the_report(body(item("deleted", url)))
    assert (report.call_id, report.resource, report.path.lower()) == (
        same_id(CALL),
        Resource.PARTICIPANTS,
        "participants",
    )


@pytest.mark.parametrize("bad", ["/users/1", "/communications/calls/a%2fb", "x" * 5000])
def test_where_resource_url_names_no_call_the_older_name_may(bad: str) -> None:
    older = f"/app/calls/{CALL}/participants"
    report = the_report(body({**item(url=bad), "resource": older, "resourceData": [{"id": "1"}]}))
    assert (report.call_id, report.path, report.left_out) == (same_id(CALL), "participants", ("resourceUrl",))
    assert report.roster is not None
    assert parse(body({**item(url=bad), "resource": "/app/users"})).rejected == parse(body(item(url=bad))).rejected


BAD_IDS = [
    "..",
    ".",
    "a%2fb",
    "%2e%2e",
    "a'b",
    'a"b',
    "a b",
    "a\n",
    "\x1b[2J",
    "a\0",
    "a" * 200,
    "\u202eabc",
    "é",
    "-a",
]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_what_has_not_the_form_of_an_id_is_no_call(bad: str) -> None:
    parsed = parse(body(item(url=f"/communications/calls/{bad}", state="established")))
    assert parsed.reports == ()
    assert parsed.rejected == (Rejected(f"Item 1 of 1: Its call id has not the form of an id: {bad}"),)


@pytest.mark.parametrize("url", ["/communications/calls('')", "/communications/calls('a/b')", f"/calls/{'a' * 201}"])
def test_bad_ids_in_other_forms(url: str) -> None:
    (rejected,) = parse(body(item(url=url))).rejected
    assert "has not the form of an id" in rejected.reason
    assert len(rejected.reason) < 300


def test_a_huge_resource_is_neither_searched_nor_repeated() -> None:
    (rejected,) = parse(body(item(url=f"/calls/{'x/' * 100_000}"))).rejected
    assert rejected.reason.startswith("Item 1 of 1: Its resource is far too long: /calls/x/x/")
    assert len(rejected.reason) < 300


def test_the_newer_name_of_the_resource_wins() -> None:
    both = {**item(state="established"), "resource": "/app/calls/another"}
    assert the_report(body(both)).call_id == same_id(CALL)
    older = {"changeType": "updated", "resource": f"/app/calls/{CALL}", "resourceUrl": None}
    assert the_report(body(older)).call_id == same_id(CALL)


def test_the_path_is_trusted_more_than_the_body() -> None:
    report = the_report(payload(51))
    assert report.call_id == "491f0b00ffff4bc9a43eb226498ec22a"
    assert report.other_id == "481f0b00-ffff-4ca1-8c67-a5f1e31e8e82"
    same = body(item(state="established", id=CALL.replace("-", "").upper()))
    assert the_report(same).other_id is None


# Results


RESULTS: dict[str, tuple[dict[str, Any], ResultInfo]] = {
    "numbers": ({"code": 200, "subcode": 5001}, ResultInfo(200, 5001)),
    "numbers as text": ({"code": "200", "subcode": " 5001 "}, ResultInfo(200, 5001)),
    "subCode": ({"code": 500, "subCode": 7000}, ResultInfo(500, 7000)),
    "SubCode": ({"code": 500, "SubCode": "7000"}, ResultInfo(500, 7000)),
    "null beside it": ({"code": 500, "subcode": None, "subCode": 7106}, ResultInfo(500, 7106)),
    "both": ({"code": 500, "subCode": 7000, "subcode": 7106}, ResultInfo(500, 7106)),
    "both, in part": ({"SubCode": 7000, "subcode": 7106}, ResultInfo(None, 7106)),
    "another case": ({"Code": 500, "Subcode": 7106, "MESSAGE": "x"}, ResultInfo(500, 7106, "x")),
    "a name": ({"code": "200", "subCode": "transferring"}, ResultInfo(200, "transferring")),
    "zero": ({"code": "0", "subcode": 0}, ResultInfo(0, 0)),
    "negative": ({"code": -1, "subcode": "-2"}, ResultInfo(-1, -2)),
    "no subcode": ({"code": 0}, ResultInfo(0)),
    "nothing": ({}, ResultInfo()),
    "null": ({"code": None, "subcode": None, "message": None}, ResultInfo()),
    "empty text": ({"code": "", "subcode": " "}, ResultInfo()),
    "a message": ({"code": 1, "message": "Ended."}, ResultInfo(1, None, "Ended.")),
    "fractions": ({"code": 200.0, "subcode": 1.5}, ResultInfo(200, "1.5")),
    "no number": ({"code": float("nan"), "subcode": float("inf")}, ResultInfo("nan", "inf")),
    "very long": ({"code": "9" * 5000}, ResultInfo("9" * 5000)),
    "no code at all": ({"code": [200], "subcode": {}}, ResultInfo()),
    "other digits": ({"code": "²", "subcode": "٢٠٠"}, ResultInfo("²", "٢٠٠")),
    "only a dash": ({"code": "-", "subcode": "--1"}, ResultInfo("-", "--1")),
    "true": ({"code": True}, ResultInfo(1)),
}


@pytest.mark.parametrize("case", RESULTS)
def test_codes_in_every_form(case: str) -> None:
    data, result = RESULTS[case]
    assert the_report(body(item(state="terminated", resultInfo=data or {"extra": 1}))).result == result


PARTS = {
    "a list for a message": ({"code": 500, "subcode": 7106, "message": ["x"]}, ResultInfo(500, 7106), True),
    "a flag for a message": ({"code": 500, "subcode": 7106, "message": False}, ResultInfo(500, 7106), True),
    "an object for a code": (
        {"code": {}, "subCode": 7106, "message": "Ended."},
        ResultInfo(None, 7106, "Ended."),
        True,
    ),
    "a list for a subcode": ({"code": 500, "subcode": [7106]}, ResultInfo(500), True),
    "two spellings, one null": ({"code": 500, "subcode": None, "subCode": 7106}, ResultInfo(500, 7106), False),
    "capitals": ({"Code": 500, "Subcode": "7106", "Message": "Ended."}, ResultInfo(500, 7106, "Ended."), False),
}


@pytest.mark.parametrize("case", PARTS)
def test_a_part_of_a_result_that_cannot_be_read_costs_the_others_nothing(case: str) -> None:
    data, result, marked = PARTS[case]
    report = the_report(body(item(state="terminated", resultInfo=data)))
    assert (report.result, report.left_out) == (result, ("resultInfo",) if marked else ())
    below = the_report(body(item(url=f"/communications/calls/{CALL}/operations/1", resultInfo=data)))
    assert (below.result, below.left_out) == (result, ("resultInfo",) if marked else ())


def test_no_result_is_not_an_empty_one() -> None:
    assert the_report(body(item(state="terminated", resultInfo=None))).result is None
    assert the_report(body(item(state="terminated"))).result is None


@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans() | st.lists(st.integers()))
def test_any_code_becomes_a_number_a_text_or_nothing(value: object) -> None:
    assert isinstance(number(value), int | str | None)
    assert number(number(value)) == number(value)


# States, types and fields that are not Graph's


def test_names_are_compared_without_case_and_unknown_ones_kept() -> None:
    report = the_report(body(item("Deleted", state="Terminated", direction="Outgoing")))
    assert (report.change, report.state, report.facts.direction) == ("deleted", CallState.TERMINATED, "outgoing")
    odd = the_report(body(item("Reborn", state="Parked", direction="sideways", colour="red")))
    assert (odd.change, odd.state, odd.facts.direction, odd.left_out) == ("reborn", "Parked", "sideways", ())


def test_absent_empty_and_null_say_nothing() -> None:
    empty = the_report(body(item(state="", direction="", source=None, targets=[], toneInfo=None, callRoutes=[])))
    assert empty == the_report(body(item()))


@pytest.mark.parametrize(
    ("data", "left_out"),
    [
        ({"state": "established", "direction": {"x": 1}}, ("direction",)),
        ({"state": "established", "callChainId": ["a"], "chatInfo": "x"}, ("callChainId", "chatInfo")),
        ({"state": "established", "resultInfo": [], "source": [], "targets": {}}, ("resultInfo", "source", "targets")),
        ({"state": "established", "targets": [{"identity": 3}]}, ("targets",)),
        ({"state": "established", "meetingInfo": "x", "toneInfo": []}, ("meetingInfo", "toneInfo")),
    ],
)
def test_malformed_fields_are_left_out_by_name_and_the_rest_is_read(
    data: dict[str, Any], left_out: tuple[str, ...]
) -> None:
    report = the_report(body(item(**data)))
    assert (report.state, report.left_out) == (CallState.ESTABLISHED, left_out)


def test_a_malformed_change_is_left_out() -> None:
    report = the_report(body({**item(state=["x"]), "changeType": 5}))
    assert (report.change, report.left_out) == ("5", ("state",))
    report = the_report(body({**item(state=["x"]), "changeType": None}))
    assert (report.change, report.left_out) == ("", ("changeType", "state"))


@pytest.mark.parametrize("data", ["text", 5, [1], True])
@pytest.mark.parametrize("path", ["", "/operations/1"])
def test_data_that_is_no_object_is_left_out(data: object, path: str) -> None:
    raw = {**item("deleted", f"/communications/calls/{CALL}{path}"), "resourceData": data}
    report = the_report(body(raw))
    if path and isinstance(data, list):
        assert (report.roster, report.left_out) == ((), ("participant",))
    else:
        assert (report.change, report.state, report.left_out) == ("deleted", None, ("resourceData",))


def test_an_operation_tells_its_outcome_as_far_as_it_is_readable() -> None:
    url = f"/communications/calls/{CALL}/operations/1"
    bad = the_report(body(item("deleted", url, status=[], **{"@odata.type": "#microsoft.graph.recordOperation"})))
    assert (bad.operation, bad.left_out) == (Operation("record", ""), ("status",))
    assert the_report(body(item("deleted", url))).operation == Operation("operation", "")


def test_a_roster_keeps_who_can_be_read() -> None:
    url = f"/communications/calls/{CALL}/participants"
    people = [{"id": "1", "info": 5}, "x", {"id": "2", "info": 6}, {"info": {"participantId": "3"}, "isMuted": "maybe"}]
    report = the_report(body({**item(url=url), "resourceData": people}))
    assert report.roster == (Participant("1", None), Participant("2", None), Participant("3", None))
    assert report.left_out == ("info", "participant", "isMuted")


FLAGS: list[tuple[bool | None, list[object]]] = [
    (True, [True, 1, 1.0, "1", "true", "True", "YES", "on"]),
    (False, [False, 0, 0.0, "0", "false", "No", "off", None]),
    (None, [2, 0.5, "", " true", [], {}, [True]]),
]


@pytest.mark.parametrize(("meaning", "said"), [(meaning, said) for meaning, forms in FLAGS for said in forms], ids=repr)
def test_flags_in_every_form(meaning: bool | None, said: object) -> None:
    url = f"/communications/calls/{CALL}/participants"
    report = the_report(body({**item(url=url), "resourceData": [{"id": "1", "isMuted": said}]}))
    assert report.roster == (Participant("1", None, bool(meaning)),)
    assert report.left_out == (() if meaning is not None else ("isMuted",))


@pytest.mark.parametrize(("said", "tenant"), [("t", "t"), (5, "5"), (1.5, "1.5"), (10**30, str(10**30))])
def test_a_number_where_text_belongs_is_its_text(said: object, tenant: str) -> None:
    assert the_report(body(item(tenantId=said))).facts.tenant_id == tenant


@pytest.mark.parametrize("said", [True, [], {}, ["t"]])
def test_anything_else_where_text_belongs_is_left_out(said: object) -> None:
    report = the_report(body(item(tenantId=said)))
    assert (report.facts.tenant_id, report.left_out) == (None, ("tenantId",))


def test_a_roster_that_tells_only_changes_is_no_roster() -> None:
    url = f"/communications/calls/{CALL}/participants"
    delta = {"@odata.type": "#microsoft.graph.deltaParticipants", "participants": [{"id": "1"}], "sequenceNumber": 10}
    assert the_report(body({**item(url=url), "resourceData": delta})).roster is None


IDENTITIES: dict[str, tuple[Any, Identity | None]] = {
    "a user": ({"user": {"id": "1", "displayName": "Ana", "tenantId": "t"}}, Identity("user", "1", "Ana", "t")),
    "nulls before": ({"application": None, "guest": {"id": "1"}}, Identity("guest", "1")),
    "the type first": ({"@odata.type": "#microsoft.graph.identitySet", "phone": {"id": "+4"}}, Identity("phone", "+4")),
    "an unknown role": ({"hologram": {"displayName": "H"}}, Identity("hologram", "", "H")),
    "an MRI as name": ({"application": {"id": "1", "displayName": "28:1"}}, Identity("application", "1")),
    "a name of spaces": (
        {"user": {"id": "1", "displayName": " \u00a0\u3000"}},
        Identity("user", "1"),
    ),
    "a hidden name": ({"application": {"id": "1", "displayName": "<Hidden>"}}, Identity("application", "1")),
    "hidden": ({"application": {"id": "1", "hidden": True}}, Identity("application", "1", hidden=True)),
    "odd values": ({"user": {"id": 5, "displayName": [], "tenantId": {}, "hidden": 1}}, Identity("user")),
    "nobody": ({"user": None, "endpointType": "default"}, None),
    "empty": ({}, None),
}


@pytest.mark.parametrize("case", IDENTITIES)
def test_who_is_meant(case: str) -> None:
    data, identity = IDENTITIES[case]
    assert the_report(body(item(source={"identity": data}))).facts.source == identity
    targets = (identity,) if identity else None
    assert the_report(body(item(targets=[{"identity": data}]))).facts.targets == targets
    assert the_report(body(item(incomingContext={"transferor": data}))).facts.transferor == identity


@pytest.mark.parametrize(
    ("info", "meeting"),
    [
        ({"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo"}, "joinMeetingId"),
        ({"organizer": {}}, "organizer"),
        ({"token": "x", "organizer": {}}, "token"),
        (
            {"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo", "joinMeetingId": "123 45"},
            "joinMeetingId 123 45",
        ),
        ({"joinMeetingId": 12345, "passcode": "secret"}, "joinMeetingId 12345"),
        ({"joinMeetingId": ["1"]}, "joinMeetingId"),
        ({"@odata.type": "#microsoft.graph.meetingInfo", "token": "x"}, "token"),
        ({"@odata.type": "#microsoft.graph.futureMeetingInfo"}, "future"),
        ({"@odata.type": "#microsoft.graph.meetingInfo"}, None),
        ({"@odata.type": "#microsoft.graph.meetingInfo", "token": None}, None),
        ({"allowConversationWithoutHost": True}, None),
        ({"@odata.type": None}, None),
        ({}, None),
    ],
)
def test_what_kind_of_meeting(info: dict[str, Any], meeting: str | None) -> None:
    assert the_report(body(item(meetingInfo=info))).facts.meeting == meeting


def test_routes_and_tones_as_far_as_they_are_told() -> None:
    report = the_report(body(item(callRoutes=[{"final": {"user": {"displayName": "Bo"}}}], toneInfo={"tone": "star"})))
    assert (report.facts.routes, report.tone) == (("? → Bo (routed)",), "star")
    assert the_report(body(item(toneInfo={"sequenceId": 4}))).tone is None


@pytest.mark.parametrize(
    ("headers", "scenario"),
    [
        ({"scenario-id": "a,a"}, "a"),
        ({"scenario-id": " b ", "x-microsoft-skype-chain-id": "c"}, "b"),
        ({"x-microsoft-skype-chain-id": "c"}, "c"),
        ({"user-agent": "x"}, None),
        ({}, None),
    ],
)
def test_the_scenario_comes_from_the_headers(headers: dict[str, str], scenario: str | None) -> None:
    assert the_report(payload(3), headers).facts.scenario_id == scenario


# Bytes


BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The body is empty."),
    "blanks": (b" \r\n", "The body is empty."),
    "only a byte order mark": (b"\xef\xbb\xbf", "The body is not JSON"),
    "text": (b"hello", "The body is not JSON"),
    "half": (payload(3)[:200], "The body is not JSON"),
    "invalid UTF-8": (b'{"value": [{"changeType": "\xff"}]}', "The body is not JSON"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "The body is not JSON"),
    "a number": (b"5", "The body is JSON, but not a notification"),
    "a list": (body(item())[10:-1], "The body is JSON, but not a notification"),
    "another object": (b'{"value": {}}', "The body is JSON, but not a notification"),
    "no items": (b'{"value": []}', "The notification is an envelope without items."),
}


@pytest.mark.parametrize("case", BODIES)
def test_bodies_that_cannot_be_read_are_rejected_with_a_reason(case: str) -> None:
    raw, reason = BODIES[case]
    parsed = parse(raw)
    assert parsed.reports == ()
    (rejected,) = parsed.rejected
    assert rejected.reason.startswith(reason)
    assert rejected.reason.endswith(".")


def test_a_byte_order_mark_is_let_pass() -> None:
    assert parse(b"\xef\xbb\xbf" + payload(8)) == parse(payload(8))
    assert parse(payload(8).decode().encode("utf-16")) == parse(payload(8))


def test_lone_surrogates_are_let_through_raw() -> None:
    data: dict[str, Any] = {
        "subject": "\ud800",
        "source": {"identity": {"user": {"displayName": "A\udfff"}}},
        "state": "terminated",
    }
    report = the_report(body(item("deleted", **data)))
    assert (report.state, report.left_out) == (CallState.TERMINATED, ())
    assert report.facts == Facts(subject="\ud800", source=Identity("user", "", "A\udfff"))


def test_a_lone_surrogate_in_a_key_does_no_harm() -> None:
    data: dict[str, Any] = {"source": {"identity": {"\ud800": {"id": "1"}}}, "\ud800": 1, "state": "established"}
    assert the_report(body(item(**data))).state is CallState.ESTABLISHED


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    raw = body(item(state="established")).replace(b'"state"', b'"state": "incoming", "state"')
    assert the_report(raw).state is CallState.ESTABLISHED


def test_deep_nesting_inside_a_field_does_no_harm() -> None:
    deep = json.loads("[" * 150 + "]" * 150)
    report = the_report(body(item(state="established", resultInfo={"code": deep, "subcode": deep}, extra=deep)))
    assert (report.state, report.result) == (CallState.ESTABLISHED, ResultInfo())


@pytest.mark.parametrize(
    ("raw", "good"),
    [
        (b"{}", True),
        (b"[]", True),
        (b"\xef\xbb\xbf5", True),
        (b'\xef\xbb\xbf{"a": [{"b": NaN}]}', True),
        (b'"\\ud800"', True),
        (b'{"a": {"\\ud800": 1}}', True),
        ('{"a": "ä"}'.encode("utf-16"), True),
        (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}", True),
        (b"", False),
        (b"{", False),
        (b'{"a": {"b": 1,}}', False),
        (b'{"a": 1} x', False),
        (b'{"a": "\xff"}', False),
        (b"{'a': 1}", False),
    ],
)
def test_what_is_json_is_what_can_be_read(raw: bytes, good: bool) -> None:
    assert is_json(raw) is good
    assert any("not JSON" in each.reason or "empty." in each.reason for each in parse(raw).rejected) is not good


# A call as a GET returns it


def test_the_answer_to_a_get_is_a_report() -> None:
    raw = json.dumps({"id": CALL, "state": "established", "targets": [], "chatInfo": None}).encode()
    assert parse_call(CALL.upper(), raw) == Report(
        same_id(CALL), CALL.upper(), CHECKED, Resource.CALL, state=CallState.ESTABLISHED
    )
    assert isinstance(parse_call(CALL, b"<html>"), Rejected)
    odd = parse_call(CALL, b"[]")
    assert isinstance(odd, Report)
    assert odd.left_out == ("resourceData",)


# Anything


@given(st.binary())
@example(b"{" * 1000)
@example(b'{"value":[{"resourceUrl":"/calls/a","resourceData":{"id":1e999,"state":NaN}}]}')
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    parsed = parse(raw)
    assert isinstance(parsed, Parsed)
    assert parsed.reports or parsed.rejected
    assert isinstance(parse_call(CALL, raw), Report | Rejected)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8)
KEYS = st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=5
)
RECORDED = sorted(path.read_bytes() for path in PAYLOADS.glob("*.json"))


def mutated(value: Any, draw: st.DrawFn) -> Any:
    """The value with one thing in it replaced or taken away."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 4)):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = draw(st.sampled_from(keys))
        changed = value.copy()
        if draw(st.integers(0, 5)):
            changed[key] = mutated(value[key], draw)
        else:
            del changed[key]
        return changed
    return draw(VALUES)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A recorded notification with some of its values, or of its bytes, changed."""
    raw = draw(st.sampled_from(RECORDED))
    if draw(st.booleans()):
        cut, end = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
        return raw[:cut] + draw(st.binary(max_size=4)) + raw[end:]
    value = json.loads(raw)
    for _ in range(draw(st.integers(1, 3))):
        value = mutated(value, draw)
    return json.dumps(value).encode()


@given(mutants())
def test_no_change_of_a_notification_makes_the_reader_fail(raw: bytes) -> None:
    parsed = parse(raw)
    assert parsed.reports or parsed.rejected
    for report in parsed.reports:
        assert report.call_id == same_id(report.spelled)
        assert isinstance(report.left_out, tuple)
