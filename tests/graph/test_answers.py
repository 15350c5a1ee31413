import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.graph.answers import check_outcome, hang_up_outcome
from callmon.graph.naming import SettingNames
from callmon.graph.replies import Reply, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
HTML = b"<html><body>Sign in to the network</body></html>"


def reply(status: int, body: Any = b"", *, whole: bool = True, **headers: str) -> Reply:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, names, body if isinstance(body, bytes) else json.dumps(body).encode(), "sent-1", whole)


def error(code: object, message: str = "", **inner: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "innerError": inner}}


NO_RESOURCE = '{"message":"No HTTP resource was found that matches the request URI \'https://pma.plat.skype.com/x\'."}'

REFUSALS = [
    # status, body, answer, retry helps, a word of the sentence
    (404, error("8522", "Call not found."), Answer.GONE, False, "ended"),
    (404, error(8522, "Call not found."), Answer.GONE, False, "ended"),
    (404, error("9997", "Call not found."), Answer.GONE, False, "ended"),
    (404, error("UnknownError", NO_RESOURCE), Answer.UNEXPECTED, False, "tells nothing"),
    (404, error("NotFound", ""), Answer.UNEXPECTED, False, "tells nothing"),
    (404, error("12345", "Not Found"), Answer.UNEXPECTED, False, "tells nothing"),
    (404, error("somethingNew", "The Call not found here"), Answer.UNEXPECTED, False, "tells nothing"),
    (404, b"", Answer.UNEXPECTED, False, "without a body"),
    (404, error("ResourceNotFound", "Resource not found."), Answer.UNEXPECTED, False, "tells nothing"),
    (404, error("BadRequest", "Resource not found for the segment 'calls'."), Answer.UNEXPECTED, False, "address"),
    (404, error("404", "Not Found"), Answer.UNEXPECTED, False, "tells nothing"),
    (404, {"detail": "Not Found"}, Answer.UNEXPECTED, False, "tells nothing"),
    (404, {"error": "not_found"}, Answer.UNEXPECTED, False, "tells nothing"),
    (404, HTML, Answer.UNEXPECTED, False, "tells nothing"),
    (404, error("7505", "Request authorization tenant mismatch."), Answer.NOT_ALLOWED, False, "tenant"),
    (400, error("BadRequest", "Resource not found for the segment 'calls'."), Answer.UNEXPECTED, False, "address"),
    (400, error("BadRequest", "Something else."), Answer.UNEXPECTED, False, "400"),
    (401, error("InvalidAuthenticationToken", "Access token has expired."), Answer.NOT_SIGNED_IN, False, "token"),
    (401, b"", Answer.NOT_SIGNED_IN, False, "token"),
    (403, error("7503", "Application is not registered in our store."), Answer.NOT_ALLOWED, False, "CALLMON_CLIENT_ID"),
    (403, error("7504", "Insufficient enterprise tenant permissions"), Answer.NOT_ALLOWED, False, "Calls.Initiate.All"),
    (403, error(7505, "Request authorization tenant mismatch."), Answer.NOT_ALLOWED, False, "CALLMON_TENANT_ID"),
    (403, error("Forbidden"), Answer.NOT_ALLOWED, False, "application"),
    (403, HTML, Answer.NOT_ALLOWED, False, "proxy"),
    (409, error("Conflict"), Answer.CONFLICT, True, "state"),
    (429, error("TooManyRequests", "Please retry again later."), Answer.THROTTLED, True, "Wait"),
    (429, error("activityLimitReached", "Too many."), Answer.THROTTLED, True, "Wait"),
    (500, error("9999", "Unkown internal Server Error."), Answer.UNAVAILABLE, True, "500"),
    (502, HTML, Answer.UNAVAILABLE, True, "502"),
    (503, b"", Answer.UNAVAILABLE, True, "503"),
    (504, b"", Answer.UNAVAILABLE, True, "504"),
    (307, b"", Answer.UNEXPECTED, False, "redirected"),
    (418, b"", Answer.UNEXPECTED, False, "418"),
]


@pytest.mark.parametrize(("status", "body", "answer", "retry", "word"), REFUSALS)
def test_what_a_refusal_means(status: int, body: Any, answer: Answer, retry: bool, word: str) -> None:
    for outcome in (hang_up_outcome(reply(status, body), NOW), check_outcome(reply(status, body), NOW)):
        assert (outcome.answer, outcome.retry_helps, outcome.status) == (answer, retry, status)
        assert word in outcome.sentence
        assert outcome.client_request_id == "sent-1"


def test_each_kind_of_refusal_has_a_sentence_of_its_own() -> None:
    rows = [
        (401, error("InvalidAuthenticationToken")),
        (403, error("7503")),
        (403, error("7504")),
        (403, error("7505")),
        (403, error("7507")),
        (404, error("8522")),
        (409, error("Conflict")),
        (429, error("TooManyRequests")),
        (500, error("9999")),
        (502, ""),
        (503, ""),
        (504, ""),
    ]
    sentences = [hang_up_outcome(reply(status, body), NOW).sentence for status, body in rows]
    assert len(set(sentences)) == len(rows)


@pytest.mark.parametrize(
    ("body", "answer", "word"),
    [
        (error("somethingNew", "The Call not found here"), Answer.GONE, "ended"),
        (error("UnknownError", NO_RESOURCE), Answer.UNEXPECTED, "the call's id"),
        (error("NotFound", ""), Answer.UNEXPECTED, "tells nothing"),
        (b"", Answer.UNEXPECTED, "without a body"),
        (HTML, Answer.UNEXPECTED, "a page that is not Graph's"),
    ],
)
def test_what_a_404_with_a_request_id_means(body: Any, answer: Answer, word: str) -> None:
    for judge in (hang_up_outcome, check_outcome):
        outcome = judge(reply(404, body, request_id="theirs-1"), NOW)
        assert outcome.answer is answer
        assert word in outcome.sentence


@pytest.mark.parametrize(
    ("code", "bot", "named"),
    [
        ("7503", "", {"CALLMON_CLIENT_ID"}),
        ("7503", "front-desk", {"CALLMON_BOTS__FRONT_DESK__CLIENT_ID"}),
        ("7505", "", {"CALLMON_TENANT_ID", "CALLMON_MULTI_TENANT"}),
        ("7505", "front-desk", {"CALLMON_BOTS__FRONT_DESK__TENANT_ID", "CALLMON_BOTS__FRONT_DESK__MULTI_TENANT"}),
    ],
)
def test_a_refusal_names_the_settings_of_the_bot_that_asked(code: str, bot: str, named: set[str]) -> None:
    for judge in (hang_up_outcome, check_outcome):
        sentence = judge(reply(403, error(code)), NOW, SettingNames(bot)).sentence
        assert set(re.findall("CALLMON_[A-Z_]+", sentence)) == named


@pytest.mark.parametrize("bot", ["", "front-desk"])
@pytest.mark.parametrize(
    "foreign",
    [
        reply(404, b"<html>"),
        reply(404),
        reply(404, error("Odd", "No."), request_id="r"),
        reply(401, b"<html>"),
        reply(302, b""),
        reply(200, b"<html>"),
        reply(400, error("BadRequest", "Resource not found for the segment 'calls'.")),
    ],
)
def test_an_answer_from_elsewhere_names_the_address_of_the_bot_that_asked(foreign: Reply, bot: str) -> None:
    names = SettingNames(bot)
    told = [judge(foreign, NOW, names).sentence for judge in (hang_up_outcome, check_outcome)]
    assert all(set(re.findall(r"CALLMON_\w+|[{}]", sentence)) == {names["graph_url"]} for sentence in told), told


def test_an_empty_404_that_broke_off_claims_nothing() -> None:
    assert hang_up_outcome(reply(404, b"", whole=False), NOW).answer is Answer.UNEXPECTED


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (204, b"", Answer.ACCEPTED),
        (200, b"", Answer.UNEXPECTED),
        (200, {"portal": "login"}, Answer.UNEXPECTED),
        (200, error("LoginRequired", "Sign in first."), Answer.UNEXPECTED),
        (200, HTML, Answer.UNEXPECTED),
        (201, {}, Answer.UNEXPECTED),
        (202, {}, Answer.UNEXPECTED),
        (206, b"", Answer.UNEXPECTED),
    ],
)
def test_of_all_successes_only_the_documented_one_of_delete_is_an_acceptance(
    status: int, body: Any, answer: Answer
) -> None:
    outcome = hang_up_outcome(reply(status, body), NOW)
    assert (outcome.answer, outcome.status) == (answer, status)
    if answer is not Answer.ACCEPTED:
        assert f"HTTP {status}, but Graph accepts a hang-up with 204, so it is not known" in outcome.sentence


def test_an_error_in_a_success_of_delete_is_kept_for_support() -> None:
    outcome = hang_up_outcome(reply(200, error("LoginRequired", "Sign in first.")), NOW)
    assert (outcome.code, outcome.message) == ("LoginRequired", "Sign in first.")


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"@odata.type": "#microsoft.graph.call", "id": "a", "state": "established"}, "established"),
        ({"id": "a"}, None),
        ({"id": "a", "state": None}, None),
        ({"id": "a", "state": ["x"]}, None),
        ({"state": "\u202eodd\n"}, "\u202eodd\n"),
    ],
)
def test_a_call_that_was_found(body: Mapping[str, object], state: str | None) -> None:
    raw = json.dumps(body).encode()
    outcome = check_outcome(reply(200, raw), NOW)
    assert (outcome.answer, outcome.state, outcome.body, outcome.status) == (Answer.FOUND, state, raw, 200)
    assert outcome.sentence.isprintable()


@pytest.mark.parametrize(
    "body", [b"", HTML, b"[]", b"{}", b"\xff{}", {"ok": True}, {"id": 1.5}, error("x") | {"id": "a"}]
)
def test_a_200_that_is_no_call_tells_nothing(body: Any) -> None:
    outcome = check_outcome(reply(200, body), NOW)
    assert (outcome.answer, outcome.state, outcome.body) == (Answer.UNEXPECTED, None, b"")


def test_a_call_that_broke_off_tells_nothing() -> None:
    assert check_outcome(reply(200, {"id": "a"}, whole=False), NOW).answer is Answer.UNEXPECTED


def test_what_support_asks_for_is_kept_from_the_headers() -> None:
    body = error(
        "7505", "Request authorization tenant mismatch.", date="2026-01-01T00:00:00", **{"request-id": "inner"}
    )
    date = "Sun, 01 Mar 2026 12:00:00 GMT"
    said = {"request-id": "outer", "date": date, "scenario-id": "scenario-1", "x-ms-ags-diagnostic": "x" * 600}
    outcome = hang_up_outcome(reply(403, body, whole=True, retry_after="2.128", **said), NOW)
    assert (outcome.scenario_id, outcome.diagnostic) == ("scenario-1", "x" * 500)
    assert outcome.request_id == "outer"
    assert outcome.date == date
    assert (outcome.code, outcome.message) == ("7505", "Request authorization tenant mismatch.")
    assert outcome.retry_after_s == 2.128


@pytest.mark.parametrize("inner", ["innerError", "innererror"])
@pytest.mark.parametrize("name", ["request-id", "requestId"])
def test_what_support_asks_for_is_found_in_the_body_too(inner: str, name: str) -> None:
    body = {"error": {"code": "9999", "message": "x", inner: {"date": "2026-01-01T00:00:00", name: "abc"}}}
    outcome = hang_up_outcome(reply(500, body), NOW)
    assert (outcome.request_id, outcome.date) == ("abc", "2026-01-01T00:00:00")


def test_the_message_inside_an_unknown_error_is_unwrapped() -> None:
    message = hang_up_outcome(reply(404, error("UnknownError", NO_RESOURCE)), NOW).message
    assert message == "No HTTP resource was found that matches the request URI 'https://pma.plat.skype.com/x'."


@pytest.mark.parametrize(
    "wrong",
    [
        {"error": {"code": ["x"], "message": {"a": 1}, "innerError": "x"}},
        {"error": {"code": True, "message": None, "innerError": {"request-id": 5.5, "date": []}}},
        {"error": []},
        {"error": None},
        [],
        "text",
    ],
)
def test_wrong_types_in_an_error_are_left_out(wrong: Any) -> None:
    outcome = hang_up_outcome(reply(500, wrong), NOW)
    found = (outcome.code, outcome.message, outcome.request_id, outcome.date)
    assert (outcome.answer, found) == (Answer.UNAVAILABLE, (None,) * 4)


def test_long_texts_are_cut() -> None:
    body = error("c" * 9_000, "m" * 9_000, **{"request-id": "r" * 9_000})
    outcome = hang_up_outcome(reply(500, body), NOW)
    assert [len(text or "") for text in (outcome.code, outcome.message, outcome.request_id)] == [200, 2_000, 200]


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, None, None),
        ("", None, None),
        ("10", None, 10.0),
        (" 2.128 ", None, 2.128),
        ("0", None, 0.0),
        ("-1", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("9" * 400, None, None),
        ("9999999999999", None, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, 86_400.0),
        ("soon", None, None),
        ("Sun, 01 Mar 2026 12:00:30 GMT", None, 30.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", "Sun, 01 Mar 2026 12:00:20 GMT", 10.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", "rubbish", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", None, 30.0),
        ("Sun, 01 Mar 2020 12:00:30 GMT", None, 0.0),
    ],
)
def test_how_long_to_wait(value: str | None, date: str | None, seconds: float | None) -> None:
    assert retry_after(value, date, NOW) == seconds


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "code", "message", "innerError", "innererror", "request-id", "date", "id", "state"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
bodies = st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode())


@given(st.integers(200, 599), bodies, st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_no_answer_at_all_makes_a_judge_fail(status: int, body: bytes, wait: str, date: str, whole: bool) -> None:
    got = Reply(status, {"retry-after": wait, "date": date}, body, "sent", whole)
    for judge in (hang_up_outcome, check_outcome):
        outcome = judge(got, NOW)
        assert outcome.sentence.isprintable()
        assert (outcome.retry_after_s or 0.0) >= 0.0


def test_a_body_nested_too_deeply_is_no_error_of_graph() -> None:
    outcome = hang_up_outcome(reply(500, b"[" * 500_000), NOW)
    assert (outcome.answer, outcome.code) == (Answer.UNAVAILABLE, None)
