from __future__ import annotations

import pytest

from callmon.settings.environment import settings_in
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from callmon.settings.sections.preferences import Preferences
from callmon.settings.unknown import unknown_variables


def given(**environ: str) -> dict[str, object]:
    return settings_in(environ, Settings.model_fields)


def test_capitals_mean_nothing() -> None:
    assert given(CALLMON_LANG="en", callmon_Label="x") == {"lang": "en", "label": "x"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CALLMON_READ_ONLY", "Callmon_read_only"),
        ("callmon_read_only", "CALLMON_READ_ONLY"),
        ("CALLMON_BOTS__DAYS__CLIENT_ID", "CALLMON_BOTS__days__CLIENT_ID"),
    ],
)
def test_two_spellings_of_a_variable_must_say_the_same(one: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("false", ""):
        monkeypatch.setenv(one, "false")
        monkeypatch.setenv(other, value)
        assert isinstance(load(Settings, {}), Loaded)
    monkeypatch.setenv(other, "true")
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert one in problem
    assert other in problem
    assert isinstance(load(Preferences, {}), Refused) is ("READ_ONLY" in one.upper())


def test_an_empty_variable_says_nothing() -> None:
    assert given(CALLMON_LANG="", CALLMON_BOTS__SALES__CLIENT_ID="") == {}


def test_variables_of_others_and_unknown_ones_are_left_alone() -> None:
    assert given(LANG="C", MYCALLMON_LANG="en", CALLMON_NONSENSE="1", CALLMON_LANG__X="en", CALLMON_NO__X__Y="1") == {}


def test_a_setting_in_a_table_of_tables() -> None:
    assert given(
        CALLMON_BOTS__FRONT_DESK__CLIENT_ID="a",
        CALLMON_BOTS__FRONT_DESK__TENANT_ID="b",
        CALLMON_CUSTOM_COLUMNS__REGION__PATH="c",
        CALLMON_BOTS__SALES__ODD__NAME="d",
    ) == {
        "bots": {"front_desk": {"client_id": "a", "tenant_id": "b"}, "sales": {"odd__name": "d"}},
        "custom_columns": {"region": {"path": "c"}},
    }


def test_what_is_no_table_is_kept_to_be_complained_of() -> None:
    assert given(CALLMON_BOTS__SALES="a") == {"bots": {"sales": "a"}}
    assert given(CALLMON_BOTS="a", CALLMON_BOTS__SALES__CLIENT_ID="b") == {"bots": "a"}
    assert given(CALLMON_BOTS__SALES="a", CALLMON_BOTS__SALES__CLIENT_ID="b") == {"bots": {"sales": "a"}}


@pytest.mark.parametrize("also", [{}, {"CALLMON_BOTS__SALES__CLIENT_ID": "b"}, {"CALLMON_BOTS__OTHER__CLIENT_ID": "b"}])
def test_a_variable_of_a_bot_without_a_setting_is_refused(
    also: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ({"CALLMON_BOTS__SALES": "tell-nobody"} | also).items():
        monkeypatch.setenv(name, value)
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert problem == (
        "CALLMON_BOTS__SALES: it names a bot, but no setting of it. Write what is meant, such as "
        "CALLMON_BOTS__SALES__CLIENT_ID."
    )


NEARLY = {
    "CALLMON_TENANTID": "CALLMON_TENANT_ID",
    "callmon_jornal": "CALLMON_JOURNAL",
    "CALLMON_CLIENT_SECRETS": "CALLMON_CLIENT_SECRET",
}


@pytest.mark.parametrize("variable", NEARLY)
def test_a_variable_that_is_nearly_called_as_a_setting_is_warned_of(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "tell-nobody")
    outcome = load(Settings, {})
    (warning,) = outcome.warnings
    assert warning == f"{variable}: there is no such setting, so it is ignored. Is it meant to be {NEARLY[variable]}?"


def test_no_other_variable_is() -> None:
    others = ("CALLMON_PORT", "CALLMON_SERVICE_HOST", "CALLMON_CONFIG", "CALLMON_LANG", "CALLMON_BOTS__A__CLIENT_IDS")
    assert list(unknown_variables(dict.fromkeys((*others, "TENANTID", "CALLMON_"), "x"))) == []
