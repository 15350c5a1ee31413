from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.core.passwords import MASK
from tests.cli.program import run


@pytest.fixture
def file(no_real_environment: Path) -> Path:
    """Where the settings file is; nothing is there yet."""
    path = no_real_environment / "config" / "callmon" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_the_path_is_told_whether_the_file_exists_or_not(file: Path) -> None:
    result = run("config", "path")
    assert result.out == f"{file}\n"
    assert "no such file yet" in result.err
    file.write_text("")
    assert run("config", "path").err == ""


def test_a_file_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named.toml"
    monkeypatch.setenv("CALLMON_CONFIG", str(named))
    result = run("config", "path")
    assert (result.code, result.out) == (ExitCode.DONE, f"{named}\n")
    assert "CALLMON_CONFIG names it, so callmon does not start before it is there" in result.err
    assert run("list").code == ExitCode.USAGE
    named.write_text("")
    assert run("config", "path").err == ""
    assert run("list").code == ExitCode.DONE


def test_what_is_shown_is_toml_that_means_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('operator = "ada \\"the\\" one"')
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:9")
    shown = tomllib.loads(run("config", "show").out)
    assert (shown["operator"], shown["listen"]) == ('ada "the" one', "127.0.0.1:9")
    again = file.parent / "again.toml"
    again.write_text(run("config", "show").out)
    monkeypatch.setenv("CALLMON_CONFIG", str(again))
    assert tomllib.loads(run("config", "show").out) == shown


def test_each_setting_is_shown_with_what_set_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('operator = "ada"\n[profiles.prod]\ncloud = "dod"')
    monkeypatch.setenv("CALLMON_CLIENT_ID", "an-id")
    result = run("config", "show", "--origin", "--profile", "prod", "--lang", "en")
    lines = {line.split()[0]: line.rpartition("# ")[2] for line in result.out.splitlines()}
    assert lines["operator"] == f"file: operator in {file}"
    assert lines["cloud"] == f"profile: cloud in [profiles.prod] of {file}"
    assert lines["client_id"] == "environment: CALLMON_CLIENT_ID"
    assert lines["lang"] == "flag: --lang"
    assert lines["listen"] == "default"
    told = run("config", "show", "--json").json
    assert told["operator"] == {"value": "ada", "origin": "file", "where": f"operator in {file}"}
    assert told["tenant_id"] == {"value": None, "origin": "default", "where": None}


@pytest.mark.parametrize("options", [[], ["--origin"], ["--json"]])
def test_no_secret_is_shown(options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_SECRET", "ACCESS_TOKEN", "FEED_TOKEN"):
        monkeypatch.setenv(f"CALLMON_{name}", "canary-0123456789")
    monkeypatch.setenv("CALLMON_SIGN_IN", "secret")
    result = run("config", "show", *options)
    assert "canary" not in result.out + result.err
    assert result.out.count(MASK) == 3


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", ExitCode.DONE, "The settings hold"),
        ("tennant_id = 'x'", ExitCode.FAILED, "meant to be tenant_id?"),
        ("cloud = 'moon'", ExitCode.USAGE, "global, usgov, dod"),
        ("cloud = ", ExitCode.USAGE, "is not TOML"),
        ("[keys]\nhang-up = 'enter'", ExitCode.USAGE, "pressed without a thought"),
        ("[keys]\nhang-up = 7", ExitCode.USAGE, "text in quotes"),
        ("keys = 7", ExitCode.USAGE, "it must be a table"),
        ("[profiles.a]\ntheme = 'bogus'", ExitCode.USAGE, "theme in [profiles.a] of"),
        ("[profiles.a]\nkeys = { hang-up = 'enter' }", ExitCode.USAGE, "pressed without a thought"),
        ("[profiles]\nprod = 3", ExitCode.FAILED, "prod is no table, so it is ignored. Write a table [profiles.prod]."),
        ("profiles = 3", ExitCode.FAILED, "profiles is no table, so it is ignored"),
        ("[profiles.a]\ntheme = 'light'", ExitCode.DONE, "The settings hold"),
    ],
)
def test_a_check_ends_with_the_code_of_what_it_finds(text: str, code: ExitCode, says: str, file: Path) -> None:
    file.write_text(text)
    result = run("config", "check")
    assert result.code == code
    assert says in result.err
    assert result.out == ""


def test_a_check_without_a_file_holds() -> None:
    result = run("config", "check")
    assert result.code == ExitCode.DONE
    assert "does not exist" in result.err


def test_the_schema_is_json_and_needs_no_settings_that_hold(file: Path) -> None:
    file.write_text("cloud = 'moon'")
    result = run("config", "schema")
    assert result.code == ExitCode.DONE
    assert "client_secret" in json.loads(result.out)["properties"]


def test_the_actions_are_listed_with_their_keys_as_they_are_here(file: Path) -> None:
    assert "  hang-up                x,f9 " in run("config", "keys").out
    file.write_text("[keys]\nhang-up = 'ctrl+x'")
    assert "  hang-up                ctrl+x " in run("config", "keys").out
    told = run("config", "keys", "--json").json
    assert {"scope": "the board", "id": "up", "keys": ["up", "k"], "does": "One call up"} in told


def test_a_profile_adds_to_the_keys_of_the_file(file: Path) -> None:
    file.write_text("[keys]\nhang-up = 'ctrl+x'\nquit = 'Q'\n[profiles.prod.keys]\nhang-up = 'f12'")
    assert run("config", "show", "--json", "--profile", "prod").json["keys"]["value"] == {"hang-up": "f12", "quit": "Q"}


def test_the_bots_are_shown_one_setting_a_line(no_real_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = no_real_environment / "config" / "callmon" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[bots.front-desk]\nclient_id = "app"\n[bots."a.b"]\nclient_id = "other"\n')
    monkeypatch.setenv("CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET", "canary-0123456789")
    result = run("config", "show", "--origin")
    shown = tomllib.loads(result.out)["bots"]
    assert shown == {"front-desk": {"client_id": "app", "client_secret": MASK}, "a.b": {"client_id": "other"}}
    assert "# environment: CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET" in result.out
    told = run("config", "show", "--json")
    assert told.json["bots.front-desk.client_secret"]["value"] == MASK
    assert "canary" not in result.out + told.out


def test_long_keys_break_no_column_of_the_list(file: Path) -> None:
    file.write_text("[keys]\nhang-up = 'ctrl+x,f9,f10,f11,f12,ctrl+y'")
    lines = [line for line in run("config", "keys").out.splitlines() if line.startswith("  ")]
    told = run("config", "keys", "--json").json
    assert len(lines) == len(told)
    assert len({line.rindex(row["does"]) for line, row in zip(lines, told, strict=True)}) == 1
