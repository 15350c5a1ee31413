"""Keys that are said to work anywhere do, and none is advertised where it does not."""

from __future__ import annotations

import pytest
from textual._compositor import LayoutUpdate

from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.hangups_dialog import HangUpsDialog
from callmon.tui.keymap import read
from callmon.tui.scopes import SCOPES
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio

DIALOGS = ("the hang-up dialog", "the dialog of several hang-ups")
PLACES = ("the board", "a page", "a line", "the help", "the palette", "the dialog", "the dialog of several")


async def go_to(stage: Stage, place: str) -> None:
    """Open that place from the board."""
    keys = {"a page": ["enter"], "a line": ["slash", "a"], "the help": ["question_mark"], "the palette": ["ctrl+p"]}
    await stage.press(*keys.get(place, []))
    if place == "the dialog":
        await stage.open_dialog()
    elif place == "the dialog of several":
        await stage.press("space", "space")
        await stage.open_many_dialog()
    await stage.repainted()


@pytest.fixture
def stage() -> Stage:
    """Two calls."""
    stage = Stage()
    stage.arrive(1, "Ana Ruiz")
    stage.arrive(2, "Bo Chen")
    return stage


def line_of_keys(stage: Stage) -> str:
    """The last line of the board, also while something lies on it."""
    return stage.app.home._compositor.render_strips()[-1].text.strip()


@pytest.mark.parametrize("place", PLACES)
async def test_how_to_quit_is_said_anywhere(stage: Stage, place: str) -> None:
    async with stage.playing():
        await go_to(stage, place)
        before = stage.app.screen
        await stage.press("ctrl+c")
        await stage.until(lambda: stage.notices == ["^q quits, from anywhere."])
        assert stage.app.screen is before
        await stage.until(lambda: "^q quits, from anywhere." in stage.text)


@pytest.mark.parametrize(
    ("place", "title", "says"), [("the dialog", "#dialog-title", "Hang up call #"), ("the help", "#help-keys", "Keys")]
)
async def test_what_is_selected_is_copied_instead(stage: Stage, place: str, title: str, says: str) -> None:
    async with stage.playing():
        await go_to(stage, place)
        stage.app.screen.query_one(title).text_select_all()
        await stage.press("ctrl+c")
        await stage.until(lambda: stage.app.clipboard.startswith(says))
        assert not stage.notices


async def test_how_to_quit_is_said_with_the_keys_of_the_operator() -> None:
    stage = Stage(keymap=read({"leave": "f10", "how-to-quit": "f8"}))
    stage.arrive(1)
    async with stage.playing():
        await stage.open_dialog()
        await stage.press("f8")
        await stage.until(lambda: stage.notices == ["F10 quits, from anywhere."])


async def test_to_ask_how_to_quit_is_another_key_before_a_hang_up(stage: Stage) -> None:
    async with stage.playing():
        dialog = await stage.open_dialog()
        await stage.press("ctrl+c", "y")
        assert dialog.sent_at is None


@pytest.mark.parametrize(("place", "kind"), [("the dialog", HangUpDialog), ("the dialog of several", HangUpsDialog)])
@pytest.mark.parametrize("key", ["question_mark", "f1", "ctrl+p", "ctrl+z"])
async def test_a_dialog_of_a_hang_up_asks_one_thing(stage: Stage, place: str, kind: type, key: str) -> None:
    async with stage.playing():
        await go_to(stage, place)
        await stage.press(key)
        assert isinstance(stage.app.screen, kind)


@pytest.mark.parametrize("place", PLACES)
async def test_everything_is_painted_anew_anywhere(stage: Stage, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.playing():
        await go_to(stage, place)
        sent: list[object] = []
        monkeypatch.setattr(stage.app, "_display", lambda _screen, update: sent.append(update))
        await stage.press("ctrl+l")
        await stage.until(lambda: any(isinstance(update, LayoutUpdate) for update in sent))


def test_only_what_works_in_dialogs_and_in_the_help_is_listed_there() -> None:
    listed = {scope.name: set(scope.bindings) for scope in SCOPES}
    for name in (*DIALOGS, "the help"):
        assert {"leave", "how-to-quit", "redraw"} <= listed[name]
        assert not {"palette", "help", "suspend"} & listed[name]
    assert {"leave", "how-to-quit", "redraw", "palette"} <= listed["a line to type into"]


@pytest.mark.parametrize("place", ["the help", "the palette", "the dialog", "the dialog of several"])
async def test_the_line_of_keys_is_silent_while_something_lies_on_the_board(stage: Stage, place: str) -> None:
    async with stage.playing():
        assert line_of_keys(stage).startswith("x Hang up")
        await go_to(stage, place)
        await stage.until(lambda: not line_of_keys(stage))
        await stage.press("escape")
        await stage.until(lambda: line_of_keys(stage).startswith("x Hang up"))
