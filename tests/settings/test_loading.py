from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from callmon.journal.addresses import FileAddress
from callmon.settings.addresses import Address
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from callmon.settings.sections.preferences import Preferences
from tests.settings.conftest import WriteFile


def loaded(**flags: Any) -> Settings:
    outcome = load(Settings, flags)
    assert isinstance(outcome, Loaded), outcome
    return outcome.settings


def refused(flags: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    outcome = load(Settings, flags or {})
    assert isinstance(outcome, Refused), outcome
    return tuple(outcome.problems)


def test_there_is_nothing_that_must_be_set(no_real_environment: Path) -> None:
    settings = loaded()
    assert settings.journal == FileAddress(no_real_environment / "state" / "callmon" / "journal.db")
    assert settings.listen == Address("127.0.0.1", 8765)
    assert (settings.lang, settings.cloud, settings.read_only) == ("en", "global", False)
    assert settings.client_secret is None
    assert settings.access_token is None
    assert settings.operator is None


def test_flag_beats_environment_beats_file_beats_default(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loaded().listen.port == 8765
    write_file('listen = "127.0.0.1:1"')
    assert loaded().listen.port == 1
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:2")
    assert loaded().listen.port == 2
    assert loaded(listen="127.0.0.1:3").listen.port == 3


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[custom_columns.queue]\nlabel = 'Q'", "path in [custom_columns.queue] in "),
        ("[custom_columns.queue]\nlabel = 'Q'", "config.toml: it is missing."),
        ("[custom_columns.queue]\npath = 3", "config.toml: it must be text in quotes."),
        ("custom_columns.queue = 3", "queue in [custom_columns] in "),
        ("[keys]\nhang-up = 3", "hang-up in [keys] in "),
        (
            "[custom_columns.queue]\npath = 'a..b'",
            "“a..b” is not a path: “..b” is not understood. Write names with dots",
        ),
        ("[custom_columns.who]\npath = 'a'", "“who” is a column or a field of the filter already"),
        ("[custom_columns.'q 1']\npath = 'a'", "“q 1” cannot be the name of a column. Write up to 20 small letters"),
        ("[custom_columns.queue]\npath = 'a'\nwidth = 0", "width must be from 1 to 80"),
        ("[custom_columns.queue]\npath = 'a'\nalign = 'up'", "“up” is no alignment. Write left or right"),
    ],
)
def test_a_custom_column_that_cannot_be_is_refused_in_words(write_file: WriteFile, written: str, words: str) -> None:
    write_file(written)
    assert any(words in problem for problem in refused()), refused()


def test_what_is_wrong_in_a_table_is_found_in_the_source_that_has_it(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_CUSTOM_COLUMNS__QUEUE__WIDTH", "wide")
    path = write_file(
        "profile = 'p'\n[custom_columns.queue]\nlabel = 'Q'\n[keys]\nquit = 3\n[profiles.p.keys]\nhang-up = 3"
    )
    assert set(refused()) == {
        "CALLMON_CUSTOM_COLUMNS__QUEUE__WIDTH: it must be a whole number.",
        "CALLMON_CUSTOM_COLUMNS__QUEUE__PATH: it is missing.",
        f"quit in [keys] in {path}: it must be text in quotes.",
        f"hang-up in [keys] in [profiles.p] of {path}: it must be text in quotes.",
    }


def test_a_custom_column_can_be_shown_and_sorted_by(write_file: WriteFile) -> None:
    write_file('columns = ["who", "queue"]\nsort = "-queue"\n[custom_columns.queue]\npath = "$.a[0]"\nwidth = 5')
    settings = loaded()
    assert (settings.columns, settings.sort) == (("who", "queue"), "-queue")
    (column,) = settings.custom
    assert (column.name, column.label, column.width, column.right) == ("queue", "Queue", 5, False)
    write_file("[custom_columns.queue]\npath = 'a'\nlable = 'x'")
    outcome = load(Settings, {})
    assert isinstance(outcome, Loaded)
    assert any("custom_columns.queue]: there is no setting “lable”" in warning for warning in outcome.warnings)


def test_a_file_may_begin_with_the_mark_of_editors_on_windows(write_file: WriteFile) -> None:
    write_file('\ufeffoperator = "ada"\r\nlang = "en"\r\n')
    assert loaded().operator == "ada"


def test_an_empty_variable_is_not_set(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('operator = "ada"')
    monkeypatch.setenv("CALLMON_OPERATOR", "")
    assert loaded().operator == "ada"


def test_another_file_may_be_named(write_file: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('operator = "ada"')
    other = tmp_path / "other.toml"
    other.write_text('operator = "bea"')
    monkeypatch.setenv("CALLMON_CONFIG", str(other))
    assert loaded().operator == "bea"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/var/lib/j.db", "/var/lib/j.db"),
        ("j.db", "j.db"),
        ("sqlite:///var/lib/j.db", "/var/lib/j.db"),
        ("sqlite:////var/lib/j.db", "/var/lib/j.db"),
        ("sqlite:///var/my%20calls.db", "/var/my calls.db"),
        ("SQLite:///j.db", "/j.db"),
    ],
)
def test_a_journal_is_a_path_or_an_address(text: str, path: str) -> None:
    assert loaded(journal=text).journal == FileAddress(Path(path))


def test_the_home_directory_may_be_written_short(no_real_environment: Path) -> None:
    assert loaded(journal="~/j.db").journal == FileAddress(no_real_environment / "j.db")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8765", Address("127.0.0.1", 8765)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:65535", Address("::1", 65535)),
        ("127.9.8.7:1", Address("127.9.8.7", 1)),
    ],
)
def test_an_address_of_this_machine_may_be_listened_on(text: str, address: Address) -> None:
    assert loaded(listen=text).listen == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["0.0.0.0:8765", "[::]:8765", "192.0.2.1:8765", "bot.example:8765"])
@pytest.mark.parametrize(
    "proof",
    [
        {"CALLMON_FEED_TOKEN": "canary-0123456789abcdef"},
        {"CALLMON_VERIFY_SENDER": "true", "CALLMON_CLIENT_ID": "6731de76-14a6-49ae-97bc-6eba6914391e"},
    ],
)
def test_others_may_reach_the_listener_if_senders_prove_who_they_are(
    text: str, proof: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in proof.items():
        monkeypatch.setenv(name, value)
    assert str(loaded(listen=text).listen) == text


@pytest.mark.parametrize(
    ("name", "value"), [("CALLMON_FEED_TOKEN", "short"), ("CALLMON_VERIFY_SENDER", "1"), ("CALLMON_CLIENT_ID", "an-id")]
)
def test_a_proof_that_is_none_opens_nothing(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    (sentence,) = refused({"listen": "0.0.0.0:8765"})
    assert sentence.startswith(name if name != "CALLMON_CLIENT_ID" else "--listen")


def test_who_may_send_is_not_asked_by_default() -> None:
    settings = loaded()
    assert (settings.feed_token, settings.verify_sender, settings.openid_url) == (None, False, None)


@pytest.mark.parametrize(
    ("text", "lang"), [("en", "en"), ("EN", "en"), ("zh-CN", "zh-CN"), ("zh-cn", "zh-CN"), ("zh", "zh-CN")]
)
def test_languages(text: str, lang: str) -> None:
    assert loaded(lang=text).lang == lang


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-CN"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_locale_decides_the_language(
    variables: Mapping[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert loaded().lang == lang


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("journal", "redis://:hunter2@/0", "is not an address of a Redis"),
        ("journal", "rediss://:hunter2@host:99999/0", "is not an address of a Redis"),
        ("journal", "postgres://hunter2@host/db", "neither a path nor an address"),
        ("journal", "sqlite://host/j.db", "neither a path nor an address"),
        ("journal", "sqlite:///", "neither a path nor an address"),
        ("journal", "  ", "it is empty"),
        ("listen", "8765", "Write it like 127.0.0.1:8765"),
        ("listen", ":8765", "Write it like"),
        ("listen", "127.0.0.1:65536", "Write it like"),
        ("listen", "127.0.0.1:-1", "Write it like"),
        ("listen", "::1:8765", "[::1]:8765"),
        ("listen", "0.0.0.0:8765", "reverse proxy with authentication"),
        ("listen", "[::]:8765", "reverse proxy with authentication"),
        ("listen", "192.0.2.1:8765", "could invent calls"),
        ("listen", "bot.example:8765", "could invent calls"),
        ("listen", "0.0.0.0:8765", "CALLMON_FEED_TOKEN or CALLMON_VERIFY_SENDER"),
        ("feed_token", "hunter2", "16 or more letters"),
        ("feed_token", "hunter2 with spaces inside", "without spaces"),
        ("feed_token", "hunter2hunter2hunter2\n", "without spaces"),
        ("feed_token", 7, "text in quotes"),
        ("verify_sender", True, "Set CALLMON_CLIENT_ID"),
        ("verify_sender", "perhaps", "not true or false"),
        ("openid_url", "http://keys.example/", "not a plain https address"),
        ("openid_url", "keys", "OpenIdConfiguration"),
        ("lang", "fr", "en or zh-CN"),
        ("cloud", "china", "no Delete call"),
        ("cloud", "moon", "global, usgov, dod"),
        ("graph_url", "http://graph.example", "Use https"),
        ("graph_url", "ftp://graph.example", "not a plain http or https address"),
        ("read_only", "perhaps", "not true or false"),
        ("operator", 7, "text in quotes"),
        ("journal_keep_days", -1, "it must be 0 or more."),
        ("journal_keep_days", 99_999, "it must be 36500 or less."),
        ("journal_keep_days", True, "it must be a whole number."),
        ("redis_wait", True, "it must be a whole number."),
        ("listen", 8765, "text in quotes"),
        ("client_secret", 7, "text in quotes"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_its_source(field: str, value: object, says: str) -> None:
    (sentence,) = refused({field: value})
    assert sentence.startswith(f"--{field.replace('_', '-')}: ")
    assert says in sentence
    assert "hunter2" not in sentence
    assert "pydantic" not in sentence
    assert "\n" not in sentence


def test_every_problem_is_told_at_once_each_with_its_source(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file('cloud = "moon"')
    monkeypatch.setenv("CALLMON_LISTEN", "nowhere")
    starts = [sentence.partition(": ")[0] for sentence in refused({"lang": "fr"})]
    assert sorted(starts) == sorted(["--lang", "CALLMON_LISTEN", f"cloud in {path}"])


def test_a_value_cannot_write_to_the_terminal() -> None:
    (sentence,) = refused({"listen": "\x1b[2J:1" + "x" * 5000})
    assert sentence.isprintable()
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("listen = ", "is not TOML"),
        ("[[", "is not TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_a_sentence(write_file: WriteFile, text: str, says: str) -> None:
    path = write_file(text)
    (sentence,) = refused()
    assert says in sentence
    assert str(path) in sentence


def test_a_file_that_cannot_be_read_is_a_sentence(
    write_file: WriteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file("").write_bytes(b"\xff\xfe")
    assert "UTF-8" in refused()[0]
    monkeypatch.setenv("CALLMON_CONFIG", str(tmp_path))
    assert "cannot be read" in refused()[0]
    monkeypatch.setenv("CALLMON_CONFIG", str(tmp_path / "none.toml"))
    assert "there is no file" in refused()[0]


@pytest.mark.parametrize(("key", "near"), [("tennant_id", "tenant_id"), ("client-id", "client_id"), ("xyzzy", "")])
def test_an_unknown_key_is_a_warning_with_the_nearest_name(write_file: WriteFile, key: str, near: str) -> None:
    write_file(f'{key} = "x"\noperator = "ada"')
    outcome = load(Settings, {})
    assert isinstance(outcome, Loaded)
    assert outcome.settings.operator == "ada"
    (warning,) = outcome.warnings
    assert key in warning
    assert warning.endswith(f"meant to be {near}?" if near else "ignored.")


def test_preferences_care_for_nothing_else(write_file: WriteFile) -> None:
    write_file('cloud = "moon"\nread_only = true\nlang = "zh-CN"')
    outcome = load(Preferences, {})
    assert isinstance(outcome, Loaded)
    assert outcome.settings.read_only
    assert outcome.settings.lang == "zh-CN"
    assert outcome.warnings == ()


def test_secrets_show_up_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_CLIENT_SECRET", "hunter2")
    monkeypatch.setenv("CALLMON_ACCESS_TOKEN", "hunter2")
    monkeypatch.setenv("CALLMON_FEED_TOKEN", "hunter2-hunter2-hunter2")
    monkeypatch.setenv("CALLMON_SIGN_IN", "secret")
    settings = loaded()
    assert settings.client_secret == SecretStr("hunter2")
    assert "hunter2" not in f"{settings!r} {settings}"
    monkeypatch.setenv("CALLMON_CLOUD", "moon")
    assert "hunter2" not in str(load(Settings, {}))


def test_the_clouds_and_another_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_CLOUD", "USGov")
    monkeypatch.setenv("CALLMON_GRAPH_URL", "http://127.0.0.1:9/v1.0/")
    settings = loaded()
    assert settings.cloud == "usgov"
    assert settings.graph_url == "http://127.0.0.1:9"


def test_the_operator_is_made_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_OPERATOR", " ada\x1b[2J ")
    assert loaded().operator == "ada\\x1b[2J"


def test_a_key_in_capitals_is_none(write_file: WriteFile) -> None:
    write_file('OPERATOR = "ada"')
    outcome = load(Settings, {})
    assert isinstance(outcome, Loaded)
    assert outcome.settings.operator is None
    assert "there is no setting “OPERATOR”" in outcome.warnings[0]
