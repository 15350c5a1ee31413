"""How the cost of a frame grows with the calls on the board: it should not, for only what is in sight is painted.

A frame here is all that the console does about one change of an active call, the whole board painted anew. The CPU is
that of the process; the board is built directly, with more ended calls than callmon keeps. A filter must look at every
call, so there it is the key that must not wait (see `tests.benchmarks.typed`).
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from datetime import timedelta

from callmon.clocks import utc_now
from callmon.core.board import Board
from callmon.core.calls import Facts, Identity, ResultInfo
from callmon.core.draft import ENDED_KEPT, apply
from callmon.core.reports import Report, Resource
from callmon.snapshot import Snapshot, Update
from callmon.tui.app import ConsoleApp
from callmon.tui.parts import Parts
from tests.benchmarks import typed
from tests.benchmarks.figures import Figure
from tests.benchmarks.numbered import call_id
from tests.fakes import MemoryJournal

ACTIVE = 50
SIZES = (100, 1_000, 10_000, 100_000)
_COLUMNS, _ROWS = 132, 40
_GROWTH_AT_MOST = 1.5


def measure(*, quick: bool = False) -> list[Figure]:
    """The curve, then keys in the filter."""
    return [*growth(SIZES, frames=60 if quick else 200), *typed.keys(ENDED_KEPT, rounds=2 if quick else 6)]


def growth(sizes: tuple[int, ...], frames: int) -> list[Figure]:
    """A figure a size; the largest against a thousand, or else against the smallest."""
    costs = {size: asyncio.run(_frame_ms(size, frames)) for size in sizes}
    base = 1_000 if 1_000 in costs else sizes[0]
    figures = [Figure(f"a frame with {size:,} ended calls: CPU", costs[size], "ms") for size in sizes]
    largest = sizes[-1]
    told = f"{costs[largest]:.3g} ms against {costs[base]:.3g} ms with {base:,}"
    ratio = costs[largest] / costs[base]
    return [*figures, Figure(f"a frame with {largest:,} ended calls", ratio, "x", _GROWTH_AT_MOST, beside=told)]


async def _frame_ms(ended: int, frames: int) -> float:
    board = _board(ended)
    app = ConsoleApp(lambda: Parts(MemoryJournal("memory:curve")))
    async with app.run_test(size=(_COLUMNS, _ROWS)) as pilot:
        await pilot.pause()
        snapshot = Snapshot(board=board)
        while not app.home.live:
            await pilot.pause()
        app._show_news(Update(snapshot, frozenset(board.calls.keys()), live=True))
        await pilot.pause()
        gc.collect()
        gc.freeze()
        try:
            return await _measured(app, snapshot, frames)
        finally:
            gc.unfreeze()


async def _measured(app: ConsoleApp, snapshot: Snapshot, frames: int) -> float:
    costs = []
    now = utc_now()
    for frame in range(frames):
        number = frame % ACTIVE
        report = _report(number, "hold" if frame // ACTIVE % 2 else "established")
        began = time.process_time()
        board = apply(snapshot.board, report, now + timedelta(milliseconds=frame))
        snapshot = Snapshot(board=board)
        app._show_news(Update(snapshot, frozenset({report.call_id}), live=True))
        app.home.board_view.refresh()
        app.screen._on_timer_update()
        costs.append((time.process_time() - began) * 1000)
        await asyncio.sleep(0)
    return statistics.median(costs)


def _board(ended: int) -> Board:
    """The active calls, and calls that have ended."""
    now = utc_now() - timedelta(hours=1)
    board = Board()
    for number in range(ACTIVE + ended):
        board = apply(board, _report(number, "incoming", "created"), now)
        over = number >= ACTIVE
        board = apply(
            board, _report(number, "terminated" if over else "established"), now + timedelta(seconds=number % 600)
        )
    return board


def _report(number: int, state: str, change: str = "updated") -> Report:
    name, spelled = f"Caller {number:06}", call_id(number)
    facts = Facts(direction="incoming", source=Identity("user", spelled, name))
    result = ResultInfo(200, 5002) if state == "terminated" else None
    return Report(
        spelled.replace("-", ""), spelled, change, resource=Resource.CALL, state=state, facts=facts, result=result
    )
