from __future__ import annotations

import pytest

from callmon.cli.terminals import is_dumb, terminal_encoding


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({}, "utf-8"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "POSIX"}, "ascii"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LANG": "en_US.UTF-8"}, "utf-8"),
        ({"LANG": "en_US.utf8"}, "utf-8"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1@euro"}, "ISO-8859-1"),
        ({"LANG": "de_DE.ISO-8859-1", "LC_ALL": ""}, "ISO-8859-1"),
        ({"LANG": "en_US"}, "utf-8"),
        ({"LANG": "xx.nosuchcodeset"}, "ascii"),
    ],
)
def test_what_the_terminal_can_write_is_what_its_locale_says(environ: dict[str, str], encoding: str) -> None:
    assert terminal_encoding(environ) == encoding


@pytest.mark.parametrize(("term", "dumb"), [("dumb", True), ("", True), ("xterm", False)])
def test_a_terminal_that_only_prints_lines(term: str, dumb: bool) -> None:
    assert is_dumb({"TERM": term}) is dumb
    assert is_dumb({})
