"""The catalogue of end reasons, and every rung of the ladder that explains one."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core import reasons_catalogue
from callmon.core.reasons import NOBODY, Matched, Row, catalogue, explain
from callmon.core.reasons_catalogue import NOT_GIVEN

DELETE_PAGE = "graph-call-delete-v1.0"
SOURCES = (
    DELETE_PAGE,
    "graph-docs-examples",
    "graph-callrecords",
    "acs-troubleshooting-codes",
    "acs-call-automation",
    "acs-pstn-codes",
    "teams-direct-routing",
    "acs-call-automation-subcodes",
    "acs-ui-library",
    "graph-qna",
    "github-wild",
    "client-protocol-notes",
    "derived",
    "sip-rfc3261",
    "sip-other-rfc",
)
CATEGORIES = {"success", "expected", "client_error", "network", "service_error", "unknown"}
WHO = {"participant", "callee", "bot", "pstn", "service", "policy", "network", "timeout", "unknown"}
DELETE_ROWS = tuple(row for row in catalogue() if row.reading.source == DELETE_PAGE)
# The pairs of the table on the Delete-call page of Microsoft Graph v1.0, read from the page and not from the CSV.
DELETE_PAIRS = {
    *((200, subcode) for subcode in (4097, 4521, 5000, 5001, 5002, 5003, 5007, 5010, 5012, 5013, 5014, 5020)),
    *((200, subcode) for subcode in (5030, 5300, 5855, 7000, 7015, 10550, 18503, 540000, 560000)),
    *((408, subcode) for subcode in (1106, 8537, 10057)),
    (410, 301005),
    *((480, subcode) for subcode in (10037, 10076, 10134, 10199)),
    (500, 1005),
}


def name(row: Row) -> str:
    return f"{row.code}-{row.subcode}-{row.reading.source}"


class TestCatalogue:
    @pytest.mark.parametrize("row", catalogue(), ids=name)
    def test_each_row_is_complete(self, row: Row) -> None:
        assert type(row.code) is int
        assert type(row.subcode) is int
        assert row.code >= NOT_GIVEN
        assert row.subcode >= NOT_GIVEN
        assert (row.code, row.subcode) != (NOT_GIVEN, NOT_GIVEN)
        assert row.reading.title.strip()
        assert row.reading.explanation.strip()
        assert row.reading.category in CATEGORIES
        assert row.reading.ended_by in WHO
        assert row.reading.source in SOURCES

    def test_a_source_speaks_once_of_a_pair(self) -> None:
        keys = [(row.code, row.subcode, row.reading.source) for row in catalogue()]
        assert len(keys) == len(set(keys)) == 447

    def test_rows_stand_in_the_order_of_trust(self) -> None:
        ranks = [SOURCES.index(row.reading.source) for row in catalogue()]
        assert all(first <= second for first, second in pairwise(ranks))

    def test_it_has_the_whole_table_of_the_delete_call_page(self) -> None:
        assert {(row.code, row.subcode) for row in DELETE_ROWS} == DELETE_PAIRS
        assert len(DELETE_ROWS) == 30

    @pytest.mark.parametrize("row", catalogue(), ids=name)
    def test_no_row_tells_what_stands_in_a_message_that_it_does_not_have(self, row: Row) -> None:
        told = f"{row.reading.title}. {row.reading.explanation} {row.reading.advice}".casefold()
        assert "diagcode" not in told or re.search(r"\b(where|may|often|look for)\b", told)
        assert not re.search(r"(?<!whether )(the message|it) (names|adds)|diagcode inside|(is|read) the diagcode", told)

    # A subcode that stands under one code is better known with that code than without any.
    @pytest.mark.parametrize(
        "row",
        [row for row in catalogue() if row.code != NOT_GIVEN or len(reasons_catalogue.codes_of(row.subcode)) != 1],
        ids=name,
    )
    def test_each_row_can_be_reached(self, row: Row) -> None:
        code, subcode = (None if number == NOT_GIVEN else number for number in (row.code, row.subcode))
        ending = explain(code, subcode)
        assert ending.title == reasons_catalogue.readings(row.code, row.subcode)[0].reading.title
        titles = {ending.title.casefold(), *(reading.title.casefold() for reading in ending.also)}
        assert row.reading.title.casefold() in titles


class TestDeleteCallPage:
    @pytest.mark.parametrize("established", [None, True])
    @pytest.mark.parametrize("row", DELETE_ROWS, ids=name)
    def test_each_pair_is_explained_by_its_own_row(self, row: Row, established: bool | None) -> None:
        ending = explain(row.code, row.subcode, established=established)
        assert ending.matched is Matched.EXACT
        assert ending.source == DELETE_PAGE
        assert (ending.title, ending.explanation) == (row.reading.title, row.reading.explanation)
        assert (ending.ended_by, ending.category, ending.advice) == (
            row.reading.ended_by,
            row.reading.category,
            row.reading.advice,
        )
        assert ending.inner is None

    @pytest.mark.parametrize("row", [row for row in DELETE_ROWS if row.code == 200], ids=name)
    def test_code_0_is_the_same_success(self, row: Row) -> None:
        zero = explain(0, row.subcode)
        assert zero.code == 0
        assert (zero.title, zero.matched) == (row.reading.title, Matched.EXACT)

    @pytest.mark.parametrize(
        ("pair", "other"),
        [
            ((200, 4097), "Organizer ended it for everyone"),
            ((200, 4521), "Participant vanished abruptly"),
            ((408, 10057), "Callee did not finish call setup"),
            ((408, 1106), "SBC did not confirm the answer"),
        ],
    )
    def test_other_sources_that_differ_stand_beside_it(self, pair: tuple[int, int], other: str) -> None:
        ending = explain(*pair)
        assert ending.source == DELETE_PAGE
        assert other in [reading.title for reading in ending.also]
        assert all(reading.title != ending.title for reading in ending.also)
        assert all(reading.source != DELETE_PAGE for reading in ending.also)

    def test_sources_that_agree_are_not_repeated(self) -> None:
        assert explain(200, 5000).also == ()


class TestLadder:
    @pytest.mark.parametrize(
        ("code", "subcode", "message", "matched", "title"),
        [
            (200, 5001, None, Matched.EXACT, "The conversation ended"),
            ("200", "5001", "The conversation has ended.", Matched.EXACT, "The conversation ended"),
            (" 0 ", "7015", None, Matched.EXACT, "Transfer finished"),
            (412, 55555, "Failed. DiagCode: 412#10073.@", Matched.DIAGNOSTIC, "No sponsor for the phone leg"),
            (None, None, "The conversation has ended. DiagCode: 0#5002.@", Matched.DIAGNOSTIC, "Everyone else left"),
            (404, 5002, None, Matched.OTHER_CODE, "Everyone else left"),
            (None, 5002, None, Matched.OTHER_CODE, "Everyone else left"),
            (500, 8544, None, Matched.SUBCODE, "Callee unreachable"),
            (408, 8544, "Callee could not be reached.", Matched.SUBCODE, "Callee unreachable"),
            (None, 0, None, Matched.SUBCODE, "No specific reason"),
            (404, 7000, None, Matched.SUBCODE, "Ended gracefully"),
            (480, 560422, None, Matched.PSTN, "Phone side answered SIP 422: Session interval too small"),
            (500, 540485, None, Matched.PSTN, "Inbound phone call, SIP 485: Address ambiguous"),
            (500, 510500, None, Matched.PSTN, "Phone routing answered SIP 500: Server internal error"),
            (480, 510500, None, Matched.PSTN, "Phone call: reason 510500"),
            (480, 531486, None, Matched.PSTN, "Phone call: reason 531486"),
            (480, 560199, None, Matched.PSTN, "Phone call: reason 560199"),
            (480, 512345, None, Matched.PSTN, "Phone call: reason 512345"),
            (404, 10199, None, Matched.FAMILY, "Call controller: reason 10199"),
            (500, 10316, None, Matched.FAMILY, "Delivery to a client or bot: reason 10316"),
            (410, 301006, None, Matched.FAMILY, "Media path: reason 301006"),
            (410, None, None, Matched.CODE, "Media stack error"),
            (410, 0, None, Matched.CODE, "Media stack error"),
            (500, 1999, "DiagCode: 500#1999.@", Matched.CODE, "Service infrastructure error"),
            (495, 1, None, Matched.CODE, "Token missing or invalid"),
            ("0", None, None, Matched.CODE, "Ended normally (bare code 0)"),
            (0, 99999, None, Matched.CODE, "Ended normally"),
            (200, "transferring", None, Matched.CODE, "Ended normally"),
            (299, 123456, None, Matched.CLASS, "Ended normally"),
            (399, 1, None, Matched.CLASS, "Redirected"),
            (499, None, None, Matched.CLASS, "Failed on the client's or callee's side"),
            (599, 123456, None, Matched.CLASS, "Failed on the server's side"),
            (699, 123456, None, Matched.CLASS, "Refused everywhere"),
            (777, 1, None, Matched.NONE, "Unknown reason"),
            (-5, "x", None, Matched.NONE, "Unknown reason"),
            (None, None, "The call ended.", Matched.NONE, "No reason was given"),
            ("", " ", "", Matched.NONE, "No reason was given"),
        ],
    )
    def test_the_best_that_is_known(
        self, code: int | str | None, subcode: int | str | None, message: str | None, matched: Matched, title: str
    ) -> None:
        ending = explain(code, subcode, message)
        assert (ending.matched, ending.title) == (matched, title)

    def test_each_rung_has_its_own_plain_words(self) -> None:
        assert len({matched.words for matched in Matched}) == len(Matched)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [("200", 200), (0, 0), (" 480 ", 480), ("transferring", "transferring"), ("²", "²"), ("", ""), (None, None)],
    )
    def test_what_was_given_is_kept(self, given: int | str | None, kept: int | str | None) -> None:
        ending = explain(given, given, "text\x1b[2J")
        assert (ending.code, ending.subcode, ending.message) == (kept, kept, "text\x1b[2J")

    def test_another_code_is_named(self) -> None:
        assert "known with code 200; here it came with code 404" in explain(404, 5002).explanation
        assert "no such code" in explain(None, 5002).explanation

    def test_a_subcode_under_several_codes_shows_them_all(self) -> None:
        titles = [reading.title for reading in explain(404, 10199).also]
        assert titles == ["Private calling is off for the user", "Private calling is off for the callee"]

    def test_a_class_says_that_it_is_only_a_class(self) -> None:
        ending = explain(299, 123456)
        assert ending.explanation.startswith("Only the class of the code is known")
        assert ending.category == "success"
        assert ending.matched.words == "only the class of the code is known"

    def test_microsofts_meaning_of_a_code_goes_before_sip(self) -> None:
        ending = explain(410)
        assert ending.category == "network"
        assert "Gone" in [reading.title for reading in ending.also]


class TestPhoneRule:
    def test_the_phone_side_answered_500(self) -> None:
        ending = explain(500, 560500, "Server Internal Error. DiagCode: 500#560500.@")
        assert ending.matched is Matched.EXACT
        assert "the phone side answered SIP 500" in ending.explanation
        assert ending.ended_by == "pstn"
        assert ending.inner is None

    def test_the_sip_code_need_not_be_the_outer_code(self) -> None:
        assert "the phone side answered SIP 503 (Service unavailable)" in explain(500, 560503).explanation

    @pytest.mark.parametrize("pair", [(410, 531000), (503, 540998), (504, 569016), (403, 510532), (200, 560000)])
    def test_a_module_s_own_number_is_not_read_as_sip(self, pair: tuple[int, int]) -> None:
        assert "SIP 0" not in explain(*pair).explanation
        assert "reads:" not in explain(*pair).explanation

    def test_a_media_number_that_looks_like_sip_is_not_decoded(self) -> None:
        ending = explain(480, 531486)
        assert "SIP" not in ending.explanation
        assert "media" in ending.explanation


class TestMessage:
    def test_both_pairs_are_explained(self) -> None:
        ending = explain(412, 9999, "Invite failed. DiagCode: 412#10073.@")
        assert (ending.matched, ending.title) == (Matched.EXACT, "Invite failed (9999)")
        assert ending.inner is not None
        assert (ending.inner.code, ending.inner.subcode) == (412, 10073)
        assert (ending.inner.matched, ending.inner.title) == (Matched.EXACT, "No sponsor for the phone leg")

    @pytest.mark.parametrize(
        ("code", "subcode", "message"),
        [
            (200, 5002, "The conversation has ended. DiagCode: 0#5002.@"),
            (500, 3002, "Server Internal Error. DiagCode: 500#3002"),
            (500, 3002, "no such code here"),
            (500, 3002, "DiagCode: many#3002"),
            (500, 3002, "DiagCode: 1#12345678901"),
            (500, 3002, "DiagCode: ١٢#١٢"),
        ],
    )
    def test_no_inner_reason_unless_the_message_names_another_pair(self, code: int, subcode: int, message: str) -> None:
        assert explain(code, subcode, message).inner is None

    def test_the_number_before_the_hash_need_not_be_a_known_code(self) -> None:
        ending = explain(500, 7106, "Server Internal Error. DiagCode: 3003#7106.@")
        assert ending.matched is Matched.EXACT
        assert ending.inner is not None
        assert (ending.inner.code, ending.inner.matched) == (3003, Matched.OTHER_CODE)

    def test_a_reason_that_stands_in_the_message_alone_is_not_told_twice(self) -> None:
        message = "Call not found. DiagCode: 480#10076.@"
        assert explain(None, None, message).inner is None
        assert explain(412, 9999, message).inner is not None
        assert explain(None, None, "DiagCode: 499#123456").inner is not None, "only this tells whose numbers they are"

    def test_an_inner_success_is_kept_as_it_was_written(self) -> None:
        inner = explain(500, 99999, "DiagCode: 0#5002.@").inner
        assert inner is not None
        assert (inner.code, inner.title) == (0, "Everyone else left")

    def test_the_reason_in_the_message_says_where_it_comes_from(self) -> None:
        ending = explain(412, 55555, "DiagCode: 412#10073")
        assert ending.source == "github-wild"
        assert "DiagCode 412#10073" in ending.explanation


class TestNeverAnswered:
    @pytest.mark.parametrize(
        ("code", "subcode"),
        [(200, 5002), ("0", "5002"), (200, 7000), (200, 560000), (200, 99999), (299, 1), (0, None), (None, 5002)],
    )
    def test_a_success_that_nobody_answered(self, code: int | str | None, subcode: int | str | None) -> None:
        known = explain(code, subcode)
        ending = explain(code, subcode, established=False)
        assert ending.title == f"Never answered: {known.title}"
        assert ending.explanation.startswith("Nobody answered")
        assert ending.explanation.endswith(known.explanation)
        assert ending.category == "expected"
        assert (ending.matched, ending.ended_by) == (known.matched, known.ended_by)

    @pytest.mark.parametrize(
        ("code", "subcode"),
        [(486, 560486), (480, 10037), (487, 10003), (500, 560500), (200, 5855), (200, 7015), (603, 0)],
    )
    def test_a_reason_that_speaks_for_itself_stays(self, code: int, subcode: int) -> None:
        assert explain(code, subcode, established=False) == explain(code, subcode)

    @pytest.mark.parametrize("established", [None, True])
    def test_nothing_is_said_of_a_call_that_was_answered(self, established: bool | None) -> None:
        assert explain(200, 5002, established=established).title == "Everyone else left"


class TestCallThatGoesOn:
    @pytest.mark.parametrize("established", [None, True])
    @pytest.mark.parametrize("subcode", [7000, 7700])
    def test_a_failed_transfer_is_no_end(self, subcode: int, established: bool | None) -> None:
        ending = explain(500, subcode, ended=False, established=established)
        assert ending.title.startswith("Transfer failed, call still up")
        assert ending.matched is Matched.EXACT
        assert ending.ended_by == NOBODY

    @pytest.mark.parametrize("subcode", [7000, 7700])
    def test_a_transfer_that_failed_before_the_end_does_not_claim_that_the_call_is_up(self, subcode: int) -> None:
        ending = explain(500, subcode, established=True)
        assert ending.title == "Transfer failed, then the call ended"
        assert ending.ended_by != "bot"

    @pytest.mark.parametrize("established", [None, True])
    @pytest.mark.parametrize("pair", [(500, 7000), (500, 7700), (200, 0), (200, 8515), (400, 8508)])
    def test_a_call_that_is_over_is_never_said_to_be_up(self, pair: tuple[int, int], established: bool | None) -> None:
        ending = explain(*pair, of_call=True, established=established)
        assert not any(words in ending.title + ending.explanation for words in ("still up", "not an end of call"))
        assert "this 7000" not in ending.advice

    def test_a_reason_that_is_looked_up_is_that_of_a_call_that_goes_on(self) -> None:
        assert explain(500, 7000).title == "Transfer failed, call still up"
        assert "not an end of call" in explain(400, 8508).explanation

    def test_a_call_that_was_never_answered_cannot_have_been_transferred(self) -> None:
        ending = explain(500, 7000, established=False)
        assert (ending.matched, ending.title) == (Matched.OTHER_CODE, "The bot ended the call")
        assert "Transfer" not in explain(500, 7700, established=False).title

    def test_an_operation_is_told_as_such(self) -> None:
        assert explain(200, 0, ended=False).title == "Completed normally"
        assert explain(200, 0, established=True).title == "Ended locally"
        assert "with the end of the call" in explain(400, 8508, established=True).explanation

    @pytest.mark.parametrize(("code", "subcode"), [(400, 8541), (200, 5002), (412, 9999), (499, 1), ("x", "y")])
    def test_no_other_reason_is_told_as_an_end(self, code: int | str, subcode: int | str) -> None:
        ending = explain(code, subcode, ended=False)
        assert ending.title == f"Call goes on: {explain(code, subcode).title}"
        assert "the call itself goes on" in ending.explanation
        assert ending.ended_by == NOBODY

    @pytest.mark.parametrize(("code", "subcode"), [("200", "transferring"), (0, None), (200, 99999), (299, 1)])
    def test_a_bare_success_is_no_end_either(self, code: int | str, subcode: int | str | None) -> None:
        ending = explain(code, subcode, ended=False)
        assert ending.title == "Call goes on: No error"
        assert "nded" not in ending.title + ending.explanation


class TestNoReason:
    @pytest.mark.parametrize(
        ("word", "title", "ended_by", "category"),
        [
            ("AppTransferred", "The call was transferred", "bot", "success"),
            ("appRedirected", "The call was redirected", "bot", "success"),
            ("AppInitiated", "The bot ended the call", "bot", "success"),
            ("CallTerminated", "The call ended", "unknown", "unknown"),
        ],
    )
    def test_the_termination_reason_speaks(self, word: str, title: str, ended_by: str, category: str) -> None:
        ending = explain(None, termination_reason=word)
        assert ending.matched is Matched.TERMINATION_REASON
        assert (ending.title, ending.ended_by, ending.category) == (title, ended_by, category)

    @pytest.mark.parametrize(
        ("word", "title"),
        [
            ("AppTransferred", "The call was transferred"),
            ("AppRedirected", "The call was redirected"),
            ("AppInitiated", "Never answered: The bot ended the call"),
            ("CallTerminated", "Never answered: The call ended"),
        ],
    )
    def test_a_call_passed_on_is_not_a_call_that_nobody_took(self, word: str, title: str) -> None:
        assert explain(None, termination_reason=word, established=False).title == title

    def test_a_code_says_more_than_a_termination_reason(self) -> None:
        assert explain(200, 5002, termination_reason="AppInitiated").title == "Everyone else left"

    @pytest.mark.parametrize(
        ("established", "known"),
        [(False, "never answered"), (True, "consultative transfer"), (None, "redirects or rejects")],
    )
    @pytest.mark.parametrize("word", [None, "", " "])
    def test_what_is_known_is_said(self, word: str | None, established: bool | None, known: str) -> None:
        ending = explain(None, termination_reason=word, established=established)
        assert (ending.title, ending.matched) == ("No reason was given", Matched.NONE)
        assert known in ending.explanation

    @pytest.mark.parametrize("established", [False, True, None])
    def test_a_word_that_no_source_explains_is_a_reason_all_the_same(self, established: bool | None) -> None:
        ending = explain(None, termination_reason="CallerHangup", established=established)
        assert (ending.title, ending.matched) == ("Only a termination reason was given", Matched.NONE)
        assert "this way" not in ending.explanation

    def test_a_call_that_goes_on_needs_no_reason(self) -> None:
        ending = explain(None, ended=False, termination_reason="AppInitiated")
        assert (ending.title, ending.ended_by) == ("No result was given", NOBODY)


class TestChinese:
    def chinese_rows(self) -> dict[tuple[int, int], tuple[str, str]]:
        path = Path(reasons_catalogue.__file__).with_name("end_reasons_zh.csv")
        with path.open(encoding="utf-8", newline="") as lines:
            return {
                (int(line["code"]), int(line["subcode"])): (line["title_zh"], line["explanation_zh"])
                for line in csv.DictReader(lines)
            }

    def test_each_pair_of_the_delete_call_page_is_in_chinese(self) -> None:
        rows = self.chinese_rows()
        assert set(rows) == DELETE_PAIRS
        for pair, words in rows.items():
            ending = explain(*pair, lang="zh-CN")
            assert (ending.title, ending.explanation) == words

    @pytest.mark.parametrize("pair", [(500, 560500), (410, None), (299, 123456), (None, None), (480, 560422)])
    def test_every_other_reason_is_in_english(self, pair: tuple[int | None, int | None]) -> None:
        assert explain(*pair, lang="zh-CN") == explain(*pair)

    @pytest.mark.parametrize(
        ("arguments", "english"),
        [
            ({"code": 200, "subcode": 5002, "established": False}, "Nobody"),
            ({"code": 404, "subcode": 5002}, "known"),
            ({"code": None, "subcode": 5002}, "known"),
            ({"code": 404, "subcode": 5002, "ended": False}, "goes on"),
            ({"code": 499, "subcode": 1, "message": "DiagCode: 0#5002"}, "stands in"),
        ],
    )
    def test_no_english_sentence_around_a_chinese_row(self, arguments: dict[str, Any], english: str) -> None:
        assert english in explain(**arguments).explanation
        ending = explain(**arguments, lang="zh-CN")
        assert "其他人都已离开" in ending.title
        assert english not in ending.title + ending.explanation

    @pytest.mark.parametrize(
        ("pair", "said", "not_said"),
        [
            ((408, 1106), "通话已被接听", "对方"),  # it may be the bot that accepted
            ((200, 5007), "人或机器人", "的人离开"),
        ],
    )
    def test_it_says_of_a_side_no_more_than_the_english_row(
        self, pair: tuple[int, int], said: str, not_said: str
    ) -> None:
        ending = explain(*pair, lang="zh-CN")
        assert said in ending.explanation
        assert not_said not in ending.title + ending.explanation

    def test_never_answered_has_a_chinese_form(self) -> None:
        assert explain(200, 5002, established=False, lang="zh-CN").title == "无人接听：其他人都已离开"  # noqa: RUF001  # Chinese colon


ANY_CODE = st.one_of(
    st.none(),
    st.integers(),
    st.integers(min_value=-10, max_value=1000),
    st.integers(min_value=500_000, max_value=600_000),
    st.sampled_from(sorted({row.subcode for row in catalogue()} | {row.code for row in catalogue()})),
    st.sampled_from([10**6000, -(10**6000), "²", "٢٠٠", "\x1b[2J", "200\x00", "{}", "{0}", "9" * 6000, "\ud800"]),
    st.text(st.characters(exclude_categories=())),
)
ANY_MESSAGE = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=())),
    st.builds("DiagCode: {}#{}".format, st.integers(min_value=0), st.integers(min_value=0, max_value=700_000)),
)


@given(
    code=ANY_CODE,
    subcode=ANY_CODE,
    message=ANY_MESSAGE,
    established=st.sampled_from([None, False, True]),
    ended=st.booleans(),
    termination_reason=st.one_of(st.none(), st.text(), st.sampled_from(["AppTransferred", "CallTerminated"])),
    lang=st.one_of(st.sampled_from(["en", "zh-CN"]), st.text()),
)
def test_anything_is_explained(
    *,
    code: int | str | None,
    subcode: int | str | None,
    message: str | None,
    established: bool | None,
    ended: bool,
    termination_reason: str | None,
    lang: str,
) -> None:
    ending = explain(
        code,
        subcode,
        message,
        established=established,
        ended=ended,
        termination_reason=termination_reason,
        lang=lang,
    )
    assert ending.title.strip()
    assert ending.explanation.strip()
    assert (ending.title + ending.explanation).isprintable()
    assert "{" not in ending.title + ending.explanation
    assert ending.category in CATEGORIES
    assert ending.ended_by in (WHO if ended else {NOBODY})
    assert ending.message == message
    assert all(reading.title != ending.title for reading in ending.also)
    if ending.inner is not None:
        assert ending.inner.inner is None
        assert ending.inner.title.strip()


def test_the_same_question_has_the_same_answer_whatever_was_asked_between() -> None:
    first = explain(500, 560500, "one")
    explain("500", 560500, "two", established=True)
    assert explain(500, 560500, "one") == first
    assert explain("500", "560500", "one") == first


@pytest.mark.parametrize("text", ["500\x1f", "\x1c500", " 500 ", "500\n"])
def test_a_number_in_odd_white_space_is_still_that_number(text: str) -> None:
    assert explain(text, 560500).code == 500
