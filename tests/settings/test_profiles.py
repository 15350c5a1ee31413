from __future__ import annotations

from collections.abc import Mapping

import pytest

from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from callmon.settings.origins import Origin, Source
from tests.settings.conftest import WriteFile

FILE = """
operator = "ada"
cloud = "usgov"
[profiles.prod]
label = "PRODUCTION"
label_color = "RED"
cloud = "global"
read_only = true
[profiles."test bench"]
listen = "127.0.0.1:9"
"""


def loaded(**flags: object) -> Loaded[Settings]:
    outcome = load(Settings, flags)
    assert isinstance(outcome, Loaded), outcome
    return outcome


@pytest.mark.parametrize("chosen_by", ["flag", "environment", "file"])
def test_a_profile_beats_the_file_where_it_is_chosen(
    chosen_by: str, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(('profile = "prod"\n' if chosen_by == "file" else "") + FILE)
    if chosen_by == "environment":
        monkeypatch.setenv("CALLMON_PROFILE", "prod")
    outcome = loaded(**({"profile": "prod"} if chosen_by == "flag" else {}))
    settings = outcome.settings
    assert (settings.operator, settings.cloud, settings.read_only) == ("ada", "global", True)
    assert (settings.label, settings.label_color) == ("PRODUCTION", "red")
    assert outcome.warnings == ()
    assert outcome.origins["cloud"] == Origin(Source.PROFILE, f"cloud in [profiles.prod] of {path}")
    assert outcome.origins["operator"] == Origin(Source.FILE, f"operator in {path}")
    assert outcome.origins["journal"] == Origin(Source.DEFAULT)


def test_a_profile_that_is_not_chosen_means_nothing(write_file: WriteFile) -> None:
    write_file(FILE)
    settings = loaded().settings
    assert (settings.cloud, settings.read_only, settings.label) == ("usgov", False, None)


def test_flags_and_variables_beat_the_profile(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(FILE)
    monkeypatch.setenv("CALLMON_CLOUD", "dod")
    outcome = loaded(profile="prod", label="HERE")
    assert (outcome.settings.cloud, outcome.settings.label) == ("dod", "HERE")
    assert outcome.origins["cloud"] == Origin(Source.ENVIRONMENT, "CALLMON_CLOUD")
    assert outcome.origins["label"] == Origin(Source.FLAG, "--label")


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (FILE, "prd", "meant to be prod?"),
        (FILE, "xyzzy", "Write a table [profiles.NAME]"),
        ("", "prod", "there is no profile “prod”"),
        ("profiles = 3", "prod", "there is no profile “prod”"),
        ("[profiles]\nprod = 3", "prod", "there is no profile “prod”"),
    ],
)
def test_a_profile_that_is_not_there_is_refused(text: str, name: str, says: str, write_file: WriteFile) -> None:
    write_file(text)
    outcome = load(Settings, {"profile": name})
    assert isinstance(outcome, Refused)
    (sentence,) = outcome.problems
    assert sentence.startswith("--profile: ")
    assert says in sentence


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"label_color": "crimsonish"}, "is not a colour"),
        ({"label_color": "#12345"}, "is not a colour"),
        ({"label": "P" * 25}, "too long for the status line"),
        ({"label": "生" * 13}, "takes more than 24 columns"),
        ({"label": "\x1b" * 7}, "takes more than 24 columns"),
        ({"label": 3}, "text in quotes"),
    ],
)
def test_a_bad_value_in_a_profile_names_the_profile(
    values: Mapping[str, object], says: str, write_file: WriteFile
) -> None:
    lines = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    path = write_file(f"[profiles.prod]\n{lines}")
    outcome = load(Settings, {"profile": "prod"})
    assert isinstance(outcome, Refused)
    (sentence,) = outcome.problems
    assert sentence.startswith(f"{next(iter(values))} in [profiles.prod] of {path}: ")
    assert says in sentence


def test_an_unknown_key_in_any_profile_is_a_warning(write_file: WriteFile) -> None:
    write_file('[profiles.prod]\nread_onyl = true\n[profiles.test]\nprofile = "prod"')
    first, second = loaded().warnings
    assert "[profiles.prod]" in first
    assert first.endswith("Is it meant to be read_only?")
    assert "[profiles.test]: there is no setting “profile”" in second


def test_a_profile_adds_to_a_bot_of_the_file_and_each_setting_says_where_it_is(write_file: WriteFile) -> None:
    path = write_file(
        '[bots.a]\nclient_id = "1"\nclientid = "?"\ncloud = "dod"\n[bots.b]\nclient_id = "2"\n'
        '[profiles.prod.bots.a]\ncloud = "usgov"\n'
    )
    outcome = loaded(profile="prod")
    assert (outcome.settings.bots["a"].client_id, outcome.settings.bots["a"].cloud) == ("1", "usgov")
    of_bots = {name: came.where for name, came in outcome.origins.items() if name.startswith("bots.")}
    assert of_bots == {
        "bots.a.client_id": f"client_id in [bots.a] in {path}",
        "bots.a.cloud": f"cloud in [bots.a] in [profiles.prod] of {path}",
        "bots.b.client_id": f"client_id in [bots.b] in {path}",
    }
