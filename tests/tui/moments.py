"""Moments of the console that are no pictures, to be looked at by the tests as the scenes are."""

from __future__ import annotations

from dataclasses import replace

from callmon.core.answers import Answer
from callmon.core.hangup import HangUpOutcome
from callmon.ports import FeedState, FeedStatus
from tests.scenes import FORBIDDEN, Scene
from tests.tui.stage import Stage, caller


def everything(stage: Stage) -> None:
    """A call of each tone, in doubt and not."""
    for number, state in enumerate(("incoming", "established", "hold", "terminating", "parked"), 1):
        stage.report(number, state, "created", **caller("Ana"))
    for number, code in ((6, 500), (7, 200)):
        stage.arrive(number)
        stage.end(number, code, 560500 if code == 500 else 5001)


async def _prompt(stage: Stage) -> None:
    await stage.press("slash")


async def _wrong_filter(stage: Stage) -> None:
    await stage.press("slash", *"state:nonsense")


async def _search(stage: Stage) -> None:
    await stage.press("f3", *"ana", "enter", "slash", *"kind:peer", "enter", "b")


async def _frozen(stage: Stage) -> None:
    await stage.press("f")
    stage.arrive(2)
    stage.end(1, 500, 560500)


async def _notices(stage: Stage) -> None:
    stage.app.notify("Something is known now.", markup=False)
    stage.app.notify("Something must not be.", severity="warning", markup=False)


async def _grave_notices(stage: Stage) -> None:
    stage.app.notify("Something is known now.", markup=False)
    stage.app.notify("Something went wrong.", severity="error", markup=False)


async def _notices_above_a_dialog(stage: Stage) -> None:
    await stage.open_dialog()
    await _notices(stage)


async def _pressed_too_soon(stage: Stage) -> None:
    await stage.press("x")
    await stage.until(lambda: stage.app.screen is not stage.app.home)
    await stage.press("z", "y")


async def _confirm_in_focus(stage: Stage) -> None:
    await stage.open_dialog()
    await stage.press("tab")


async def _confirm_below_the_pointer(stage: Stage) -> None:
    dialog = await stage.open_dialog()
    await stage.hover(dialog.query_one("#confirm"))


async def _refused(stage: Stage) -> None:
    stage.control.outcome = FORBIDDEN
    dialog = await stage.open_dialog()
    await stage.press("y")
    await stage.until(lambda: dialog.outcome is not None)


async def _waits_to_be_sent_again(stage: Stage) -> None:
    stage.control.waits_for = (HangUpOutcome(Answer.THROTTLED, "Graph throttles.", status=429, retry_helps=True), 30.0)
    stage.control.open.clear()
    dialog = await stage.open_dialog()
    await stage.press("y")
    await stage.until(lambda: dialog._wait is not None)


async def _number_typed(stage: Stage) -> None:
    await stage.press("space", "space")
    await stage.open_many_dialog()
    await stage.press("2", "y")


async def _hidden_and_ended(stage: Stage) -> None:
    await stage.press("space", "space")
    stage.end(1)
    await stage.settled()
    await stage.press("slash", *"nobody", "enter")
    await stage.open_many_dialog()


async def _detail(stage: Stage) -> None:
    await stage.press("enter")


async def _help(stage: Stage) -> None:
    await stage.press("question_mark")


async def _palette(stage: Stage) -> None:
    await stage.press("ctrl+p", *"hang")
    await stage.until(lambda: "Hang up" in stage.text)


async def _palette_without_a_match(stage: Stage) -> None:
    await stage.press("ctrl+p", *"qqq")
    await stage.until(lambda: "No matches" in stage.text)


async def _stays(_stage: Stage) -> None:
    return


def _deaf(stage: Stage) -> None:
    stage.feed.status = FeedStatus("http 127.0.0.1:8765", FeedState.FAILED, "The port is taken.")
    stage.arrive(1)


def _read_only(stage: Stage) -> None:
    stage.parts = replace(stage.parts, label="PRODUCTION", label_color="red", read_only=True)
    stage.arrive(1)


MOMENTS = {
    "prompt": Scene(everything, _prompt, size=(80, 24)),
    "wrong filter": Scene(everything, _wrong_filter),
    "search, filter and groups": Scene(everything, _search),
    "frozen": Scene(everything, _frozen),
    "notices": Scene(everything, _notices),
    "grave notices": Scene(everything, _grave_notices),
    "notices above a dialog": Scene(everything, _notices_above_a_dialog),
    "pressed too soon": Scene(everything, _pressed_too_soon),
    "confirming button in focus": Scene(everything, _confirm_in_focus),
    "confirming button below the pointer": Scene(everything, _confirm_below_the_pointer),
    "refused": Scene(everything, _refused),
    "waits to be sent again": Scene(everything, _waits_to_be_sent_again),
    "number typed": Scene(everything, _number_typed),
    "hidden and ended": Scene(everything, _hidden_and_ended),
    "detail of a call in doubt": Scene(everything, _detail, size=(80, 24)),
    "help on a narrow screen": Scene(everything, _help, size=(80, 24)),
    "palette on a narrow screen": Scene(everything, _palette, size=(80, 24)),
    "palette without a match": Scene(everything, _palette_without_a_match, size=(80, 24)),
    "deaf": Scene(_deaf, _stays),
    "production, read-only": Scene(_read_only, _stays),
}
