"""Named scenes of the console: the pictures of the README, and what the tests compare with the committed files.

``python -m tests.scenes`` writes them anew.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from callmon.core.hangup import Answer
from callmon.core.query import row
from callmon.core.text import same_id
from tests.tui.stage import Stage

FOLDER = Path(__file__).parent.parent / "screenshots"

_BUSY = (
    ("meeting", 640.0),
    ("recording", 1300.0),
    ("lobby-timeout", 1290.0),
    ("p2p-incoming", 1020.0),
    ("media-failure", 960.0),
    ("escalation", 610.0),
    ("pstn-out-failed", 300.0),
    ("menu", 125.0),
    ("transfer-failed", 55.0),
    ("p2p-unanswered", 49.0),
    ("pstn-in", 44.0),
    ("group", 31.0),
    ("pstn-out", 9.0),
    ("p2p-answered", 3.0),
)


@dataclass(frozen=True)
class Scene:
    """What to set up, and what to do then."""

    prepare: Callable[[Stage], object]
    act: Callable[[Stage], Awaitable[object]]
    size: tuple[int, int] = (132, 40)
    lang: str = "en"


def _busy(stage: Stage) -> None:
    stage.perform(*_BUSY)


async def _nothing(_stage: Stage) -> None:
    return


def _choose(stage: Stage, holds: Callable[[str], bool]) -> None:
    board = stage.app.home.snapshot.board
    found = next(call.id for call in sorted(board, key=lambda call: call.index) if holds(_note(stage, call.id)))
    stage.app.home.board_view._go(stage.app.home.board_view.view.place(found) or 0)


def _note(stage: Stage, call_id: str) -> str:
    shown = row(stage.app.home.snapshot.board.calls[call_id], stage.now)
    return f"{shown.state} {shown.who} {shown.note}"


async def _ended_detail(stage: Stage) -> None:
    _choose(stage, lambda note: "560" in note)
    await stage.press("enter")


async def _ask(stage: Stage) -> None:
    _choose(stage, lambda note: note.startswith("established meeting"))
    await stage.open_dialog()


async def _hung_up(stage: Stage) -> None:
    _choose(stage, lambda note: "established +" in note)
    dialog = await stage.open_dialog()
    await stage.press("y")
    await stage.until(lambda: dialog.outcome is not None)
    script = next(item for item in stage.scripts if same_id(item.call_id) == dialog.call.id)
    stage.pass_time(2.0)
    for step in script.hangup:
        stage.tell(step.body)
    await stage.until(lambda: dialog.call.ended)
    assert dialog.outcome is not None
    assert dialog.outcome.answer is Answer.ACCEPTED


SCENES = {
    "board": Scene(_busy, _nothing),
    "board-80x24": Scene(_busy, _nothing, size=(80, 24)),
    "detail-ended": Scene(_busy, _ended_detail),
    "hangup-before": Scene(_busy, _ask),
    "hangup-after": Scene(_busy, _hung_up),
    "empty": Scene(lambda stage: None, _nothing, size=(100, 24)),
}


async def picture(name: str) -> str:
    """The scene as SVG, the same every time."""
    scene = SCENES[name]
    stage = Stage(size=scene.size, lang=scene.lang)
    scene.prepare(stage)
    async with stage.playing():
        await scene.act(stage)
        stage.pass_time(3.0)
        await stage.settled()
        svg = stage.app.export_screenshot(title="callmon", simplify=True)
    return re.sub(r"terminal-\d+-", "terminal-", svg)


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        (FOLDER / f"{name}.svg").write_text(asyncio.run(picture(name)), encoding="utf-8")
        print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
