"""Keys as people call them."""

from __future__ import annotations

import string

import pytest

from callmon.tui.keymap import read
from callmon.tui.keys import key_name
from callmon.tui.look import Look
from tests.tui.stage import Stage


@pytest.mark.parametrize("character", [*string.punctuation.replace(",", ""), *"aZ0", "é", "ü", "§", "°"])
def test_a_key_that_types_something_is_called_by_it(character: str) -> None:
    (key,) = read({"filter": character}).values()
    assert key_name(key) == character


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("comma", ","),
        ("ctrl+x", "^x"),
        ("ctrl+backslash", "^\\"),
        ("ctrl+underscore", "^_"),
        ("ctrl+up", "^Up"),
        ("ctrl+pagedown", "^PgDn"),
        ("ctrl+shift+left", "^shift+Left"),
        ("alt+semicolon", "alt+;"),
        ("shift+tab", "shift+Tab"),
        ("f12", "F12"),
        ("insert", "Ins"),
        ("space", "Space"),
        ("escape", "Esc"),
        ("delete", "Del"),
        ("backspace", "Backspace"),
    ],
)
def test_every_other_key_has_a_name(key: str, name: str) -> None:
    assert key_name(key) == name


@pytest.mark.anyio
async def test_no_key_is_called_by_a_sign_that_is_another_key_where_signs_are_ascii() -> None:
    stage = Stage(size=(132, 70), look=Look(ascii_signs=True, encoding="ascii"))
    stage.arrive(1)
    async with stage.playing():
        await stage.press("question_mark")
        await stage.until(lambda: "Up  k " in stage.text)
        assert "Down  j " in stage.text
        assert "Right  l " in stage.text
        assert "Left  h " in stage.text


@pytest.mark.anyio
async def test_the_line_of_keys_has_the_characters_of_the_operator() -> None:
    stage = Stage(keymap=read({"filter": "\\", "freeze": "semicolon", "raw": "$"}))
    stage.arrive(1)
    async with stage.playing():
        await stage.until(lambda: "\\ Filter" in stage.text.splitlines()[-1])
        assert "; Freeze" in stage.text.splitlines()[-1]
        assert "$ Raw" in stage.text.splitlines()[-1]
