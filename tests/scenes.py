"""Named scenes of the console: the pictures of the README, and what the tests compare with the committed files.

``python -m tests.scenes`` writes them anew.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import escape, unescape
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len

from callmon.core.answers import Answer
from callmon.core.choices import THEMES
from callmon.core.hangup import HangUpOutcome
from callmon.core.query import row
from callmon.core.records import FeedChanged, encode
from callmon.core.text import same_id
from callmon.ports import Entry, EntryKind
from callmon.tui.hangups_dialog import HangUpsDialog
from callmon.tui.look import Look
from tests.tui.stage import Stage, caller

FOLDER = Path(__file__).parent.parent / "screenshots"

FORBIDDEN = HangUpOutcome(
    Answer.NOT_ALLOWED,
    "Graph refused: the token is of another tenant than the call (7505). Sign in with the tenant of the call.",
    status=403,
    code="7505",
    message="Request authorization tenant mismatch.",
    request_id="94fb3b52-452a-4535-a601-69e0a90e3aa2",
)

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
    look: Look | None = None
    arm_for_s: float | None = None


def _busy(stage: Stage) -> None:
    stage.perform(*_BUSY)


async def _nothing(_stage: Stage) -> None:
    return


def _choose(stage: Stage, holds: Callable[[str], bool]) -> None:
    board = stage.app.home.snapshot.board
    found = next(call.id for call in sorted(board, key=lambda call: call.index) if holds(_note(stage, call.id)))
    stage.app.home.board_view.go_to(found)


def _note(stage: Stage, call_id: str) -> str:
    shown = row(stage.app.home.snapshot.board.calls[call_id], stage.now)
    return f"{shown.state} {shown.who} {shown.note}"


async def _why(stage: Stage) -> None:
    _choose(stage, lambda note: "Media connection failed" in note)


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


def _troubled(stage: Stage) -> None:
    """A call in which everything odd happens, and a listener that was away for a while."""
    begin = stage.now
    stage.now = begin - timedelta(minutes=9)
    _fed(stage, "listening")
    stage.report(1, "incoming", "created", **caller("Ana Ruiz"))
    stage.now += timedelta(seconds=4)
    stage.report(1, "established")
    stage.now += timedelta(seconds=1)
    stage.report(1, "establishing")
    stage.now += timedelta(seconds=95)
    _fed(stage, "stopped")
    stage.now += timedelta(seconds=212)
    _fed(stage, "listening")
    stage.now += timedelta(seconds=33)
    stage.report(1, "transferring")
    stage.now += timedelta(seconds=12)
    stage.report(1, "established", resultInfo={"code": 500, "subcode": 7000, "message": "Transfer failed."})
    stage.now = begin


def _fed(stage: Stage, state: str) -> None:
    record = FeedChanged("http 127.0.0.1:8765", state)
    stage.journal.append(Entry(EntryKind.FEED, stage.now, "callmon", encode(record)))


async def _ladder(stage: Stage) -> None:
    stage.control.outcome = FORBIDDEN
    dialog = await stage.open_dialog()
    await stage.press("y")
    await stage.until(lambda: dialog.outcome is not None)
    await stage.press("escape", "enter")


async def _raw(stage: Stage) -> None:
    await stage.press("r")
    await stage.until(lambda: "Notification 5 of 5" in stage.text)


async def _mark(stage: Stage) -> None:
    await stage.press("1", *["space"] * 4)
    await stage.open_many_dialog()


async def _hung_up_many(stage: Stage) -> None:
    await _mark(stage)
    dialog = stage.app.screen
    assert isinstance(dialog, HangUpsDialog)
    ids = [one.call.spelled for one in dialog.marked if not one.left_because]
    stage.control.outcomes = {ids[-1]: FORBIDDEN}
    await stage.confirm(len(ids))
    await stage.until(lambda: "All are answered" in stage.text)


def _fed_with_a_gap(stage: Stage) -> None:
    _troubled(stage)
    stage.tell(b"<html>not a notification</html>")


async def _feeds(stage: Stage) -> None:
    await stage.press("i")


async def _armed(stage: Stage) -> None:
    await stage.press("a")


async def _summary(stage: Stage) -> None:
    await stage.press("s")


def _legs(stage: Stage) -> None:
    """Two transfers with their legs, and calls of their own."""
    _busy(stage)
    board = [("31", "a"), ("32", "a"), ("33", "b"), ("34", "b"), ("35", "b")]
    for number, (leg, chain) in enumerate(board):
        stage.now -= timedelta(seconds=40 - number)
        stage.arrive(int(leg), ("Ana Ruiz", "Support queue", "Bo Chen", "Support queue", "Cy Okafor")[number])
        stage.report(int(leg), "established", callChainId=f"{chain}1d3f5b7-0000-4000-8000-00000000000{chain}")
        stage.now += timedelta(seconds=40 - number)


async def _grouped(stage: Stage) -> None:
    await stage.press("1", "t", "f3", *"who:/queue/", "enter", "f")
    stage.end(31)
    stage.arrive(36, "Dee Novak")


async def _help(stage: Stage) -> None:
    await stage.press("question_mark")


async def _palette(stage: Stage) -> None:
    await stage.press("ctrl+p", *"sort")
    await stage.until(lambda: "Sort" in stage.text)


_SIZES = ((80, 24), (132, 40), (200, 50), (300, 100))
_LOOKS = {
    **{theme: Look(theme) for theme in THEMES},
    "plain": Look(color=False, ascii_signs=True, encoding="ascii"),
}
_BOARDS = {
    f"board-{name}-{width}x{height}": Scene(_busy, _why, size=(width, height), look=look)
    for name, look in _LOOKS.items()
    for width, height in _SIZES
}
"""Every theme, and none, at every size from the smallest that is promised to the largest."""

SCENES = {
    **_BOARDS,
    "detail-ended": Scene(_busy, _ended_detail),
    "hangup-before": Scene(_busy, _ask),
    "hangup-after": Scene(_busy, _hung_up),
    "detail-ladder": Scene(_troubled, _ladder),
    "raw": Scene(_troubled, _raw, size=(100, 30)),
    "summary": Scene(_busy, _summary, size=(100, 30)),
    "board-zh": Scene(_busy, _nothing, size=(100, 30), lang="zh-CN"),
    "help": Scene(_busy, _help),
    "palette": Scene(_busy, _palette, size=(100, 30)),
    "groups": Scene(_legs, _grouped, size=(132, 40)),
    "hangup-80x24": Scene(_busy, _ask, size=(80, 24)),
    "hangups-before": Scene(_busy, _mark),
    "hangups-after": Scene(_busy, _hung_up_many),
    "hangups-80x24": Scene(_busy, _mark, size=(80, 24)),
    "feeds": Scene(_fed_with_a_gap, _feeds, size=(100, 30)),
    "armed": Scene(_busy, _armed, size=(100, 24), arm_for_s=300.0),
    "empty": Scene(lambda stage: None, _nothing, size=(100, 24)),
}


@asynccontextmanager
async def played(scene: Scene) -> AsyncIterator[Stage]:
    """The scene on the screen, the same every time."""
    stage = Stage(size=scene.size, lang=scene.lang, look=scene.look, arm_for_s=scene.arm_for_s)
    scene.prepare(stage)
    async with stage.playing():
        await scene.act(stage)
        await stage.settled()  # what changed is on the screen before the time passes that lets its sign fade
        stage.pass_time(3.0)
        await stage.settled()
        yield stage


async def picture(name: str) -> str:
    """The scene as SVG."""
    async with played(SCENES[name]) as stage:
        svg = stage.app.export_screenshot(title="callmon")
    return _TEXT.sub(_as_wide_as_it_is, re.sub(r"terminal-\d+-", "terminal-", svg))


_TEXT = re.compile(r'<text class="([^"]*)" x="([0-9.]+)" ([^>]*)textLength="([0-9.]+)"([^>]*)>([^<]*)</text>')


def _as_wide_as_it_is(match: re.Match[str]) -> str:
    """A text with characters two columns wide, in pieces: each begins in its own column, whatever font there is."""
    kind, left, rest, length, more, text = match.groups()
    shown = unescape(text)
    if cell_len(shown) <= len(shown):
        return match[0]
    cell = float(length) / len(shown)
    at, pieces = float(left), []
    for _wide, run in groupby(shown, key=lambda char: cell_len(char) != 1):
        piece = "".join(run)
        width = cell * cell_len(piece)
        spelled = escape(piece, quote=False).replace(" ", "&#160;").replace("\xa0", "&#160;")
        pieces.append(f'<text class="{kind}" x="{at:.1f}" {rest}textLength="{width:.1f}"{more}>{spelled}</text>')
        at += width
    return "".join(pieces)


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        (FOLDER / f"{name}.svg").write_text(asyncio.run(picture(name)), encoding="utf-8")
        print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
