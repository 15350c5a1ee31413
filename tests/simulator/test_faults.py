"""The rules by which hang-ups go wrong: which DELETE they mean, and how they are written."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.simulator.faults import MIX, Body, Fault, Faults, Rule, as_json, rules_in
from callmon.simulator.repertoire import calls
from tests.simulator.conftest import StartShow
from tests.simulator.recorder import wait_until

CALL = "6f1f5c00-8c1b-47f1-be9d-660c501041a9"
OTHER = "6f1f5c00-8c1b-47f1-be9d-660c501041aa"
BUSY = Rule(Fault.BUSY)

CHOICES: list[tuple[tuple[Rule, ...], str, int, Rule | None]] = [
    # rules, call, DELETEs of it before, the rule that holds
    ((), CALL, 0, None),
    ((BUSY,), CALL, 0, BUSY),
    ((BUSY,), CALL, 9, BUSY),
    ((Rule(Fault.BUSY, call=CALL),), OTHER, 0, None),
    ((Rule(Fault.BUSY, call=CALL),), CALL.replace("-", "").upper(), 0, Rule(Fault.BUSY, call=CALL)),
    ((Rule(Fault.BUSY, times=2),), CALL, 1, Rule(Fault.BUSY, times=2)),
    ((Rule(Fault.BUSY, times=2),), CALL, 2, None),
    ((Rule(Fault.BUSY, rate=0),), CALL, 0, None),
    ((Rule(Fault.RESET, call=OTHER), BUSY), CALL, 0, BUSY),
    ((Rule(Fault.RESET, times=1), BUSY), CALL, 1, BUSY),
]


@pytest.mark.parametrize(("rules", "call_id", "before", "rule"), CHOICES)
def test_which_rule_holds(rules: tuple[Rule, ...], call_id: str, before: int, rule: Rule | None) -> None:
    assert Faults(rules).rule_for(call_id, before) == rule


RULES = st.builds(
    Rule,
    st.sampled_from(Fault),
    st.none() | st.text(max_size=40),
    st.floats(0, 1),
    st.none() | st.integers(1, 100),
    st.floats(0, 3600),
    st.sampled_from(Body),
    st.booleans(),
)


@settings(deadline=None)  # how long an example takes is not what is tested
@given(st.lists(RULES, max_size=5).map(tuple), st.integers(0, 5))
def test_what_is_written_is_read_again_and_means_the_same(rules: tuple[Rule, ...], before: int) -> None:
    again = rules_in(json.dumps(as_json(rules)).encode())
    assert again == rules
    assert Faults(again, 7).rule_for(CALL, before) == Faults(rules, 7).rule_for(CALL, before)


def test_about_every_third_hang_up_of_a_bad_day_goes_wrong_in_every_way_of_the_mix() -> None:
    faults = Faults(MIX)
    met = Counter(faults.rule_for(script.call_id, 0) for script in islice(calls(1), 2000))
    assert set(met) == {None, *MIX}
    assert 0.25 < 1 - met[None] / 2000 < 0.45


def test_another_seed_lets_other_hang_ups_go_wrong() -> None:
    rule = Rule(Fault.BUSY, rate=0.5)
    assert len({tuple(Faults((rule,), seed).rule_for(CALL, n) for n in range(20)) for seed in range(5)}) == 5


WRONG = [
    b"",
    b"{",
    b"[]",
    b"{}",
    b'{"rules": {}}',
    b'{"rules": [], "more": 1}',
    b'{"rules": [1]}',
    b'{"rules": [{}]}',
    b'{"rules": [{"fault": "flood"}]}',
    b'{"rules": [{"fault": 503}]}',
    b'{"rules": [{"fault": ["503"]}]}',
    b'{"rules": [{"fault": "503", "rate": 1.5}]}',
    b'{"rules": [{"fault": "503", "rate": NaN}]}',
    b'{"rules": [{"fault": "503", "rate": true}]}',
    b'{"rules": [{"fault": "503", "times": 0}]}',
    b'{"rules": [{"fault": "503", "times": 1.5}]}',
    b'{"rules": [{"fault": "503", "seconds": -1}]}',
    b'{"rules": [{"fault": "503", "seconds": "2"}]}',
    b'{"rules": [{"fault": "503", "body": "xml"}]}',
    b'{"rules": [{"fault": "503", "acts": 1}]}',
    b'{"rules": [{"fault": "503", "call": 1}]}',
    b'{"rules": [{"fault": "503", "colour": "red"}]}',
    b'{"rules": [{"fault": "503"}, {"fault": "flood"}]}',
    b"[" * 60_000,
    b" " * 70_000,
]


def test_wrong_rules_are_refused_with_all_the_words_and_change_nothing(start_show: StartShow) -> None:
    show = start_show()
    kept = as_json((Rule(Fault.CONFLICT, call=CALL),))
    assert show.graph.post("/simulator/faults", json=kept).json() == kept
    for body in WRONG:
        answer = show.graph.post("/simulator/faults", content=body)
        assert answer.status_code == 400, body
        assert all(word in answer.json()["error"]["message"] for word in (*Fault, *Body))
        assert show.graph.get("/simulator/faults").json() == kept
    assert show.graph.put("/simulator/faults").status_code == 405


def test_new_rules_count_anew_and_none_lets_all_go_well(start_show: StartShow) -> None:
    show = start_show()
    call_id = show.start("meeting")
    once = as_json((Rule(Fault.LOST, times=1),))
    for _ in range(2):
        show.graph.post("/simulator/faults", json=once)
        assert show.graph.delete(show.url(call_id)).status_code == 404
    assert call_id in show.live()
    show.graph.post("/simulator/faults", json={"rules": []})
    assert show.graph.delete(show.url(call_id)).status_code == 204


def test_an_end_that_nobody_hears_of_comes_all_the_same(start_show: StartShow) -> None:
    show = start_show(speed=100)
    unheard, heard = show.start("meeting"), show.start("meeting")
    show.graph.post("/simulator/faults", json=as_json((Rule(Fault.UNHEARD, call=unheard),)))
    assert show.graph.delete(show.url(unheard)).status_code == 204
    assert show.graph.delete(show.url(heard)).status_code == 204
    show.feed.wait(lambda posts: any(post.ends_call and post.call_id == heard for post in posts))
    wait_until(lambda: unheard not in show.live())
    assert not [post for post in show.feed.of(unheard) if post.ends_call]
