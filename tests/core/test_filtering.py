from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callmon.core import describe
from callmon.core.answers import Answer
from callmon.core.board import Board
from callmon.core.calls import Call, Facts, Identity, Kind, Participant, ResultInfo
from callmon.core.draft import apply
from callmon.core.expressions import Expression, compiled
from callmon.core.filter_fields import FIELDS
from callmon.core.filtering import Filter, FilterError, parse
from callmon.core.hangup import CheckOutcome
from callmon.core.query import Query, Which, matches
from callmon.core.reasons import explain
from callmon.core.records import CallChecked, HangUpAsked
from callmon.core.states import CallState
from tests.makers import CALL, at, board_of, call_of, note, report

TENANT = "932899f8-2ea1-4604-8413-27bd2892079f"
CHAIN = "d3dc4cfc-4fae-4fc8-bab1-c2f85808e4af"

FACTS = Facts(
    direction="incoming",
    source=Identity("user", "u1", "Ana Ruiz, Sales"),
    targets=(Identity("phone", "+15550100"),),
    chain_id=CHAIN,
    tenant_id=TENANT,
    thread_id="19:meeting_x@thread.v2",
    subject="12:05 stand-up",
)
HELD = call_of(
    report("incoming", "created", facts=FACTS),
    report("establishing"),
    report("established"),
    report("hold"),
)._replace(roster=(Participant("p1", Identity("user", "u2", "Bo Chen")),), index=12, bot="Front-Desk")
FAILED = call_of(
    report("establishing", "created", facts=Facts(direction="outgoing")),
    report("terminated", "deleted", result=ResultInfo(500, 560500, "A fault. DiagCode: 500#560500.@")),
)
BUSY = call_of(
    report("establishing", "created", facts=Facts(direction="outgoing")),
    report("terminated", "deleted", result=ResultInfo(486, 10003, None)),
)
TALKED = call_of(
    report("incoming", "created"),
    report("establishing"),
    report("established"),
    report("terminated", "deleted", result=ResultInfo(200, 4097, None)),
)
UNNAMED = call_of(report("terminated", "deleted"))
ODD_CODE = call_of(report("terminated", "deleted", result=ResultInfo("Busy", "-7", None)))
LATE = call_of(report("terminated", "deleted"), report("established"))


def gone() -> Call:
    outcome = CheckOutcome(Answer.GONE, "Graph knows no such call.")
    (call,) = note(board_of([report("established")]), CallChecked(CALL, outcome), at(9))
    return call


def being_hung_up() -> Call:
    asked = HangUpAsked(CALL, "attempt", "ada@console-1")
    (call,) = note(board_of([report("incoming", "created")]), asked, at(9))
    return call


GONE = gone()
HANGING_UP = being_hung_up()
CALLS = [HELD, FAILED, BUSY, TALKED, UNNAMED, ODD_CODE, LATE, GONE, HANGING_UP]

HOLDS = [
    (HELD, ""),
    (HELD, "   "),
    (HELD, "ana"),
    (HELD, "ANA ruiz"),
    (HELD, '"ana ruiz"'),
    (HELD, "bo chen"),
    (HELD, '"Bo Chen" !carol'),
    (HELD, '!"ruiz ana"'),
    (HELD, "12:05"),
    (HELD, '"12:05 stand-up"'),
    (HELD, "#12"),
    (HELD, CHAIN.upper()),
    (HELD, "id:6f1f5c00"),
    (HELD, "id:6F1F5C008C1B"),
    (HELD, f"id:{CALL}"),
    (HELD, "id:#12"),
    (HELD, "state:hold"),
    (HELD, "state:HO"),
    (HELD, "state:established,hold"),
    (HELD, "!state:established"),
    (HELD, "kind:group"),
    (HELD, "!kind:peer"),
    (HELD, "dir:in"),
    (HELD, "who:ana"),
    (HELD, 'who:"Ruiz, Sales"'),
    (HELD, "who:chen,nobody"),
    (HELD, "who:+15550100"),
    (HELD, f"tenant:{TENANT}"),
    (HELD, "tenant:932899f8"),
    (HELD, f"chain:{CHAIN.upper()}"),
    (HELD, "is:active is:answered"),
    (HELD, "!is:ended !is:failed !is:gone !is:odd !is:hungup !is:unanswered !is:trouble"),
    (HELD, "!code:200"),
    (HELD, "!by:bot"),
    (FAILED, "code:500"),
    (FAILED, "code:5xx"),
    (FAILED, "code:5XX"),
    (FAILED, "code:500..599"),
    (FAILED, "code:486,500"),
    (FAILED, "code:500.."),
    (FAILED, "code:..500"),
    (FAILED, "subcode:560500"),
    (FAILED, "subcode:5605xx"),
    (FAILED, "subcode:5600xx,5605xx"),
    (FAILED, "is:failed is:ended is:unanswered is:trouble"),
    (FAILED, "dir:out"),
    (FAILED, "kind:unknown"),
    (BUSY, "code:4xx !code:480"),
    (TALKED, "category:success by:participant"),
    (TALKED, "category:suc"),
    (TALKED, "is:answered !is:unanswered !is:failed"),
    (TALKED, "Is:Ended State:TERM"),
    (TALKED, "another participant 200/4097"),
    (UNNAMED, "category:unknown"),
    (UNNAMED, "!code:200"),
    (UNNAMED, "dir:unknown"),
    (ODD_CODE, "code:busy subcode:-7"),
    (LATE, "is:odd is:trouble"),
    (GONE, "is:gone state:gone is:ended !is:unanswered"),
    (GONE, "state:terminated"),
    (HELD, r"who:/^\+1555/"),
    (HELD, r"who:/^ANA r/ is:active"),
    (HELD, "who:/ana, ?bo|ruiz, sales/,nobody"),
    (HELD, "who:nobody,/^bo/ state:/^h..d$/"),
    (HELD, "!who:/^carol/"),
    (HELD, "/stand.?up/"),
    (HELD, "!/lobby|queue/"),
    (HELD, "/^bo chen$/"),
    (HELD, "who:/ana"),
    (HELD, "who:/"),
    (HELD, "who:// state:hold"),
    (FAILED, "code:/^5/"),
    (FAILED, "500/560500"),
    (HANGING_UP, 'is:hungup state:"hanging up"'),
    (HANGING_UP, "state:hanging-up"),
]
FAILS = [
    (HELD, r"who:/^1555/"),
    (HELD, "who:/^carol/"),
    (HELD, "!who:/^ana/"),
    (HELD, "/^ruiz/"),
    (HELD, "/stand up/ nobody"),
    (HELD, "carol"),
    (HELD, "!ana"),
    (HELD, "ana !bo"),
    (HELD, '"ruiz ana"'),
    (HELD, "id:6f1f5c00-9"),
    (HELD, "id:#1"),
    (HELD, "id:f1f5"),
    (HELD, "state:established"),
    (HELD, "state:hold !dir:in"),
    (HELD, "who:sales,x !who:ana"),
    (HELD, "code:200"),
    (HELD, "category:success"),
    (HELD, "by:unknown"),
    (HELD, "is:ended"),
    (HELD, "is:failed,gone"),
    (FAILED, "code:50"),
    (FAILED, "code:5"),
    (FAILED, "code:5xxx"),
    (FAILED, "code:xxxx"),
    (FAILED, "code:501..599"),
    (FAILED, "code:..499"),
    (FAILED, "subcode:5600xx"),
    (ODD_CODE, "code:xxxx"),
    (ODD_CODE, "code:0..999"),
    (UNNAMED, "code:xxx"),
    (TALKED, "by:bot"),
    (TALKED, "is:trouble"),
    (GONE, "is:active"),
]
STILL_TYPING = ["!", '"', '!"', "state:", "!state:", "state:,", 'who:"', "is:", "ana state:", "is:a", "is:ans"]
PLAIN_WORDS = ["19:meeting_x", "12:05", "+1:2", "a1:b", ":x", '"sip:ana"', '!"sip:ana"']


def understood(text: str) -> Filter:
    wanted = parse(text)
    assert isinstance(wanted, Filter), wanted
    return wanted


@pytest.mark.parametrize(("call", "text"), HOLDS)
def test_what_holds_of_a_call(call: Call, text: str) -> None:
    assert understood(text).matches(call, "en")


@pytest.mark.parametrize(("call", "text"), FAILS)
def test_what_does_not_hold_of_a_call(call: Call, text: str) -> None:
    assert not understood(text).matches(call, "en")


@pytest.mark.parametrize("text", STILL_TYPING)
def test_what_is_still_being_typed_takes_nothing_away(text: str) -> None:
    assert understood(text).matches(HELD, "en")


@pytest.mark.parametrize(
    ("text", "unclosed"),
    [
        ('"', "a quote"),
        ('"help me', "a quote"),
        ('ana !"ruiz', "a quote"),
        ('who:"ana', "a quote"),
        ('who:"ana" "bo', "a quote"),
        ("who:/ana state:hold", "a regular expression"),
        ('who:bo,/ana "ruiz" kind:peer', "a regular expression"),
        (r"who:/ana\/ bo", "a regular expression"),
        ('"ana ruiz" bo', ""),
        ('who:"ana",bo', ""),
        ('who:/a"b/', ""),
        ('/a"b/ ana', ""),
        ("who:/ana", ""),
        ("who:/ana ", ""),
        ("who:/ana ruiz/ bo", ""),
        ("/ana bo", ""),
        ("ana", ""),
    ],
)
def test_what_is_opened_and_not_closed_is_known(text: str, unclosed: str) -> None:
    assert understood(text).unclosed == unclosed


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("is:", "“is:”"),
        ("ana !code: state:hold", "“!code:”"),
        ("!", "“!”"),
        ("who:,", "“who:,”"),
        ('who:"" ana', '“who:""”'),
        ('""', '“""”'),
        ("who:/", "“who:/”"),
        ("//", "“//”"),
        ("is: code:", "“is:”"),
        ("is:active, state:hold", ""),
        ("ana", ""),
        (" ", ""),
        ("", ""),
    ],
)
def test_what_asks_for_nothing_is_known(text: str, empty: str) -> None:
    assert understood(text).empty == empty


def test_only_what_is_left_open_is_a_slip() -> None:
    assert Query(Which.ALL, "is: ana").understood.slip == "“is:” asks for nothing"
    assert Query(Which.ALL, 'is: "ana').understood.slip == "a quote is not closed"
    assert Query(Which.ALL, "is:active ana").understood.slip == ""


@pytest.mark.parametrize("text", PLAIN_WORDS)
def test_a_colon_does_not_make_a_field_of_what_has_no_name(text: str) -> None:
    wanted = understood(text)
    assert wanted.conditions == ()
    assert len(wanted.words) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("stat:hold", "“stat”, did you mean “state”?"),
        ("!subcod:1", "“subcod”, did you mean “subcode”?"),
        ("ana direction:in", "did you mean “dir”?"),
        ("zzzz:", "“zzzz”."),
        ("http://x", "no field “http”. Text with a colon goes into quotes."),
        ("time:5", "“time”."),
        ("is:fo", "“fo”."),
        ("sip:ana@example.com", "quotes"),
        ("张:1", "“张”"),
        ("iss:gone", "“iss”, did you mean “is”?"),
        ("is:faild", "“faild”, did you mean “failed”?"),
        ("is:active,zzzz", "“zzzz”. It knows active, ended"),
        ("code:4xx..5", "No code “4xx..5”. A range has a number at one end or both, such as 500..599."),
        ("!subcode:1,5..x", "No subcode “5..x”. A range"),
        ("code:1..2..3", "“1..2..3”"),
        ("code:..", "“..”"),
        ("q" * 5000 + ":x", "qqqq…”"),
    ],
)
def test_what_is_not_understood_names_what_there_is(text: str, names: str) -> None:
    wanted = parse(text)
    assert isinstance(wanted, FilterError)
    assert names in wanted.sentence
    assert len(wanted.sentence) < 250
    if not text.startswith("is:") and ".." not in text:
        assert all(field in wanted.sentence for field in FIELDS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("who:/(/", "“/(/” is not a regular expression: missing )"),
        ("who:/a(", "“/a(” is not"),
        ("ana /*x/", "nothing to repeat"),
        ("who:x,/[/", "“/[/” is not"),
        ("who:/" + "a" * 300, "at most 200"),
        ("who:/a{1001}/", "not a regular expression"),
        ("who:/((a{100}){100}){100}/", "not a regular expression"),
        ("/(?=ana)/", "to look ahead, behind or back is not possible"),
        ("who:/\ud800(/", "missing )"),
    ],
)
def test_what_is_no_regular_expression_says_why(text: str, names: str) -> None:
    wanted = parse(text)
    assert isinstance(wanted, FilterError)
    assert names in wanted.sentence


@pytest.mark.parametrize("typed", [r"(a+)+$", r"^(a|a)*$", r"(.*a){25}$", r"^(\w+\s?)*$"])
def test_no_expression_costs_more_than_the_text_is_long(typed: str) -> None:
    """Where others try every way to read the text, the end of the world would come before the end of this."""
    expression = compiled(typed)
    assert isinstance(expression, Expression)
    assert not expression.found_in("a" * 5000 + "!")


def test_an_expression_is_looked_for_in_text_that_is_no_text() -> None:
    expression = compiled("^ÅNG.*b$")
    assert isinstance(expression, Expression)
    assert expression.found_in("x\nång\ud800b\ny")


def test_a_filter_that_is_not_understood_lets_every_call_through_and_says_so() -> None:
    query = Query(Which.ALL, "stat:hold")
    assert all(matches(call, query) for call in CALLS)
    assert "did you mean “state”?" in query.understood.error
    assert Query(Which.ALL, "state:hold").understood.error == ""
    assert not matches(HELD, Query(Which.ENDED, "stat:hold")), "the view still holds"


def test_the_filter_narrows_a_view() -> None:
    query = Query(Which.ENDED, "code:4xx")
    assert [call for call in CALLS if matches(call, query)] == [BUSY]


def test_the_end_is_searched_in_the_language_that_it_is_shown_in() -> None:
    chinese = understood(f'"{describe.end_line(TALKED, "zh-CN")}"')
    assert chinese.matches(TALKED, "zh-CN")
    assert not chinese.matches(TALKED, "en")


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_takes_the_quoted_beginning_of_what_the_call_says_of_it(field: str) -> None:
    said = [(call, text) for call in CALLS for text in FIELDS[field].read(call, "en") if text]
    assert said
    assert all(understood(f'{field}:"{text}"').matches(call, "en") for call, text in said)


PIECES = st.sampled_from(
    [
        '"',
        "!",
        ":",
        ",",
        "..",
        "x",
        " ",
        "#",
        "5",
        "9" * 30,
        "is:",
        *(f"{field}:" for field in FIELDS),
        *Kind,
        *CallState,
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.sampled_from(CALLS))
def test_anything_can_be_typed(text: str, call: Call) -> None:
    wanted = parse(text)
    if isinstance(wanted, FilterError):
        assert wanted.sentence.isprintable()
    else:
        wanted.matches(call, "en")
        matches(call, Query(Which.TROUBLE, text))


@given(st.lists(PIECES).map("".join), st.sampled_from(CALLS))
def test_an_alternative_more_never_takes_a_call_away(text: str, call: Call) -> None:
    value = "".join(char for char in text if char not in '", !')
    assume(".." not in value)  # which no code holds, and may be no range
    for field in ("id", "who", "code"):
        if understood(f"{field}:{value}").matches(call, "en") and value:
            assert understood(f"{field}:nothing,{value}").matches(call, "en")
            assert not understood(f"!{field}:{value}").matches(call, "en")


def test_the_trouble_view_has_the_calls_that_somebody_should_look_at() -> None:
    assert [call for call in CALLS if matches(call, Query(Which.TROUBLE))] == [FAILED, LATE, GONE]
    assert [call for call in CALLS if matches(call, Query(Which.TROUBLE, "is:odd !is:gone"))] == [LATE]


def test_calls_of_one_bot() -> None:
    front, nights = (apply(Board(), report("established"), at(0), bot).get(CALL) for bot in ("Front-Desk", "nights"))
    assert front is not None
    assert nights is not None
    for text in ("bot:front-desk", "bot:front", "front-desk", "!bot:nights"):
        assert matches(front, Query(text=text)), text
        assert not matches(nights, Query(text=text)), text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("state:establisehd", "No state “establisehd”, did you mean “established”? If Graph sent it, write"),
        ("state:foo", "No state “foo”. If Graph sent it, write state:/foo/. There are incoming, ringing"),
        ("!state:hold,foo", "No state “foo”"),
        ("kind:gruop", "No kind “gruop”, did you mean “group”? There are peer, group, unknown."),
        ("dir:sideways", "No dir “sideways”"),
        ("category:netwrok", "did you mean “network”?"),
        ("by:partcipant", "did you mean “participant”?"),
    ],
)
def test_a_value_that_no_call_can_have_is_told_as_it_is_typed(typed: str, words: str) -> None:
    refused = parse(typed)
    assert isinstance(refused, FilterError)
    assert words in refused.sentence


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.known])
def test_every_beginning_of_a_value_that_calls_can_have_is_a_filter(name: str) -> None:
    for value in FIELDS[name].known:
        for length in range(len(value) + 1):
            assert isinstance(parse(f'{name}:"{value[:length]}"'), Filter)


def test_all_categories_and_enders_of_the_catalogue_can_be_asked_for() -> None:
    for code in range(1000):
        why = explain(code, None, None)
        assert why.category in FIELDS["category"].known
        assert why.ended_by in FIELDS["by"].known


def test_who_is_not_said_is_found_by_the_words_of_the_row() -> None:
    call = call_of(report(CallState.ESTABLISHED))
    found = parse('"not said"')
    assert isinstance(found, Filter)
    assert found.matches(call)
