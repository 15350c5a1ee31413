from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.differences import Change, changes
from callmon.core.masking import masked
from tests.makers import payload

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)

TABLE: list[tuple[Any, Any, list[tuple[str, str, str, str]]]] = [
    ({"a": 1}, {"a": 1}, []),
    ({"a": 1}, {"a": 2}, [("a", "changed", "1", "2")]),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [("a.b[1]", "changed", "2", "3")]),
    ({"a": [1]}, {"a": [1, "x"]}, [("a[1]", "added", "", '"x"')]),
    ({"a": 1, "b": None}, {"a": 1}, [("b", "removed", "null", "")]),
    ({"a": 1}, {"a": True}, [("a", "changed", "1", "true")]),
    ({"a": 1}, {"a": 1.0}, [("a", "changed", "1", "1.0")]),
    ({"a": []}, {"a": {}}, [("a", "changed", "[]", "{}")]),
    ({"a": 1}, {"a": {"b": 1}}, [("a", "removed", "1", ""), ("a.b", "added", "", "1")]),
    ({"a.b": 1}, {"a": {"b": 1}}, [("a.b", "removed", "1", ""), ("a.b", "added", "", "1")]),
    (1, 2, [("", "changed", "1", "2")]),
    ({}, {"@odata.type": "x", "a": 1}, [("", "removed", "{}", ""), ("a", "added", "", "1")]),
    ({"a": 1, "@odata.type": "x"}, {"a": 1}, []),
    ({"@odata.type": "x"}, {"@odata.type": "y"}, [("@odata.type", "changed", '"x"', '"y"')]),
    ({"token": "one"}, {"token": "two"}, []),
    ({"a": "\u202e\n"}, {"a": "张"}, [("a", "changed", '"\\u202e\\n"', '"张"')]),
    ({"\x1b": 1}, {"\x1b": 2}, [("\\x1b", "changed", "1", "2")]),
]


@pytest.mark.parametrize(("before", "after", "told"), TABLE)
def test_what_changed(before: Any, after: Any, told: list[tuple[str, str, str, str]]) -> None:
    assert changes(before, after) == tuple(Change(path, kind, *values) for path, kind, *values in told)  # type: ignore[arg-type]  # the kinds of the table are those


def test_from_one_notification_of_a_call_to_the_next() -> None:
    told = {change.path: change for change in changes(json.loads(payload(4)), json.loads(payload(5)))}
    audio = told["resourceData.mediaState.audio"]
    assert (audio.kind, audio.after) == ("added", '"active"')
    assert not any("@odata.type" in path for path in told)


def test_envelopes_of_several_items_are_compared_as_they_are() -> None:
    before, after = {"value": [{"a": 1}, {"a": 1}]}, {"value": [{"a": 1}, {"a": 2}]}
    assert [change.path for change in changes(before, after)] == ["value[1].a"]


@given(JSON)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert changes(value, copy.deepcopy(value)) == ()


@given(JSON, JSON)
def test_what_was_added_one_way_was_removed_the_other(before: Any, after: Any) -> None:
    there = {(change.path, change.before, change.after) for change in changes(before, after)}
    back = {(change.path, change.after, change.before) for change in changes(after, before)}
    assert there == back
    assert all(text.isprintable() for told in there for text in told)


@given(JSON, JSON)
def test_what_is_masked_already_makes_no_other_difference(before: Any, after: Any) -> None:
    assert changes(masked(before), masked(after)) == changes(before, after)


def test_absurdly_deep_values_are_compared_as_far_as_they_are_shown() -> None:
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    assert changes(deep, deep) == ()
    (change,) = (change for change in changes(1, deep) if change.kind == "added")
    assert "too deeply" in change.after
