"""What the settings file forbids cannot be allowed again from outside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from callmon.settings import file as settings_file
from callmon.settings import loading
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from callmon.settings.origins import Origin, Source
from tests.settings.conftest import WriteFile


def loaded(**flags: object) -> Loaded[Settings]:
    outcome = load(Settings, flags)
    assert isinstance(outcome, Loaded), outcome
    return outcome


@pytest.mark.parametrize("source", ["flag", "environment", "profile"])
def test_read_only_in_the_file_is_a_floor(source: str, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_file("read_only = true\n[profiles.prod]\nread_only = false\n")
    if source == "environment":
        monkeypatch.setenv("CALLMON_READ_ONLY", "false")
    given: dict[str, dict[str, object]] = {"flag": {"read_only": False}, "profile": {"profile": "prod"}}
    flags = given.get(source, {})
    outcome = loaded(**flags)
    assert outcome.settings.read_only
    assert outcome.origins["read_only"] == Origin(Source.FILE, f"read_only in {path}")


def test_read_only_in_the_chosen_profile_is_a_floor_too(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("[profiles.prod]\nread_only = true\n")
    monkeypatch.setenv("CALLMON_READ_ONLY", "0")
    assert loaded(profile="prod").settings.read_only
    assert not loaded().settings.read_only


@pytest.mark.parametrize("written", ['"true"', '"yes"', "1", '"on"'])
def test_a_floor_is_one_however_it_is_written(
    written: str, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(f"read_only = {written}\n")
    monkeypatch.setenv("CALLMON_READ_ONLY", "false")
    assert loaded().settings.read_only


def test_a_floor_that_says_nothing_clear_is_refused(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('read_only = "perhaps"\n')
    monkeypatch.setenv("CALLMON_READ_ONLY", "false")
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    assert "not true or false" in outcome.problems[0]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "machine.toml"
    for module in (settings_file, loading):
        monkeypatch.setattr(module, "MACHINE_PATH", path)
    return path


def test_no_variable_leads_past_the_floor_of_the_machine(
    machine: Path, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file("read_only = false\n")
    monkeypatch.setenv("CALLMON_CONFIG", "/dev/null")
    assert not loaded().settings.read_only
    machine.write_text('read_only = true\noperator = "ada"\n')
    outcome = loaded(read_only=False)
    assert outcome.settings.read_only
    assert outcome.settings.operator != "ada"
    assert outcome.origins["read_only"] == Origin(Source.MACHINE, f"read_only in {machine}")
    assert outcome.warnings == (f"{machine}: “operator” is ignored; of that file only read_only holds.",)


def test_a_machine_that_forbids_nothing_allows_nothing_either(machine: Path, write_file: WriteFile) -> None:
    write_file("read_only = true\n")
    machine.write_text("read_only = false\n")
    assert loaded().settings.read_only


def test_a_file_of_the_machine_that_cannot_be_understood_stops_everything(machine: Path) -> None:
    machine.write_text("read_only = ")
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    assert str(machine) in outcome.problems[0]


def test_what_the_file_allows_can_still_be_forbidden(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("read_only = false\n")
    assert loaded(read_only=True).settings.read_only
    monkeypatch.setenv("CALLMON_READ_ONLY", "true")
    assert loaded().settings.read_only


def test_hang_ups_are_always_armed_unless_the_settings_say_otherwise(write_file: WriteFile) -> None:
    assert (loaded().settings.armed, loaded().settings.arm_for_s) == (True, 300)
    write_file("armed = false\narm_for_s = 60\n")
    assert (loaded().settings.armed, loaded().settings.arm_for_s) == (False, 60)


@pytest.mark.parametrize("seconds", ["0", "9.9", "86401", "nan", "inf", "soon"])
def test_a_time_that_is_none_is_refused(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_ARM_FOR_S", seconds)
    assert not isinstance(load(Settings, {}), Loaded)
