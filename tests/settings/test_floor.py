"""What the settings file forbids cannot be allowed again from outside it."""

from __future__ import annotations

import pytest

from callmon.settings.loading import Loaded, load
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
