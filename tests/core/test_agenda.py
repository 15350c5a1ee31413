from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from callmon.core.agenda import Agenda
from tests.makers import at

KEYS = st.sampled_from("abcd")


class AgendaLife(RuleBasedStateMachine):
    """An agenda beside a plain dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.agenda = Agenda()
        self.plain: dict[str, int] = {}
        self.now = 0

    @rule(key=KEYS, delay=st.integers(0, 9))
    def put(self, key: str, delay: int) -> None:
        self.agenda.put(key, at(self.now + delay))
        self.plain[key] = self.now + delay

    @rule(key=KEYS)
    def drop(self, key: str) -> None:
        self.agenda.drop(key)
        self.plain.pop(key, None)

    @rule(seconds=st.integers(0, 5))
    def take(self, seconds: int) -> None:
        self.now += seconds
        due = {key for key, moment in self.plain.items() if moment <= self.now}
        taken = self.agenda.take(at(self.now))
        assert sorted(taken) == sorted(due)
        self.plain = {key: moment for key, moment in self.plain.items() if key not in due}

    @invariant()
    def as_many(self) -> None:
        assert len(self.agenda) == len(self.plain)


TestAgenda = AgendaLife.TestCase


def test_putting_a_thing_later_again_and_again_takes_no_room() -> None:
    agenda = Agenda()
    for second in range(1000):
        agenda.put("a", at(second))
    assert len(agenda._queue) == 1
    assert agenda.take(at(500)) == []
    assert agenda.take(at(999)) == ["a"]
