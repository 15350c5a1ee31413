from __future__ import annotations

import re
from pathlib import Path

import pytest

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.core.records import HangUpAnswered, decode, encode, kind_of
from callmon.core.redaction import Redactor
from callmon.core.redaction_records import record
from callmon.graph.files import not_yours_alone, unreadable
from tests.makers import CALL

HOST = r"[a-f][0-9a-f]{7}\.invalid"
PART = r"redacted-[a-f][0-9a-f]{7}"
SETTING = "CALLMON_CLIENT_CERTIFICATE"


def redacted(sentence: str) -> str:
    told = HangUpAnswered(CALL, "1", HangUpOutcome(Answer.UNREACHABLE, sentence))
    body = record(Redactor(b"k" * 32), kind_of(told), encode(told))
    assert body is not None
    answered = decode(kind_of(told), body)
    assert isinstance(answered, HangUpAnswered)
    return answered.outcome.sentence


@pytest.mark.parametrize(
    "path",
    ["/home/zebediah-quux/nix.pem", "/home/Zebediah Quux/in a file.pem", "zebediah-quux/nix", r"C:\Zeb Quux\nix"],
)
def test_where_a_secret_lies_is_not_told(path: str) -> None:
    missing = redacted(unreadable(FileNotFoundError(2, "No such file"), Path(path), SETTING).sentence)
    assert re.fullmatch(rf"The file {PART} \({SETTING}\) cannot be read \(No such file\)\. Check .*", missing), missing
    open_to_all = redacted(not_yours_alone("private key", Path(path), SETTING).sentence)
    assert re.fullmatch(
        rf"Others can read the private key in {PART} \({SETTING}\), so .*: chmod 600 {PART}", open_to_all
    ), open_to_all


@pytest.mark.parametrize(
    ("sentence", "becomes"),
    [
        ("[2001:db8::7]:444 cannot be reached.", rf"{HOST} cannot be reached\."),
        ("sbc:5061 did not answer at 10:00:02.", rf"{HOST} did not answer at 10:00:02\."),
        ("127.0.0.1:8765 and bot.contoso.com", rf"{HOST} and {HOST}"),
        (
            f"The keyring holds no secret for bots/zebediah ({SETTING}). Put it there: keyring set bots zebediah",
            rf"The keyring holds no secret for {PART} \({SETTING}\)\. Put it there: keyring set {PART}",
        ),
        ("Graph answered 404 (7505).", r"Graph answered 404 \(7505\)\."),
        ("graph.microsoft.com did not answer in time.", r"graph\.microsoft\.com did not answer in time\."),
        ("Set the table [bots.sales] in the settings file.", r"Set the table \[bots\.sales\] in the settings file\."),
    ],
)
def test_our_own_sentences_name_no_machine_and_nobody(sentence: str, becomes: str) -> None:
    told = redacted(sentence)
    assert re.fullmatch(becomes, told), told


@pytest.mark.parametrize("text", ["The file ", "certificate in ", "chmod 600 ", "a:11 ", "keyring set "])
def test_a_hostile_sentence_is_no_trouble(text: str) -> None:
    assert redacted(text * 20_000)
