"""When calls are doubted and feeds are deaf, as settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from callmon.core.doubt import PATIENCE_S
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.sections.liveness import LivenessSection


def loaded() -> LivenessSection:
    outcome = load(LivenessSection, {})
    assert isinstance(outcome, Loaded)
    return outcome.settings


def test_defaults() -> None:
    settings = loaded()
    assert (settings.doubt_after_s, settings.deaf_after_s, settings.auto_check) == (PATIENCE_S, None, True)


def test_patience_by_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_DOUBT_AFTER_S", "established=1200, HOLD=0.5")
    assert loaded().doubt_after_s == {**PATIENCE_S, "established": 1200, "hold": 0.5}


def test_patience_as_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("deaf_after_s = 90\nauto_check = false\n[doubt_after_s]\nincoming = 30\ntransferAccepted = 5.5\n")
    monkeypatch.setenv("CALLMON_CONFIG", str(path))
    settings = loaded()
    assert settings.doubt_after_s == {**PATIENCE_S, "incoming": 30, "transferAccepted": 5.5}
    assert (settings.deaf_after_s, settings.auto_check) == (90, False)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DOUBT_AFTER_S", "1200", "does not say how many seconds for which state"),
        ("DOUBT_AFTER_S", "parked=9", "is no state of an active call"),
        ("DOUBT_AFTER_S", "terminated=9", "The states are incoming"),
        ("DOUBT_AFTER_S", "hold=soon", "is no number of seconds above 0"),
        ("DOUBT_AFTER_S", "hold=0", "above 0"),
        ("DOUBT_AFTER_S", "hold=inf", "above 0"),
        ("DEAF_AFTER_S", "-1", "above 0"),
        ("DEAF_AFTER_S", "soon", "a number"),
        ("AUTO_CHECK", "perhaps", "not true or false"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CALLMON_{name}", value)
    outcome = load(LivenessSection, {})
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert told in problem
    assert problem.startswith(f"CALLMON_{name}: ")
