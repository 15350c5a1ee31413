"""The player's clock, with a hand on the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.replay.player import SPEEDS, Player
from tests.fakes import DEADLINE_S

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Wall:
    """A clock on the wall that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


def player(*seconds: float, playing: bool = True) -> tuple[Player, Wall]:
    wall = Wall()
    made = Player(wall)
    made.load([START + timedelta(seconds=each) for each in seconds], playing=playing)
    return made, wall


def at(made: Player) -> float:
    return (made.now() - START).total_seconds()


def test_it_begins_with_the_first_entry_and_ends_with_the_last() -> None:
    made, wall = player(0, 4, 10)
    assert (at(made), made.where.index, made.where.playing) == (0, 1, True)
    wall.moment += 4
    assert (at(made), made.where.index) == (4, 2)
    wall.moment += 100
    assert (at(made), made.where.index, made.where.playing, made.where.share) == (10, 3, False, 1.0)
    wall.moment += 100
    assert at(made) == 10


def test_time_stands_while_it_is_paused_and_goes_on_from_there() -> None:
    made, wall = player(0, 4, 10)
    wall.moment += 3
    made.toggle()
    wall.moment += 50
    assert at(made) == 3
    made.toggle()
    wall.moment += 2
    assert (at(made), made.where.index) == (5, 2)


def test_at_the_end_it_plays_from_the_beginning() -> None:
    made, wall = player(0, 4)
    wall.moment += 9
    assert made.where.index == 2
    made.toggle()
    assert (at(made), made.where.index, made.where.playing) == (0, 1, True)


def test_speeds_are_doublings_within_bounds() -> None:
    made, wall = player(0, 1000)
    wall.moment += 1
    for expected in (2, 4, 8, 16, 32, 64, 64):
        made.faster(1)
        assert made.where.speed == expected
    wall.moment += 1
    assert at(made) == 65
    for _ in SPEEDS:
        made.faster(-1)
    assert made.where.speed == 0.5
    wall.moment += 1
    assert at(made) == 65.5


def test_steps_go_entry_by_entry_also_where_several_came_at_once() -> None:
    made, wall = player(0, 4, 4, 4, 10)
    made.step(1)
    assert (at(made), made.where.index, made.where.playing) == (4, 2, False)
    wall.moment += 50
    made.step(1)
    assert (at(made), made.where.index) == (4, 3)
    made.step(-1)
    made.step(-1)
    assert (at(made), made.where.index) == (0, 1)
    made.step(-5)
    assert made.where.index == 1
    made.step(99)
    assert (at(made), made.where.index) == (10, 5)


def test_seeking_goes_anywhere_within_the_recording() -> None:
    made, wall = player(0, 4, 10)
    for seconds, expected, index in ((5, 5, 2), (-9, 0, 1), (99, 10, 3), (3.5, 3.5, 1)):
        made.seek(START + timedelta(seconds=seconds))
        assert (at(made), made.where.index) == (expected, index)
    wall.moment += 1
    assert at(made) == 3.5, "what came to its end stands"


def test_a_silence_is_jumped_over_once_what_was_before_it_has_been_seen() -> None:
    made, wall = player(0, 1, 600, 601)
    made.skip_silences()
    wall.moment += 1.5
    assert at(made) == 1.5
    wall.moment += 0.5
    assert (at(made), made.where.index, made.where.skipping) == (600, 3, True)
    made.seek(START)
    made.skip_silences()
    wall.moment += 30
    assert at(made) == 30


def test_what_is_dated_before_its_predecessor_comes_with_it() -> None:
    made, wall = player(0, 5, 3, 6)
    wall.moment += 3.5
    assert made.where.index == 1
    wall.moment += 1.5
    assert made.where.index == 3


def test_one_entry_alone_is_a_recording() -> None:
    made, _ = player(0)
    assert (made.where.index, made.where.share, made.where.playing) == (1, 1.0, False)
    made.step(1)
    made.seek(START + timedelta(hours=1))
    assert at(made) == 0


def test_before_it_is_loaded_nothing_happens() -> None:
    made = Player()
    made.toggle()
    made.step(1)
    made.seek(START)
    assert (made.where.index, made.where.total) == (0, 0)


@pytest.mark.parametrize("name", ["step", "seek"])
def test_who_waits_is_woken_by_a_move(name: str) -> None:
    made, _ = player(0, 4, 10, playing=False)
    waiter = Thread(target=made.wait, args=(1, Event()))
    waiter.start()
    if name == "step":
        made.step(1)
    else:
        made.seek(START + timedelta(seconds=9))
    waiter.join(DEADLINE_S)
    assert not waiter.is_alive()


def test_who_waits_is_woken_by_stop() -> None:
    made, _ = player(0, 4, playing=False)
    stop = Event()
    waiter = Thread(target=made.wait, args=(1, stop))
    waiter.start()
    stop.set()
    waiter.join(DEADLINE_S)
    assert not waiter.is_alive()


@given(
    gaps=st.lists(st.floats(0, 100), min_size=1, max_size=20),
    moves=st.lists(
        st.one_of(
            st.tuples(st.just("wait"), st.floats(0, 50)),
            st.tuples(st.just("step"), st.integers(-3, 3)),
            st.tuples(st.just("seek"), st.floats(-100, 3000)),
            st.tuples(st.sampled_from(["toggle", "skip", "faster", "slower"]), st.just(0)),
        ),
        max_size=30,
    ),
)
def test_whatever_is_done_time_and_entries_belong_together(gaps: list[float], moves: list[tuple[str, float]]) -> None:
    made, wall = player(*(sum(gaps[: number + 1]) for number in range(len(gaps))))
    due = [made._due[number] for number in range(len(gaps))]
    for name, amount in moves:
        before = made.now()
        if name == "wait":
            wall.moment += amount
            assert made.now() >= before
        elif name == "step":
            made.step(int(amount))
        elif name == "seek":
            made.seek(START + timedelta(seconds=amount))
        elif name in {"faster", "slower"}:
            made.faster(1 if name == "faster" else -1)
        else:
            {"toggle": made.toggle, "skip": made.skip_silences}[name]()
        where = made.where
        assert due[0] <= where.now <= due[-1]
        assert all(each <= where.now for each in due[: where.index])
        assert all(each >= where.now for each in due[where.index :])
        assert 0.0 <= where.share <= 1.0
