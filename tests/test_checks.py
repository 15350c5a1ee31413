"""The choice of the next check, on a journal and a clock of its own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.checks import Checks
from callmon.core.answers import Answer
from callmon.core.calls import Call, Check
from callmon.core.hangup import CheckOutcome
from callmon.core.records import CallChecked, FeedChanged
from callmon.core.text import same_id
from callmon.monitor import absorb
from callmon.ports import Entry
from callmon.snapshot import Snapshot, Update
from callmon.watch import Watch
from tests.makers import at, body, item, notification, record_entry, stored

FOUND = CheckOutcome(Answer.FOUND, "Found.", state="established", body=b'{"state": "established"}')
GONE = CheckOutcome(Answer.GONE, "Gone.", status=404)
BUSY = CheckOutcome(Answer.THROTTLED, "Wait.", status=429, retry_after_s=120)
AWAY = CheckOutcome(Answer.UNREACHABLE, "No way.")


def call_id(number: int) -> str:
    return f"{number:08x}-1111-4222-8333-444455556666"


class World:
    """A journal, a Graph, and consoles that read the one and ask the other."""

    def __init__(self, calls: int, consoles: int = 1, answer: CheckOutcome = FOUND) -> None:
        self.now = 100.0
        self.entries: list[Entry] = []
        self.answer = answer
        self.asked: list[tuple[float, str]] = []
        self.writes = True
        self.consoles = [Console(self, f"console-{number}") for number in range(consoles)]
        self.tell(FeedChanged("test", "listening"), -10)
        for number in range(calls):
            self.notify(number, -9)
        self.tell(FeedChanged("test", "stopped"), -5)
        self.tell(FeedChanged("test", "listening"), 0)
        for console in self.consoles:
            console.read()

    def tell(self, record: FeedChanged | CallChecked, second: float) -> None:
        self.entries.append(record_entry(record, self.now + second))

    def notify(self, number: int, second: float = 0, state: str = "established") -> None:
        data = body(item(url=f"/communications/calls/{call_id(number)}", state=state))
        self.entries.append(notification(data, self.now + second))

    def get(self, call: Call) -> CheckOutcome:
        self.asked.append((self.now, call.id))
        if self.writes:
            self.tell(CallChecked(call.spelled, self.answer), 0)
        return self.answer

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            for console in self.consoles:
                console.tick()


class Console:
    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.checks = Checks(name)
        self.watch = Watch()
        self.told = Snapshot()
        self.slow: list[tuple[Call, CheckOutcome]] | None = None

    def read(self) -> None:
        position = int(self.told.position or 0)
        update = (
            absorb(self.told, stored(self.world.entries[position:], position))
            if position < len(self.world.entries)
            else Update(self.told)
        )
        self.told = update.snapshot
        self.see(self.watch.update(Update(update.snapshot, update.changed, live=True), at(self.world.now)))

    def see(self, update: Update | None) -> None:
        if update is not None:
            self.checks.consider(update.snapshot.board, update.changed, at(self.world.now))

    def tick(self) -> None:
        self.read()
        self.see(self.watch.tick(at(self.world.now)))
        board = self.watch.seen.board
        call = self.checks.take(board, at(self.world.now))
        if call is None:
            return
        outcome = self.world.get(call)
        if self.slow is not None:
            self.slow.append((call, outcome))
            return
        self.checks.came_back(call, outcome, at(self.world.now))


def test_after_a_restart_each_call_is_checked_once_at_a_pace() -> None:
    world = World(calls=20)
    world.run(40)
    assert sorted(call for _, call in world.asked) == sorted(same_id(call_id(number)) for number in range(20))
    moments = [moment for moment, _ in world.asked]
    assert all(later - sooner >= 1 for sooner, later in pairwise(moments))


def test_two_consoles_share_the_work() -> None:
    world = World(calls=20, consoles=2)
    world.run(60)
    assert len(world.asked) <= 23
    assert {call for _, call in world.asked} == {same_id(call_id(number)) for number in range(20)}


def test_a_call_that_is_heard_of_is_not_checked() -> None:
    world = World(calls=3)
    for number in range(3):
        world.notify(number, 0.5)
    world.run(60)
    assert world.asked == []


def test_a_call_that_is_found_again_and_again_is_checked_less_and_less_often() -> None:
    world = World(calls=1)
    world.answer = CheckOutcome(Answer.FOUND, "Found.", state="incoming", body=b"{}")
    world.notify(0, 1, state="incoming")
    world.run(7200)
    moments = [moment for moment, _ in world.asked]
    apart = [later - sooner for sooner, later in pairwise(moments)]
    assert min(apart) >= 60
    assert apart == sorted(apart)
    assert 1700 < max(apart) < 1900


def test_what_is_gone_is_not_checked_again() -> None:
    world = World(calls=2, answer=GONE)
    world.run(300)
    assert len(world.asked) == 2


def test_a_throttled_graph_is_left_alone_until_it_said() -> None:
    world = World(calls=5, answer=BUSY)
    world.run(100)
    assert len(world.asked) == 1
    (pause,) = world.consoles[0].checks.pauses.values()
    assert pause.because == "Wait."
    world.answer = FOUND
    world.run(60)
    assert len(world.asked) >= 5
    assert world.consoles[0].checks.pauses == {}


def test_what_another_console_met_holds_here_too() -> None:
    world = World(calls=5, consoles=2, answer=BUSY)
    world.run(100)
    assert len(world.asked) <= 2


def test_without_a_network_checks_become_rare() -> None:
    world = World(calls=50, answer=AWAY)
    world.run(3600)
    assert 5 < len(world.asked) < 12


def test_a_check_that_could_not_be_written_down_counts_all_the_same() -> None:
    world = World(calls=1)
    world.writes = False
    world.run(200)
    moments = [moment for moment, _ in world.asked]
    assert 2 <= len(moments) <= 4
    assert all(later - sooner >= 60 for sooner, later in pairwise(moments))


def test_no_more_than_two_are_under_way() -> None:
    world = World(calls=9)
    world.consoles[0].slow = []
    world.run(30)
    assert len(world.asked) == 2


def test_a_bot_that_is_turned_away_does_not_stop_another() -> None:
    checks, world = Checks("one"), World(calls=2)
    seen = world.consoles[0].watch.seen.board
    one, other = seen
    board = type(seen)(seen.calls.insert(one.id, one._replace(bot="sales")), seen.living, seen.seen)
    checks.consider(board, [one.id, other.id], at(100))
    checks.came_back(board.calls[one.id], AWAY, at(101))
    assert checks.pauses.keys() == {"sales"}
    taken = checks.take(board, at(110))
    assert taken is not None
    assert taken.id == other.id


def test_whoever_asks_gets_a_check_once_a_minute_whoever_made_it() -> None:
    checks, world = Checks("one"), World(calls=1)
    (call,) = world.consoles[0].watch.seen.board
    assert checks.ask(call, at(100))
    assert not checks.ask(call, at(101))
    checks.came_back(call, FOUND, at(101))
    assert not checks.ask(call, at(159.5))
    last = checks.lately(call, at(159.5))
    assert last is not None
    assert (last.at, last.outcome) == (at(100), FOUND)
    assert checks.ask(call, at(160))
    assert checks.lately(call, at(161)) is None, "its check is under way"
    assert checks.made == 1
    others = call._replace(check=Check(at(300), AWAY))
    assert Checks("two").lately(others, at(359)) == others.check
    assert not Checks("two").ask(others, at(359))


def test_whoever_asks_is_told_of_the_wait_that_graph_asked_for() -> None:
    checks, world = Checks("one"), World(calls=2)
    first, second = world.consoles[0].watch.seen.board
    assert checks.ask(first, at(100))
    checks.came_back(first, BUSY, at(101))
    pause = checks.throttled(second, at(102))
    assert pause is not None
    assert pause.because == "Wait."
    assert not checks.ask(second, at(102))
    assert checks.ask(second, pause.until)


def test_what_could_not_be_sent_may_be_tried_again_soon() -> None:
    checks, world = Checks("one"), World(calls=1)
    (call,) = world.consoles[0].watch.seen.board
    unsent = CheckOutcome(Answer.NOT_SIGNED_IN, "No token.")
    assert checks.ask(call, at(100))
    checks.came_back(call, unsent, at(101))
    assert not checks.ask(call, at(102))
    assert checks.ask(call, at(103.5))


@pytest.mark.parametrize("consoles", [1, 3])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_never_more_than_one_a_minute_a_call_from_one_console(consoles: int, data: st.DataObject) -> None:
    world = World(calls=3, consoles=consoles)
    for _ in range(12):
        world.answer = data.draw(st.sampled_from([FOUND, BUSY, AWAY, GONE]))
        if data.draw(st.booleans()):
            world.notify(data.draw(st.integers(0, 2)), state=data.draw(st.sampled_from(["incoming", "established"])))
        world.run(data.draw(st.sampled_from([5, 30, 70])))
    for call in {call for _, call in world.asked}:
        moments = [moment for moment, one in world.asked if one == call]
        assert all(later - sooner >= 60 for sooner, later in pairwise(moments))
        assert len(moments) <= consoles * (1 + (world.now - 100) / 60)
