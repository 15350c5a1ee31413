"""Which keys terminals send: judged by what Textual makes of the sequences of xterm."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from callmon.tui.sent_keys import canonical, is_sent, nearest


def pressed(sequence: str) -> list[str]:
    parser = XTermParser()
    events = [*parser.feed(sequence), *parser.feed("")]
    return [event.key for event in events if isinstance(event, Key) and event.key != "\0"]


@pytest.mark.parametrize(
    ("written", "sequence"),
    [
        ("k", "k"),
        ("K", "K"),
        ("ü", "ü"),
        ("?", "?"),
        ("+", "+"),
        ("comma", ","),
        ("exclamation_mark", "!"),
        ("space", " "),
        ("ctrl+x", "\x18"),
        ("ctrl+\\", "\x1c"),
        ("alt+k", "\x1bk"),
        ("shift+alt+k", "\x1bK"),
        ("f9", "\x1b[20~"),
        ("shift+f1", "\x1b[1;2P"),
        ("shift+f9", "\x1b[20;2~"),
        ("alt+f9", "\x1b[20;3~"),
        ("shift+ctrl+f9", "\x1b[20;6~"),
        ("ctrl+up", "\x1b[1;5A"),
        ("shift+alt+up", "\x1b[1;4A"),
        ("shift+tab", "\x1b[Z"),
        ("ctrl+m", "\r"),
    ],
)
def test_what_a_terminal_sends_is_known_by_the_name_that_comes(written: str, sequence: str) -> None:
    assert pressed(sequence) == [canonical(written)]
    assert is_sent(canonical(written))


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("shift+k", "K"),
        ("shift+Ü", ""),
        ("shift+ü", "Ü"),
        ("shift+1", ""),
        ("super+k", "alt+k"),
        ("meta+K", "alt+shift+k"),
        ("hyper+f9", "alt+f9"),
        ("super+ctrl+x", "ctrl+x"),
        ("ctrl+shift+k", "ctrl+k"),
        ("ctrl+K", "ctrl+k"),
        ("alt+7", "7"),
        ("alt+f", "f"),
        ("super+b", "b"),
        ("ctrl+alt+k", "alt+k"),
        ("alt+K", "alt+shift+k"),
        ("alt+?", "question_mark"),
        ("alt+enter", "enter"),
        ("shift+enter", "enter"),
        ("ctrl+space", "space"),
        ("digit_one", "1"),
        ("latin_small_letter_x", "x"),
        ("f30", ""),
        ("xx", ""),
        ("shift+", ""),
        ("", ""),
        ("\x01", ""),
        ("<any>", ""),
    ],
)
def test_what_none_sends_has_a_neighbour_that_one_does(written: str, near: str) -> None:
    key = canonical(written)
    assert not is_sent(key)
    assert nearest(key) == near
    assert not near or is_sent(near)
