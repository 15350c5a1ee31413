from __future__ import annotations

from pathlib import Path

import pytest

from callmon.cli import look
from callmon.cli.look import look_of
from callmon.memory import Memory
from callmon.settings.sections.screen import ScreenSection


@pytest.fixture(autouse=True)
def many_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name in ("LC_CTYPE", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)


def test_flag_environment_profile_and_file_in_this_order(
    no_real_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = no_real_environment / "config" / "callmon" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('theme = "light"\nascii = true\n[profiles.night]\ntheme = "high-contrast"\n')
    assert look_of({}).theme == "light"
    assert look_of({}).ascii_signs
    assert look_of({"profile": "night"}).theme == "high-contrast"
    monkeypatch.setenv("CALLMON_THEME", "terminal")
    assert look_of({"profile": "night"}).theme == "terminal"
    assert look_of({"theme": "Dark"}).theme == "dark"


@pytest.mark.parametrize("content", ["theme = 5", "theme = ", 'theme = "pink"', 'profile = "nosuch"'])
def test_what_is_wrong_with_the_settings_is_not_told_here(no_real_environment: Path, content: str) -> None:
    path = no_real_environment / "config" / "callmon" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert look_of({}).theme == "dark"


def test_few_colours_or_a_slow_line_take_those_of_the_terminal_unless_a_theme_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert look_of({"slow_link": True}).theme == "terminal"
    assert look_of({"slow_link": True, "theme": "light"}).theme == "light"
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setattr(look, "_few_colors", lambda: True)
    assert look_of({}).theme == "terminal"


def test_a_theme_that_was_picked_is_for_terminals_that_can_show_it_and_gives_way_to_one_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picked = Memory(chosen_theme="high-contrast")
    assert look_of({}, picked).theme == "high-contrast"
    assert look_of({"theme": "light"}, picked).theme == "light"
    assert look_of({"slow_link": True}, picked).theme == "terminal"
    assert look_of({}, Memory(chosen_theme="pink")).theme == "dark"
    monkeypatch.setattr(look, "_few_colors", lambda: True)
    assert look_of({}, picked).theme == "terminal"


def test_no_color_set_to_nothing_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert look_of({}).color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not look_of({}).color


@pytest.mark.parametrize("value", ["1", "true", "Yes", True])
def test_a_slow_line_is_one_in_every_spelling_that_the_settings_take(value: str | bool) -> None:
    assert look_of({"slow_link": value}).slow_link
    assert ScreenSection.model_validate({"slow_link": value}).slow_link


def test_paints_are_rarer_on_a_slow_line() -> None:
    fast, slow = look_of({}), look_of({"slow_link": True})
    assert (fast.tick_every_s, slow.tick_every_s) == (1, 10)
    assert slow.paint_every_s > fast.paint_every_s


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"theme": "pink"}, "not a theme"),
        ({"bell": "trouble,fire"}, "“fire” is nothing that the bell can ring for"),
        ({"columns": ["time", "oops"]}, "“oops” is not a column"),
        ({"columns": ["time", "time"]}, "named twice"),
        ({"sort": "oops"}, "“oops” is not an order. Write one of newest, time"),
        ({"columns": ""}, "names no column"),
    ],
)
def test_what_the_screen_does_not_know_is_refused_in_words(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ScreenSection.model_validate(given)


def test_lists_are_written_with_commas_in_the_environment() -> None:
    section = ScreenSection.model_validate({"bell": "trouble, deaf", "columns": "time,who"})
    assert (section.bell, section.columns) == (("trouble", "deaf"), ("time", "who"))
