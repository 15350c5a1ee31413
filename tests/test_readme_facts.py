"""What the README says there is, is all there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from callmon.cli.exits import ExitCode
from callmon.cli.main import callmon
from callmon.core.choices import BELLS, COLUMNS, THEMES
from callmon.core.filter_fields import FIELDS, FLAGS
from callmon.core.states import CallState
from callmon.settings.model import Settings
from callmon.tui.empty_state import example_command
from callmon.tui.keys import key_table
from callmon.tui.scopes import SCOPES
from tests.benchmarks.__main__ import GROUPS
from tests.benchmarks.curve import SIZES
from tests.cli.program import run
from tests.readme import COMMANDS, README, ROOT, SPANS, blocks, section, tables

BOARD, REPLAY = SCOPES[0], SCOPES[1]
NO_SETTINGS = {"CALLMON_CONFIG", "CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET", "CALLMON_"}
"""Where the settings are, a setting of a bot, and how all of them begin."""


def _keys_told(table: list[tuple[str, str]]) -> set[str]:
    return {key for keys, _ in table for key in re.findall(r"`([^`]+)`", keys)}


def _keys_of(*names: str) -> set[str]:
    bindings = [binding for scope in SCOPES if scope.name in names for binding in scope.bindings.values()]
    return {key for keys, _ in key_table(bindings) for key in keys.split()}


def test_every_key_of_the_board_is_in_the_table_and_every_key_in_the_table_works() -> None:
    assert _keys_told(tables("Keys")[0]) == _keys_of(BOARD.name)


def test_the_keys_of_other_places_are_in_the_second_table() -> None:
    others = _keys_of(*(scope.name for scope in SCOPES[2:]))
    told = _keys_told(tables("Keys")[1])
    assert told <= others
    assert others <= told | _keys_told(tables("Keys")[0])


def test_the_keys_of_a_replay_are_those_of_its_table() -> None:
    (table,) = tables("Replay")
    assert _keys_told(table) == _keys_of(REPLAY.name) - _keys_of(BOARD.name)


def test_the_exit_codes_are_all_there() -> None:
    (table,) = tables("Scripts")
    assert {int(code) for code, _ in table} == {int(code) for code in ExitCode}


def _after(words: str) -> list[str]:
    """What stands between the first backticks after these words."""
    found = re.search(rf"{re.escape(words)}\s+`([^`]+)`", README)
    assert found is not None, words
    return found[1].split()


def test_the_fields_and_flags_of_a_filter_are_all_there() -> None:
    assert set(_after("knows the fields")) == {*FIELDS, "is"}
    assert set(_after("`is:` takes")) == set(FLAGS)


def test_the_columns_themes_and_bells_are_all_there() -> None:
    assert tuple(_after("`columns` in the settings takes")) == COLUMNS
    themes = section("Settings").split("`--theme`")[1].split("colours")[0]
    assert set(THEMES) == set(re.findall(r"`([\w-]+)`", themes))
    assert f"bell = {list(BELLS)}".replace("'", '"') in README


def test_the_states_with_a_patience_of_their_own_are_states() -> None:
    told = re.findall(r"for `(\w+)`", section("Watch and find"))
    assert told
    assert set(told) <= set(CallState)


def test_every_variable_is_a_setting() -> None:
    named = set(re.findall(r"\bCALLMON_[A-Z_]*", README)) - NO_SETTINGS
    assert named <= {f"CALLMON_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_told(name: str) -> None:
    """By its variable, by its name between backticks, or in an example of the file."""
    in_file = any(re.search(rf"^(?:\[{name}\b|{name} = )", block, re.MULTILINE) for block in blocks("toml"))
    assert in_file or f"CALLMON_{name.upper()}" in README or any(re.match(rf"{name}\b", span) for span in SPANS)


def _commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


ALL = dict(_commands(callmon))


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_told(name: str) -> None:
    assert any(re.search(rf"\bcallmon {name}\b", text) for text in [*COMMANDS, *SPANS])


@pytest.mark.parametrize("typed", [span for span in SPANS if re.match(r"callmon [a-z-]", span)])
def test_what_is_said_of_a_command_in_passing_can_be_typed(typed: str) -> None:
    _, *words = shlex.split(typed)
    assert run(*words, "--help").code == ExitCode.DONE


def test_every_option_is_one() -> None:
    options = {option for command in [callmon, *ALL.values()] for each in command.params for option in each.opts}
    told = {option for span in SPANS for option in re.findall(r"^--[a-z][a-z-]*", span)}
    assert told <= options | {"--help"}


def test_the_example_is_the_one_that_the_empty_screen_prints() -> None:
    assert example_command("http://127.0.0.1:8765/api/calls") in README


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_every_link_inside_leads_to_a_heading() -> None:
    titles = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(#([^)]+)\)", README)
    assert links
    assert set(links) <= headings


def test_every_section_is_in_the_contents() -> None:
    contents = README.split("\n## Feed it")[0]
    missing = [each for each in re.findall(r"^## (.+)$", README, re.MULTILINE) if f"[{each}](#" not in contents]
    assert missing == ["Try it", "Licence"]


def test_what_a_reader_may_see_is_what_the_program_says() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "callmon").rglob("*.py"))
    (table,) = tables("When something is off")
    seen = [re.sub(r"^N |\d.*$", "", span).strip() for told, _ in table for span in re.findall(r"`([^`]+)`", told)]
    words = [word for text in seen for word in text.split(" … ")]
    assert [word for word in words if word.removeprefix("! ") not in source] == []


def test_the_readme_has_the_tables_that_the_benchmarks_print() -> None:
    inside = README.split("<!-- benchmarks -->\n")[1].split("\n<!-- /benchmarks -->")[0]
    judged, rest = (part.splitlines() for part in inside.split("<details>"))
    assert judged[0].startswith("Measured on ")
    assert judged[2] == "| what | measured | budget | ratio | beside |"
    assert all(re.match(r"\| .+ \| .+ \| [≤≥] .+ \| [\d.]+ \| .*\|$", row) for row in judged[4:-1])
    told = "\n".join(rest)
    assert all(f"| Redis, {count} consoles: accepted | " in told for count in (1, 5, 20))
    assert all(f"| a frame with {size:,} ended calls: CPU | " in told for size in SIZES)


def test_the_table_of_redis_is_out_of_those_of_the_benchmarks() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+ /s) \| (.+ ms) \| (.+ ms) \|$", README, re.MULTILINE)
    assert [int(row[0]) for row in rows] == [1, 5, 20]
    for count, taken, middle, slow in rows:
        name = f"| Redis, {count} consoles: "
        for what, figure in (
            ("accepted", taken),
            ("POST answered → read, p50", middle),
            ("POST answered → read, p99", slow),
        ):
            assert f"{name}{what} | {figure} |" in README


def test_the_benchmarks_that_are_named_can_be_run() -> None:
    assert set(re.findall(r"python -m tests\.benchmarks (\w+)", README)) <= set(GROUPS)


@pytest.mark.parametrize("path", [span for span in SPANS if re.match(r"(callmon/\w+(\.py)?|tests/\w+\.py)$", span)])
def test_every_place_in_the_code_is_there(path: str) -> None:
    assert (ROOT / path).exists() or path in {"callmon/journal.db", "callmon/reports"}


def test_the_lines_are_no_longer_than_can_be_read() -> None:
    tables_aside = [line for line in README.splitlines() if not line.startswith("|")]
    assert [line for line in tables_aside if len(line) > 128] == []
