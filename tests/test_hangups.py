from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.hangup import CALLED_OFF, HangUpOutcome
from callmon.hangups import (
    HOLD_WITHOUT_A_WORD_S,
    LONGEST_HOLD_S,
    MOST_AT_ONCE,
    HangUps,
    Progress,
    Schedule,
    Stage,
    Work,
)
from callmon.ports import OnWait
from tests.fakes import DEADLINE_S

ACCEPTED = HangUpOutcome(Answer.ACCEPTED, "Accepted.", status=204)


def throttled(retry_after_s: float | None) -> HangUpOutcome:
    return HangUpOutcome(Answer.THROTTLED, "Too many.", True, retry_after_s, 429)


# Which goes next


def test_orders_begin_in_their_order_and_no_more_than_four_at_a_time() -> None:
    schedule = Schedule()
    assert [schedule.add(order) for order in "abcdef"] == [True] * 6
    assert [schedule.take(0) for _ in range(6)] == ["a", "b", "c", "d", None, None]
    schedule.done("b")
    assert [schedule.take(0), schedule.take(0)] == ["e", None]


def test_nothing_is_ordered_twice_at_the_same_time() -> None:
    schedule = Schedule()
    schedule.add("a")
    assert not schedule.add("a")
    schedule.take(0)
    assert not schedule.add("a")
    schedule.done("a")
    assert schedule.add("a")


def test_a_hold_keeps_everything_back_and_is_never_shortened() -> None:
    schedule = Schedule()
    schedule.add("a")
    schedule.hold(10)
    schedule.hold(5)
    assert schedule.take(9.9) is None
    assert schedule.take(10) == "a"


def test_what_has_begun_is_not_taken_back() -> None:
    schedule = Schedule()
    for order in "abc":
        schedule.add(order)
    schedule.take(0)
    assert schedule.withdraw() == ("b", "c")
    assert (schedule.queued, schedule.under_way) == ((), {"a"})


@given(st.lists(st.tuples(st.sampled_from(["add", "take", "done", "hold", "withdraw"]), st.integers(0, 9))))
def test_whatever_happens_no_order_is_lost_or_begun_twice(moves: list[tuple[str, int]]) -> None:
    schedule = Schedule()
    added, begun, over, taken_back = 0, 0, 0, 0
    for now, (move, number) in enumerate(moves):
        order = str(number)
        if move == "add":
            added += schedule.add(order)
        elif move == "take" and (taken := schedule.take(now)) is not None:
            assert now >= schedule.held_until
            assert taken in schedule.under_way
            begun += 1
        elif move == "done" and order in schedule.under_way:
            schedule.done(order)
            over += 1
        elif move == "hold":
            schedule.hold(now + number)
        elif move == "withdraw":
            taken_back += len(schedule.withdraw(order))
        assert len(schedule.under_way) == begun - over <= MOST_AT_ONCE
        assert len(schedule.queued) == added - begun - taken_back


# In threads


class Line:
    """Orders whose requests come back when they are let."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.told: list[tuple[str, Progress]] = []
        self.gates: dict[str, Event] = {}
        self.begun: list[str] = []
        self.at_once = 0
        self.most = 0
        self._moved = Condition()
        self.hangups = HangUps(self._tell, lambda: self.moment)

    def _tell(self, order: str, progress: Progress) -> None:
        with self._moved:
            self.told.append((order, progress))
            self._moved.notify_all()

    def work(self, order: str, outcome: HangUpOutcome, waits: tuple[HangUpOutcome, float] | None = None) -> Work:
        self.gates[order] = gate = Event()

        def work(on_wait: OnWait, called_off: Event) -> HangUpOutcome:
            with self._moved:
                self.begun.append(order)
                self.at_once += 1
                self.most = max(self.most, self.at_once)
                self._moved.notify_all()
            if waits is not None:
                on_wait(*waits, 1)
            assert gate.wait(DEADLINE_S)
            with self._moved:
                self.at_once -= 1
            return CALLED_OFF if called_off.is_set() else outcome

        return work

    def order(self, order: str, outcome: HangUpOutcome = ACCEPTED, **more: tuple[HangUpOutcome, float]) -> bool:
        return self.hangups.order(order, self.work(order, outcome, **more))

    def until(self, holds: Callable[[], bool]) -> None:
        with self._moved:
            assert self._moved.wait_for(holds, DEADLINE_S)

    def stages(self, order: str) -> list[Stage]:
        return [progress.stage for each, progress in self.told if each == order]


def test_many_orders_go_out_four_at_a_time_and_all_come_back() -> None:
    line = Line()
    orders = [str(number) for number in range(23)]
    for order in orders:
        line.order(order)
    for order in orders:
        line.gates[order].set()
    assert line.hangups.wait(DEADLINE_S)
    assert sorted(line.begun) == sorted(orders)
    assert line.most <= MOST_AT_ONCE
    for order in orders:
        assert line.stages(order) == [Stage.QUEUED, Stage.SENT, Stage.RETURNED]


def test_the_fifth_begins_when_one_of_the_first_four_is_back() -> None:
    line = Line()
    for order in "abcde":
        line.order(order)
    line.until(lambda: len(line.begun) == MOST_AT_ONCE)
    assert line.stages("e") == [Stage.QUEUED]
    line.gates["b"].set()
    line.until(lambda: Stage.SENT in line.stages("e"))
    for gate in line.gates.values():
        gate.set()
    assert line.hangups.wait(DEADLINE_S)


@pytest.mark.parametrize("retry_after_s", [LONGEST_HOLD_S, None])
def test_a_throttled_one_holds_all_that_have_not_begun(retry_after_s: float | None) -> None:
    line = Line()
    line.order("a", throttled(retry_after_s))
    line.until(lambda: line.begun == ["a"])
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)
    held_s = retry_after_s or HOLD_WITHOUT_A_WORD_S
    assert line.hangups.held_s == held_s
    line.order("b")
    assert line.stages("b") == [Stage.QUEUED]
    line.moment += held_s - 0.1
    assert line.hangups._schedule.take(line.moment) is None
    line.moment += 0.1
    line.order("c")  # also wakes the others, as the wait's end would
    line.gates["b"].set()
    line.gates["c"].set()
    assert line.hangups.wait(DEADLINE_S)
    assert sorted(line.begun) == ["a", "b", "c"]


@pytest.mark.parametrize("retry_after_s", [LONGEST_HOLD_S + 1, 3600.0, 9999999999999.0])
def test_a_wait_that_is_too_long_gives_up_what_has_not_begun(retry_after_s: float) -> None:
    line = Line()
    for order in "abcdef":
        line.order(order, throttled(retry_after_s))
    line.until(lambda: len(line.begun) == MOST_AT_ONCE)
    begun = set(line.begun)
    for gate in line.gates.values():
        gate.set()
    assert line.hangups.wait(DEADLINE_S)
    assert set(line.begun) == begun
    assert line.hangups.held_s == LONGEST_HOLD_S
    for order in set("abcdef") - begun:
        assert line.stages(order) == [Stage.QUEUED, Stage.RETURNED]
        (outcome,) = (progress.outcome for each, progress in line.told if each == order and progress.over)
        assert outcome is not None
        assert outcome.sentence.startswith(f"Not sent: Graph asks this bot to wait {retry_after_s:.0f} s")


def test_one_that_is_throttled_and_waits_holds_the_others_meanwhile() -> None:
    line = Line()
    line.order("a", waits=(throttled(8.0), 8.0))
    line.until(lambda: Stage.WAITS in line.stages("a"))
    assert line.hangups.held_s == 8.0
    (waits,) = (progress for _, progress in line.told if progress.stage is Stage.WAITS)
    assert (waits.outcome, waits.wait_s, waits.over) == (throttled(8.0), 8.0, False)
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)


def test_an_order_that_breaks_down_is_over_as_well_and_says_so() -> None:
    line = Line()

    def breaks_down(_on_wait: OnWait, _called_off: Event) -> HangUpOutcome:
        raise ZeroDivisionError

    line.hangups.order("a", breaks_down)
    assert line.hangups.wait(DEADLINE_S)
    *_, (order, progress) = line.told
    assert (order, progress.stage) == ("a", Stage.RETURNED)
    assert progress.outcome is not None
    assert progress.outcome.answer is Answer.UNEXPECTED
    assert "ZeroDivisionError" in progress.outcome.sentence
    assert progress.outcome.unsettled
    line.order("b")
    line.gates["b"].set()
    assert line.hangups.wait(DEADLINE_S)


def test_a_hold_that_ends_between_two_looks_at_the_clock_keeps_nobody_waiting() -> None:
    line = Line()
    moments = iter([0.0, 0.0, 0.0])  # the first begins, the hold is set, the second may not begin yet
    line.hangups = HangUps(line._tell, lambda: next(moments, 100.0))
    line.order("first", throttled(0.01))
    line.gates["first"].set()
    line.until(lambda: Stage.RETURNED in line.stages("first"))
    line.order("second")
    line.gates["second"].set()
    assert line.hangups.wait(DEADLINE_S)


def test_a_failure_that_is_no_throttling_holds_nobody() -> None:
    line = Line()
    line.order("a", waits=(HangUpOutcome(Answer.UNAVAILABLE, "Busy.", True, 8.0, 503), 8.0))
    line.until(lambda: Stage.WAITS in line.stages("a"))
    line.order("b")
    line.until(lambda: "b" in line.begun)
    assert line.hangups.held_s == 0
    line.gates["a"].set()
    line.gates["b"].set()
    assert line.hangups.wait(DEADLINE_S)


def test_what_is_called_off_before_it_begins_is_told_and_never_sent() -> None:
    line = Line()
    for order in "abcdefg":
        line.order(order)
    line.until(lambda: len(line.begun) == MOST_AT_ONCE)
    assert line.hangups.call_off("f") == ("f",)
    assert line.hangups.call_off("nobody") == ()
    assert line.hangups.call_off() == ("e", "g")
    assert line.hangups.call_off("a") == ()
    for order in "efg":
        assert line.stages(order) == [Stage.QUEUED, Stage.WITHDRAWN]
    for gate in line.gates.values():
        gate.set()
    assert line.hangups.wait(DEADLINE_S)
    assert sorted(line.begun) == ["a", "b", "c", "d"]


def test_what_is_called_off_at_any_moment_after_its_turn_came_is_told_so() -> None:
    line = Line()

    def tell(order: str, progress: Progress) -> None:
        line.told.append((order, progress))
        if progress.stage is Stage.SENT:
            line.hangups.call_off(order)

    line.hangups = HangUps(tell, lambda: line.moment)
    line.order("a")
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)
    *_, (_, last) = line.told
    assert (last.stage, last.outcome) == (Stage.RETURNED, CALLED_OFF)


def test_the_same_call_is_not_ordered_twice_at_a_time_but_again_later() -> None:
    line = Line()
    assert line.order("a")
    assert not line.hangups.order("a", lambda _on_wait, _called_off: ACCEPTED)
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)
    assert line.order("a")
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)
    assert line.begun == ["a", "a"]


def test_waiting_for_orders_that_do_not_come_back_ends_in_time() -> None:
    line = Line()
    line.order("a")
    assert not line.hangups.wait(0)
    line.gates["a"].set()
    assert line.hangups.wait(DEADLINE_S)
