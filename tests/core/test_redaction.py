from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core import describe, wire
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.draft import apply
from callmon.core.masking import HIDDEN
from callmon.core.redaction import Redactor
from callmon.core.redaction_names import Names
from callmon.simulator.repertoire import KINDS, Repertoire
from tests.makers import CALL, PAYLOADS, at, body, item

USER = "3b10aa94-739a-472c-a68a-c2e3d480ed6b"
TENANT = "a9c42b85-c133-4aaf-a935-5b4685768b16"


def redactor(key: bytes = b"k" * 32) -> Redactor:
    return Redactor(key)


def redacted(raw: bytes, by: Redactor | None = None) -> Any:
    told = (by or redactor()).body(raw)
    assert told is not None
    return json.loads(told)


def data(**fields: Any) -> dict[str, Any]:
    """What becomes of these fields somewhere in a notification."""
    return data_by(redactor(), **fields)


def data_by(by: Redactor, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = redacted(body(item(source=fields)), by)["value"][0]["resourceData"]["source"]
    return told


PERSONAL = [
    pytest.param({"displayName": "Ana Ruiz"}, r"Person [0-9a-f]{8}", id="name"),
    pytest.param({"displayName": "ana@contoso.com"}, r"[0-9a-f]{8}@redacted\.invalid", id="name that is an address"),
    pytest.param({"displayName": "+45 12 34 56 78"}, r"\+999\d{10}", id="name that is a number"),
    pytest.param({"displayName": f"28:{USER}"}, r"28:[0-9a-f]{8}-[0-9a-f-]{27}", id="bot id for a name"),
    pytest.param({"id": USER}, r"[0-9a-f]{8}-[0-9a-f-]{27}", id="user id"),
    pytest.param({"id": USER.replace("-", "").upper()}, r"[0-9A-F]{32}", id="user id, undashed, upper case"),
    pytest.param({"id": "+4512345678"}, r"\+999\d{10}", id="phone"),
    pytest.param({"id": "12345678"}, r"\+999\d{10}", id="national phone"),
    pytest.param({"id": 4512345678}, r"\+999\d{10}", id="phone as a number"),
    pytest.param({"id": "4:+4512345678"}, r"4:\+999\d{10}", id="phone with its scope"),
    pytest.param({"id": f"8:orgid:{USER}"}, r"8:orgid:[0-9a-f]{8}-[0-9a-f-]{27}", id="user id with its scope"),
    pytest.param({"id": "ana.ruiz"}, r"redacted-[0-9a-f]{8}", id="login name"),
    pytest.param({"tenantId": TENANT}, r"[0-9a-f]{8}-[0-9a-f-]{27}", id="tenant"),
    pytest.param({"subject": "Ana's salary"}, r"redacted-[0-9a-f]{8}", id="subject"),
    pytest.param({"threadId": "19:meeting_QWJj@thread.v2"}, r"19:meeting_redacted-\w{8}@thread\.v2", id="meeting"),
    pytest.param({"threadId": "19:QWJj@thread.tacv2"}, r"19:redacted-\w{8}@thread\.tacv2", id="channel"),
    pytest.param({"callbackUri": "https://bot.contoso.com/x"}, r"redacted-[0-9a-f]{8}", id="address of the bot"),
    pytest.param({"somethingNew": "Ana Ruiz"}, r"redacted-[0-9a-f]{8}", id="a field that Graph adds later"),
    pytest.param({"state": "Ana Ruiz"}, r"redacted-[0-9a-f]{8}", id="a name in place of a state"),
    pytest.param({"region": "+4512345678"}, r"\+999\d{10}", id="a number in place of a region"),
    pytest.param({"token": "secret"}, re.escape(HIDDEN), id="secret"),
    pytest.param({"message": "Busy: +4512345678 (ana@contoso.com)"}, r"Busy: \+999\d{10} \(\w{8}@red.*\)", id="prose"),
]


@pytest.mark.parametrize(("fields", "becomes"), PERSONAL)
def test_what_names_somebody_is_replaced_by_something_of_its_form(fields: dict[str, Any], becomes: str) -> None:
    ((name, value),) = fields.items()
    told = data(**fields)
    assert re.fullmatch(becomes, told[name]), told
    assert str(value) not in json.dumps(told)
    assert data(**fields) == told, "the same becomes the same"
    assert told[name] == HIDDEN or data_by(redactor(b"other"), **fields) != told, "but nobody can tell from what"


HARMLESS: list[dict[str, Any]] = [
    {"@odata.type": "#microsoft.graph.call"},
    {"state": "transferAccepted"},
    {"direction": "incoming"},
    {"callChainId": "05f2f70f-3a9c-47c1-80a9-cc79e91d8cec"},
    {"resultInfo": {"code": 500, "subcode": 560500, "message": "Server Internal Error. DiagCode: 500#560500.@"}},
    {"resultInfo": {"code": "580", "subCode": "1203002", "message": "No media (203002)."}},
    {"mediaState": {"audio": "active"}},
    {"toneInfo": {"tone": "tone1", "sequenceId": 12345678901}},
    {"requestedModalities": ["audio", "video"]},
    {"createdDateTime": "2026-03-02T09:30:00.1234567Z"},
    {"isMuted": True, "isInLobby": False, "subject": None},
    {"languageId": "en-US", "endpointType": "default", "region": "amer", "identityProvider": "AAD"},
    {"displayName": "<Hidden>"},
    {"displayName": ""},
    {"id": CALL},
    {"id": CALL.upper().replace("-", "")},
    {"coOrganizers": [], "meetingCapability": {}},
]


@pytest.mark.parametrize("fields", HARMLESS, ids=str)
def test_states_codes_times_and_call_ids_stay(fields: dict[str, Any]) -> None:
    assert data(**fields) == fields


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        (f"/communications/calls/{CALL}", True),
        (f"/app/calls/{CALL}/participants", True),
        (f"https://graph.microsoft.com/beta/app/calls('{CALL}')/operations", True),
        ("/communications/calls/room-1", True),
        (f"/communications/calls/{CALL}/participants/{USER}", False),
        (f"/users/ana@contoso.com/calls/{CALL}", False),
        (f"/communications/calls/{CALL}?user=ana", False),
        ("/communications/calls/ana@contoso.com", False),
        ("https://bot.contoso.com/x", False),
    ],
)
def test_of_a_path_the_call_and_what_it_is_about_stay(path: str, stays: bool) -> None:
    told = redacted(body(item(url=path)))["value"][0]["resourceUrl"]
    assert (told == path) is stays
    assert all(secret not in told for secret in (USER, "ana", "contoso"))
    assert (CALL in told) is (CALL in path)


def test_one_identity_is_the_same_everywhere_however_it_is_written() -> None:
    by = redactor()
    one = data_by(by, id=USER, displayName="Ana Ruiz", phone="+45 12345678")
    two = data_by(by, id=USER.upper(), displayName="Ana Ruiz", phone="+4512345678")
    assert two["id"].lower() == one["id"]
    assert (two["displayName"], two["phone"]) == (one["displayName"], one["phone"])
    assert data_by(by, displayName="Bo")["displayName"] != one["displayName"]


def test_an_id_in_the_body_that_is_of_another_call_stays_and_that_of_an_operation_does_not() -> None:
    other = "481f0b00-ffff-4ca1-8c67-a5f1e31e8e82"
    assert redacted(body(item(id=other)))["value"][0]["resourceData"] == {"id": other}
    told = redacted(body(item(url=f"/app/calls/{CALL}/operations/{other}", id=other)))["value"][0]
    assert other not in json.dumps(told)
    assert told["resourceUrl"].endswith(f"/operations/{told['resourceData']['id']}")


def test_a_name_that_was_seen_is_found_in_a_sentence() -> None:
    by = redactor()
    name = data_by(by, displayName="Ana Ruiz")["displayName"]
    assert data_by(by, message="Declined by Ana Ruiz.")["message"] == f"Declined by {name}."


@pytest.mark.parametrize("written", ["ANA RUIZ", "ana ruiz", "Ana  Ruiz", "ana\tRUIZ", "Ana\u00a0Ruiz"])
def test_a_name_is_found_whatever_its_letter_case_and_blanks(written: str) -> None:
    by = redactor()
    name = data_by(by, displayName="Ana Ruiz")["displayName"]
    assert data_by(by, message=f"Declined by {written}.")["message"] == f"Declined by {name}."


def test_a_name_that_is_written_in_another_way_is_no_part_of_a_word() -> None:
    by = redactor()
    name = data_by(by, displayName="Ann")["displayName"]
    assert data_by(by, message="It cannot be planned: ANN.")["message"] == f"It cannot be planned: {name}."
    both = [data_by(by, displayName=each)["displayName"] for each in ("Weiß", "Weiß Bo")]
    assert data_by(by, message="WEISS, weiss bo")["message"] == ", ".join(both)


def test_a_name_that_looks_like_a_machine_is_found_all_the_same() -> None:
    by = redactor()
    for name in ("Room sbc.contoso.com West", "Room 020-123456"):
        pseudonym = data_by(by, displayName=name)["displayName"]
        assert data_by(by, message=f"Declined by {name}.")["message"] == f"Declined by {pseudonym}."


def test_the_longest_name_that_stands_there_is_found_whatever_came_first() -> None:
    by = redactor()
    anna, both = (data_by(by, displayName=name)["displayName"] for name in ("Anna", "Anna Maria"))
    told = data_by(by, message="Anna Maria called Anna, and Anna Mariani.")["message"]
    assert told == f"{both} called {anna}, and {both}ni."


def test_a_name_of_two_characters_is_found_where_that_is_a_name() -> None:
    by = redactor()
    name = data_by(by, displayName="王芳")["displayName"]
    data_by(by, displayName="Al")
    assert data_by(by, message="王芳 declined. Also busy.")["message"] == f"{name} declined. Also busy."


@given(st.lists(st.text(min_size=3), min_size=1, max_size=5), st.text())
def test_whatever_names_there_are_none_is_left(names: list[str], between: str) -> None:
    found = Names()
    for name in names:
        found.add(name, "\0")
    told = found.replaced(between.join(names)).split("\0")
    assert not [name for name in names if any(name in piece for piece in told)]


def test_what_a_sentence_costs_does_not_grow_with_the_number_of_names() -> None:
    looked_up: list[str] = []

    class Text(str):
        __slots__ = ()

        def __getitem__(self, part: Any) -> str:
            looked_up.append(super().__getitem__(part))
            return looked_up[-1]

    costs = []
    for count in (10, 10_000):
        found = Names()
        for number in range(count):
            found.add(f"Guest {number:05}", "x")
        looked_up.clear()
        assert found.replaced(Text("Declined by Guest 00007.")) == "Declined by x."
        costs.append(len(looked_up))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("key", ["ana@contoso.com", USER, "Ana Ruiz", "+4512345678", "", "a" * 100])
def test_what_was_made_a_key_is_replaced_too(key: str) -> None:
    (told,) = data(extra={key: 1})["extra"]
    assert re.fullmatch(r"redacted-[0-9a-f]{8}", told)


@pytest.mark.parametrize("raw", [b"", b"{", b"Ana Ruiz", b"\xff", b"[" * 100_000])
def test_what_is_not_json_cannot_be_redacted(raw: bytes) -> None:
    assert redactor().body(raw) is None


def test_headers_keep_the_ids_that_support_asks_for() -> None:
    told = redactor().headers(
        {
            "scenario-id": f"{CALL},{CALL}",
            "x-microsoft-skype-message-id": USER,
            "ms-teams-region": "emea",
            "user-agent": "Ana's script",
            "client-request-id": "ana",
        }
    )
    assert told.pop("scenario-id") == f"{CALL},{CALL}"
    assert told.pop("x-microsoft-skype-message-id") == USER
    assert told.pop("ms-teams-region") == "emea"
    assert all(re.fullmatch(r"redacted-[0-9a-f]{8}", value) for value in told.values())


def _outline(call: Call) -> tuple[object, ...]:
    """All of a call that is not about people."""
    steps = [(step.at, step.kind, step.state, step.result, step.anomaly) for step in call.timeline if not step.result]
    end = describe.ending(call)
    return (
        call.spelled,
        call.state,
        call.kind,
        call.kind_because,
        call.established_at,
        call.ended_at,
        call.anomalies,
        [step for step in steps if step[1] not in {"operation", "sharing"}],
        len(call.timeline),
        end and (end.code, end.subcode, end.title, end.ended_by, end.matched),
        None if call.roster is None else [(one.muted, one.in_lobby) for one in call.roster],
    )


def _board(bodies: list[bytes]) -> Board:
    board = Board()
    for second, raw in enumerate(bodies):
        for report in wire.parse(raw).reports:
            board = apply(board, report, at(second))
    return board


def _people(value: object) -> set[str]:
    """Names and ids of people and tenants in a notification."""
    if isinstance(value, list):
        return {found for each in value for found in _people(each)}
    if not isinstance(value, dict):
        return set()
    found = {value[name] for name in ("displayName", "tenantId", "subject") if isinstance(value.get(name), str)}
    for role in ("user", "phone", "guest", "application", "applicationInstance"):
        if isinstance(value.get(role), dict) and isinstance(value[role].get("id"), str):
            found.add(value[role]["id"])
    return {text for text in found if len(text) > 3} | {text for each in value.values() for text in _people(each)}


SCRIPTS = {
    "payloads": [path.read_bytes() for path in sorted(PAYLOADS.glob("*.json"))],
    **{kind: [step.body for step in Repertoire(7).call(kind).steps] for kind in KINDS},
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_redacted_calls_live_and_end_like_the_real_ones_and_nobody_is_in_them(script: str) -> None:
    by = redactor()
    bodies = [one for raw in SCRIPTS[script] if (one := by.body(raw)) is not None]
    assert len(bodies) == len(SCRIPTS[script])
    real, told = _board(SCRIPTS[script]), _board(bodies)
    assert {call.id: _outline(call) for call in told} == {call.id: _outline(call) for call in real}
    people = {name for raw in SCRIPTS[script] for name in _people(json.loads(raw))} - {"<Hidden>", "string", "String"}
    everything = json.dumps([json.loads(raw) for raw in bodies], ensure_ascii=False)
    assert not {name for name in people if name in everything and name not in {call.spelled for call in real}}


KEYS = st.sampled_from(["id", "user", "displayName", "value", "state", "tone", "resource", "message", "whatever"])
VALUES = st.recursive(
    st.just(USER) | st.just("+4520212223") | st.just("zoe@example.org") | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_wherever_an_address_a_number_or_an_id_stands_it_is_replaced(value: object) -> None:
    told = redactor().body(json.dumps(value).encode())
    assert told is not None
    assert not any(secret in told.decode() for secret in (USER, "4520212223", "zoe@example.org"))


@given(st.text())
def test_whatever_a_name_is_nothing_of_it_is_left(text: str) -> None:
    name = f"Zo{text}Quintanilla"
    told = redactor().body(json.dumps({"displayName": name, "other": [name], "message": f"by {name}"}).encode())
    assert told is not None
    assert "Quintanilla" not in told.decode()


@pytest.mark.parametrize("text", ["1:" * 50_000, "9" * 100_000, "a@" * 50_000, "+1 " * 50_000, "19:meeting_" * 10_000])
@pytest.mark.parametrize("field", ["id", "displayName", "message", "resource", "state"])
def test_a_hostile_text_is_no_trouble(field: str, text: str) -> None:
    assert redactor().body(json.dumps({field: text}).encode()) is not None
