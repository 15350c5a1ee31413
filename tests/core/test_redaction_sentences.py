from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.redaction import Redactor
from tests.makers import PAYLOADS

GUID = "3b10aa94-739a-472c-a68a-c2e3d480ed6b"
HOST = r"[a-f][0-9a-f]{7}\.invalid"
PHONE = r"\+999\d{10}"
PART = r"redacted-[a-f][0-9a-f]{7}"


def prose(text: str) -> str:
    return Redactor(b"k" * 32).prose(text)


HIDDEN = [
    ("from 203.0.113.77 failed", rf"from {HOST} failed"),
    ("from 203.0.113.77:5061.", rf"from {HOST}\."),
    ("(203.0.113.77)", rf"\({HOST}\)"),
    ("from 2001:db8::7 failed", rf"from {HOST} failed"),
    ("from 2001:DB8:0:0:0:0:0:7, failed", rf"from {HOST}, failed"),
    ("from [2001:db8::7] failed", rf"from {HOST} failed"),
    ("[2001:db8::7]:444 cannot be reached.", rf"{HOST} cannot be reached\."),
    ("fe80::1%eth0 and ::1 and ::ffff:203.0.113.77", rf"{HOST} and {HOST} and {HOST}"),
    ("host sbc.contoso.com:5061 tenant", rf"host {HOST} tenant"),
    ("host sbc1.contoso.com.", rf"host {HOST}\."),
    ("sip:sbc1.contoso.com;transport=tls", rf"sip:{HOST};transport=tls"),
    ("无法访问 sbc.contoso.com:5061", rf"无法访问 {HOST}"),
    ("contoso.onmicrosoft.com", HOST),
    ("sip:zeb.quux@contoso.com;tel", r"sip:[0-9a-f]{8}@redacted\.invalid;tel"),
    ("at https://bot.contoso.com:444/ana/call?user=ana", rf"at https://{HOST}/{PART}/{PART}\?{PART}={PART}"),
    ("http://a.b.example?u=http://ana/x", rf"http://{HOST}\?{PART}=http://{PART}/{PART}"),
    (
        f"'https://pma.plat.skype.com/communications/calls({GUID})'.",
        r"'https://pma.plat.skype.com/communications/calls\([0-9a-f-]{36}\)'\.",
    ),
    (
        f"at https://graph.microsoft.com/v1.0/users/{GUID}.",
        rf"at https://graph.microsoft.com/v1.0/{PART}/[0-9a-f-]{{36}}\.",
    ),
    ("The file /home/ada.lovelace/nix.pem is empty", rf"The file /{PART}/{PART}/{PART} is empty"),
    ("(/home/ada/nix.pem)", rf"\(/{PART}/{PART}/{PART}\)"),
    (r"in C:\Users\ada\nix.pem", rf"in {PART}\\{PART}\\{PART}\\{PART}"),
    (r"in \\server\ada, or ~ada/nix", rf"in \\\\{PART}\\{PART}, or {PART}/{PART}"),
    ("tel 20123456 or 020-123456 or 45 20 12 34 56;", rf"tel {PHONE} or {PHONE} or {PHONE};"),
    ("(020) 123 4567, 020/1234567, 45.20.12.34.56", rf"{PHONE}, {PHONE}, {PHONE}"),
    ("+45 (20) 12 34 56 is busy", rf"{PHONE} is busy"),
    ("电话4520123456", rf"电话{PHONE}"),
]


@pytest.mark.parametrize(("text", "becomes"), HIDDEN)
def test_what_leads_to_somebody_is_found_by_its_form(text: str, becomes: str) -> None:
    told = prose(text)
    assert re.fullmatch(becomes, told), told
    assert prose(text) == told


KEPT = [
    "Server Internal Error. DiagCode: 500#560500.@",
    "This conversation has ended as only one participant was remaining in the conversation.. DiagCode: 0#5010.@",
    "No media (203002). 500/560500, 580 (1203002), Status:404, code=408",
    "Callee could not be reached.",
    "The call ended at 2026-03-02T09:30:00.123Z, after 10:00:02 (2026-03-02 09:30:00, 12/10/2026).",
    "It took 12.5 s, 1.25345678 s, between 100 and 1500 ms; 24/7, and/or, N/A, v1.0, application/json.",
    "The request to graph.microsoft.com failed: https://graph.microsoft.com/v1.0/communications/calls.",
    "POST /app/calls failed at api.flightproxy.skype.com and login.microsoftonline.com.",
    "#microsoft.graph.commsOperation, System.Net.Http.HttpRequestException, Microsoft.Skype.Calling.CallException",
    "Set the table [bots.front-desk] or [bots.sales] in the settings file.",
    "std::vector, ::, error 0x80070005, AADSTS700016: e.g. a, i.e. b, etc.",
]


@pytest.mark.parametrize("text", KEPT)
def test_codes_times_and_words_of_microsoft_stay(text: str) -> None:
    assert prose(text) == text


def _sentences(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _sentences(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if name in {"message", "terminationReason"} and isinstance(each, str):
                yield each
            yield from _sentences(each)


def test_nothing_is_taken_out_of_what_microsoft_wrote() -> None:
    real = {each for path in PAYLOADS.glob("*.json") for each in _sentences(json.loads(path.read_bytes()))}
    assert len(real) > 10
    assert {prose(each) for each in real} == real


@given(st.ip_addresses().map(str), st.sampled_from(["from {}.", "[{}]:5061", "({})", "at={}, "]))
def test_no_address_of_a_machine_is_left(address: str, around: str) -> None:
    if address != "::":
        assert address not in prose(around.format(address))


@pytest.mark.parametrize(
    "text",
    ["a.", "a:", "::", "/", "/a", "a://.", "1 ", "1-", "~", "\\", "in ", "file ", "[::", "a@", "(1) ", "aa:11 ", "."],
)
def test_a_hostile_sentence_is_no_trouble(text: str) -> None:
    assert prose(text * 50_000) is not None
