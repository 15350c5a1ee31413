"""Storms of sorts, inserts, moves and ends: the selected call stays the selected call, and the marked ones marked."""

from __future__ import annotations

import random

import pytest

from callmon.core.states import CallState
from callmon.core.text import same_id
from callmon.ports import Entry, EntryKind
from tests.tui.stage import Stage, call_id, caller, notification

pytestmark = pytest.mark.anyio

CHANGES, AT_ONCE = 10_000, 200
ORDERS = ("greater_than_sign", "less_than_sign", "I", "S", "t")
LIVING = [CallState.ESTABLISHING, CallState.ESTABLISHED, CallState.TRANSFERRING, CallState.HOLD, CallState.TERMINATING]


class Storm:
    """Random notifications about ever more calls; the same seed brings the same ones."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.calls = 20

    def body(self) -> bytes:
        if self.dice.random() < 0.2:
            self.calls += 1
            return notification(call_id(self.calls), "incoming", "created", **caller(f"Caller {self.calls}"))
        number = self.dice.randint(max(1, self.calls - 60), self.calls)
        if self.dice.random() < 0.3:
            return notification(call_id(number), "terminated", "deleted", resultInfo={"code": 200, "subcode": 4521})
        return notification(call_id(number), self.dice.choice(LIVING))


def entry(stage: Stage, body: bytes) -> Entry:
    return Entry(EntryKind.NOTIFICATION, stage.now, "http 127.0.0.1:8765", body)


async def storm(stage: Stage, seed: int) -> None:
    """All changes, in bursts, with another order of the rows between them."""
    weather = Storm(seed)
    for _ in range(CHANGES // AT_ONCE):
        stage.pass_time(1)
        bodies = [weather.body() for _ in range(AT_ONCE - 1)]
        stage.journal.submit([entry(stage, body) for body in bodies]).result()
        await stage.settled()
        await stage.press(weather.dice.choice(ORDERS))
        must_hold(stage)


def must_hold(stage: Stage) -> None:
    """What must hold after each burst."""
    board = stage.app.home.board_view
    assert board.selected == same_id(call_id(10))
    assert board.view.place(same_id(call_id(10))) is not None
    assert stage.app.home.selected is not None
    assert stage.app.home.selected.spelled == call_id(10)
    assert board.marks.ids == tuple(same_id(call_id(number)) for number in (12, 11))


@pytest.mark.parametrize("view", ["3", "1"], ids=["all", "active"])
async def test_the_selected_call_never_changes_and_marks_stay(view: str) -> None:
    stage = Stage()
    for number in range(1, 21):
        stage.arrive(number)
    async with stage.playing():
        await stage.press(view)
        board = stage.app.home.board_view
        board.go_to(same_id(call_id(12)))
        await stage.press("space", "space")
        assert board.selected == same_id(call_id(10))
        await storm(stage, seed=7)
        assert len(stage.app.home.snapshot.board.calls) > 1_000
        assert stage.call(10).ended, "it has ended on the way, and is still the selected one"
        assert "#10" in stage.text
