"""Other keys for actions: what must not be, and that the whole screen knows them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from textual.color import Color

from callmon.settings.sections.screen import LABEL_COLORS
from callmon.tui.detail_screen import DetailScreen
from callmon.tui.hangup_dialog import HangUpDialog
from callmon.tui.help_screen import HelpScreen
from callmon.tui.keymap import problems, read
from callmon.tui.keys import does
from callmon.tui.scopes import SCOPES
from tests.tui.stage import Stage, call_id


def test_the_built_in_keys_are_without_a_problem() -> None:
    built_in = {name: binding.key for scope in SCOPES for name, binding in scope.bindings.items()}
    assert problems(built_in) == []
    assert problems({}) == []


def test_every_key_has_an_id_and_says_what_it_does() -> None:
    for scope in SCOPES:
        for name, binding in scope.bindings.items():
            assert name.replace("-", "").isalnum()
            assert does(binding)
    shared = {name for scope in SCOPES for name in scope.bindings}
    for name in shared:
        assert len({scope.bindings[name].key for scope in SCOPES if name in scope.bindings}) == 1, name


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("enter", "Enter is pressed without a thought"),
        ("ctrl+m", "Enter is pressed without a thought"),
        ("return", "Enter is pressed without a thought"),
        ("x,space", "Space is pressed without a thought"),
        ("shift+tab", "pressed without a thought"),
        ("shift+space", "“shift+space” is not a key that most terminals send"),
        ("delete", "Del is pressed without a thought"),
        ("backspace", "Backspace is pressed without a thought"),
        ("ctrl+h", "Backspace is pressed without a thought"),
        ("tab", "pressed without a thought"),
        *((key, "pressed without a thought") for key in "jkhlgG"),
        *((key, "pressed without a thought") for key in ("up", "down", "left", "pageup", "home", "end", "ctrl+down")),
        ("y", "both start a hang-up and confirm it"),
        ("c", "c would mean hang-up and copy-id on the board"),
        ("?", "? would mean hang-up and help"),
        ("ctrl+c", "kept for how-to-quit"),
        ("ctrl+p", "^p would mean hang-up and palette on the board"),
        ("ctrl+q", "^q would mean hang-up and leave on the board"),
        ("xx", "“xx” is not a key"),
        ("shift+k", "“shift+k” is not a key that most terminals send; the nearest of those is K."),
        ("hyper+q", "the nearest of those is alt+q."),
        ("ctrl+xx", "is not a key"),
        *((key, "is not a key") for key in ("ctrl+@", "ctrl+?", "ctrl+space", "ctrl+é", "<any>", "ctrl-at")),
        ("x,", "“” is not a key"),
        ("", "is not a key"),
        ("\x1b[2J", "is not a key"),
    ],
)
def test_what_a_hang_up_must_not_be_on(keys: str, says: str) -> None:
    told = problems({"hang-up": keys})
    assert told
    assert says in told[0]
    assert all(sentence.startswith("[keys] hang-up: ") and sentence.isprintable() for sentence in told)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"confirm-hangup": "enter"}, "pressed without a thought"),
        ({"confirm-hangup": "x"}, "both start a hang-up and confirm it"),
        ({"confirm-hangup": "n"}, "n would mean confirm-hangup and close-dialog on the hang-up dialog"),
        ({"hang-up": "z", "confirm-hangup": "z"}, "both start a hang-up and confirm it"),
        ({"detail": "j"}, "j would mean detail and down on the board"),
        ({"raw": "k"}, "k would mean raw and "),
        ({"hangup": "z"}, "Is it meant to be hang-up?"),
        ({"xyzzy": "z"}, "callmon config keys lists them"),
        ({"leave": "Q"}, "Q is needed to type text in a line to type into, where this has to work, too"),
        ({"leave": "f10,é"}, "é is needed to type text"),
        ({"leave": "?"}, "? is needed to type text"),
        ({"leave": "backspace"}, "Backspace is needed to type text"),
        ({"give-up": "q"}, "q is needed to type text"),
        ({"redraw": "L"}, "L is needed to type text"),
        ({"how-to-quit": "Q"}, "Q is needed to type text"),
        ({"keep-typed": "space"}, "Space is needed to type text"),
        ({"recall-earlier": "left"}, "Left is needed to type text"),
        ({"close-dialog": "0"}, "0 is needed to type the number of calls in the dialog of several hang-ups"),
        ({"confirm-hangups": "7"}, "7 is needed to type the number"),
    ],
)
def test_what_must_not_be_elsewhere(written: Mapping[str, str], says: str) -> None:
    assert says in problems(written)[0]


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ({"hang-up": "ctrl+x, F8"}, {"hang-up": "ctrl+x,f8"}),
        ({"hang-up": "c", "copy-id": "x"}, {"hang-up": "c", "copy-id": "x"}),
        ({"help": "H,?"}, {"help": "H,question_mark"}),
        ({"detail": "ctrl+m"}, {"detail": "enter"}),
        ({"detail": "return"}, {"detail": "enter"}),
        ({"detail": "ctrl+\\,ctrl+_"}, {"detail": "ctrl+backslash,ctrl+underscore"}),
        ({"quit": "Q"}, {"quit": "Q"}),
        (
            {"palette": "f2", "leave": "f10", "how-to-quit": "ctrl+c"},
            {"palette": "f2", "leave": "f10", "how-to-quit": "ctrl+c"},
        ),
        ({"palette": "f2", "search": "ctrl+p"}, {"palette": "f2", "search": "ctrl+p"}),
        ({"leave": "ctrl+x", "keep-typed": "enter,ctrl+j"}, {"leave": "ctrl+x", "keep-typed": "enter,ctrl+j"}),
        ({"filter": "o", "search": "m"}, {"filter": "o", "search": "m"}),
        ({"filter": ";,plus"}, {"filter": "semicolon,plus"}),
        ({"filter": "ü"}, {"filter": "ü"}),
    ],
)
def test_what_may_be_is_read_as_the_screen_names_it(written: Mapping[str, str], keys: Mapping[str, str]) -> None:
    assert problems(written) == []
    assert read(written) == keys


@pytest.mark.anyio
async def test_letters_that_open_a_line_are_text_in_it() -> None:
    stage = Stage(keymap=read({"filter": "o", "search": "m"}))
    stage.arrive(1, "Tom Om")
    async with stage.playing():
        await stage.press("o", *"tom om", "enter")
        await stage.until(lambda: stage.app.home.query_.text == "tom om")


@pytest.mark.anyio
async def test_the_screen_obeys_and_tells_the_new_keys_only() -> None:
    stage = Stage(keymap=read({"hang-up": "ctrl+x", "confirm-hangup": "Y", "view-ended": "e", "clear-filter": "f2"}))
    stage.arrive(1)
    async with stage.playing():
        await stage.until(lambda: stage.text.splitlines()[-1].startswith(" ^x Hang up"))
        assert "e Ended 0" in stage.text
        await stage.press("slash", "q", "enter")
        await stage.until(lambda: "f2" in stage.text.lower())
        await stage.press("f2")
        await stage.press("x", "f9", "2")
        assert not isinstance(stage.app.screen, HangUpDialog)
        dialog = await stage.open_dialog("ctrl+x")
        await stage.until(lambda: "(Y)" in stage.text)
        await stage.press("y")
        assert dialog.sent_at is None
        stage.moment += 1.0
        await stage.press("Y")
        await stage.until(lambda: stage.control.asked == [call_id(1)])
        await stage.press("escape", "question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        assert "^x " in stage.text
        assert "F9" not in stage.text


@pytest.mark.anyio
async def test_keys_may_change_places() -> None:
    stage = Stage(keymap=read({"hang-up": "c", "copy-id": "x"}))
    stage.arrive(1)
    async with stage.playing():
        await stage.press("x")
        await stage.until(lambda: stage.notices)
        assert "Copied" in stage.notices[0]
        await stage.open_dialog("c")


@pytest.mark.anyio
async def test_the_palette_offers_every_action_with_its_keys_and_does_it() -> None:
    stage = Stage(keymap=read({"hang-up": "ctrl+x"}))
    stage.arrive(1)
    async with stage.playing():
        commands = {command.title: command for command in stage.app.get_system_commands(stage.app.screen)}
        board = SCOPES[0].bindings.values()
        described = {binding.description for binding in board}
        absent = {"Arm", "How to quit"}  # it is always armed, and whoever has found the palette can read "Quit" in it
        assert described - absent <= set(commands)
        assert commands["Hang up"].help.endswith("(^x)")
        await stage.press("ctrl+p", *"detail")
        await stage.until(lambda: "whole screen (Enter)" in stage.text)
        await stage.press("down", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DetailScreen))


@pytest.mark.anyio
async def test_every_command_of_the_palette_has_a_name_of_its_own() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        for key in ("escape", "enter"):  # on the board, then on a page
            await stage.press(key)
            titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
            assert sorted(titles) == sorted(set(titles))
        assert "Back" in titles


@pytest.mark.anyio
async def test_the_palette_of_a_read_only_console_knows_no_hang_up() -> None:
    stage = Stage(read_only=True)
    stage.arrive(1)
    async with stage.playing():
        commands = list(stage.app.get_system_commands(stage.app.screen))
        assert "Quit" in {command.title for command in commands}
        assert not any("hang up" in f"{command.title} {command.help}".lower() for command in commands)


@pytest.mark.anyio
async def test_sentences_name_the_new_keys() -> None:
    keys = {"recall-earlier": "ctrl+up", "find-next": "ctrl+n", "find-previous": "ctrl+b", "verify": "V"}
    stage = Stage(size=(80, 24), keymap=read(keys))
    stage.arrive(1)
    async with stage.playing():
        await stage.press("slash")
        await stage.until(lambda: "! negates; ^Up earlier ones" in stage.text)
        await stage.press("escape", "f3")
        await stage.until(lambda: "then ^n and ^b" in stage.text)
        await stage.press("escape", "i")
        await stage.until(lambda: "when you press V" in stage.text)


def test_every_colour_that_a_label_may_have_is_one() -> None:
    assert all(Color.parse(name) for name in LABEL_COLORS)


@pytest.mark.anyio
async def test_long_keys_break_no_column_of_the_help() -> None:
    stage = Stage(keymap=read({"hang-up": "ctrl+x,f9,f10,f11,f12,ctrl+y"}))
    async with stage.playing():
        await stage.press("question_mark")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        help_screen = stage.app.screen
        assert isinstance(help_screen, HelpScreen)
        keys = [keys for keys, _ in help_screen._keys]
        starts = {line.text.plain: line.label.cell_length for line in help_screen._key_lines()[1:]}
        assert set(starts.values()) == {2 + max(map(len, keys))}
        assert len(starts) == len(set(help_screen._keys))
