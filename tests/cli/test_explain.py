from __future__ import annotations

import json

import pytest

from callmon.cli.exits import ExitCode
from callmon.core.reasons import catalogue
from tests.cli.program import run

END_FIELDS = [
    "code",
    "subcode",
    "message",
    "title",
    "explanation",
    "ended_by",
    "category",
    "advice",
    "matched",
    "source",
]


def test_a_reason_in_words() -> None:
    result = run("explain", "408", "1106")
    assert result.code == 0
    title, *rest = result.out.splitlines()
    assert title == "Answer was never confirmed (408/1106)"
    starts = [line.partition(":")[0] for line in rest[1:]]
    assert starts[:2] == ["Ended by", "Category"]
    assert "How sure" in starts


@pytest.mark.parametrize("pair", ["408/1106", "408,1106", "(408/1106)"])
def test_code_and_subcode_may_come_in_one_word(pair: str) -> None:
    assert run("explain", pair).out == run("explain", "408", "1106").out


def test_a_reason_as_json() -> None:
    document = run("explain", "500", "560500", "--message", "x DiagCode: 486#10003.@", "--json").json
    assert list(document) == [*END_FIELDS, "inner", "also"]
    assert document["code"] == 500
    assert document["subcode"] == 560500
    assert document["inner"]["code"] == 486
    assert list(document["inner"]) == END_FIELDS


def test_a_message_that_says_more_is_explained_too() -> None:
    assert "Inner reason 486/10003" in run("explain", "500", "560500", "--message", "DiagCode: 486#10003.@").out


@pytest.mark.parametrize("arguments", [["-1"], ["-1", "-2"], ["0"], ["what?"], ["99999999999999999999"], ["200", ""]])
def test_whatever_is_asked_has_an_answer(arguments: list[str]) -> None:
    result = run("explain", *arguments)
    assert result.code == 0
    assert result.out


def test_text_from_outside_cannot_write_to_the_terminal() -> None:
    result = run("explain", "\x1b[2J", "--message", "a\x07\u202eb")
    assert result.out.replace("\n", "").isprintable()
    told = run("explain", "1", "--message", "a\x07\u202eb\U000e0001", "--json").out
    assert told.replace("\n", "").isprintable()
    assert json.loads(told)["message"] == "a\x07\u202eb\U000e0001"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["", " "],
        ["--jsn"],
        ["200", "--jsn"],
        ["200", "5001", "1"],
        ["200", "--list"],
        ["--list", "--message", "x"],
        ["200", "--category", "network"],
        ["--list", "--category", "nonsense"],
        ["--list", "--source", "nonsense"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    result = run("explain", *arguments)
    assert result.code == ExitCode.USAGE
    assert result.out == ""


def test_the_whole_catalogue_can_be_listed() -> None:
    rows = run("explain", "--list", "--json").json
    assert len(rows) == len(catalogue())
    assert len(run("explain", "--list").out.splitlines()) == len(rows) + 1


def test_the_list_can_be_narrowed() -> None:
    rows = run("explain", "--list", "--category", "network", "--source", "graph-call-delete-v1.0", "--json").json
    assert rows
    assert {row["category"] for row in rows} == {"network"}
    assert {row["source"] for row in rows} == {"graph-call-delete-v1.0"}


def test_the_list_speaks_chinese_where_it_can() -> None:
    assert "对方挂断" in run("--lang", "zh-CN", "explain", "--list").out
