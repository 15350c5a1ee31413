from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from callmon.settings.origins import Origin, Source
from callmon.settings.sections.sign_in import KeyringEntry
from tests.settings.conftest import WriteFile


def loaded() -> Loaded[Settings]:
    outcome = load(Settings, {})
    assert isinstance(outcome, Loaded), outcome
    return outcome


def refused() -> Refused:
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    return outcome


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, None),
        ({"CLIENT_SECRET": "hunter2"}, "secret"),
        ({"CLIENT_SECRET_FILE": "/run/secret"}, "secret"),
        ({"CLIENT_SECRET_KEYRING": "callmon/front-desk"}, "secret"),
        ({"CLIENT_CERTIFICATE": "~/bot.pem", "CLIENT_CERTIFICATE_PASSWORD": "hunter2"}, "certificate"),
        ({"MANAGED_IDENTITY": "system"}, "managed-identity"),
        ({"FEDERATED_TOKEN_FILE": "/run/token"}, "workload-identity"),
        ({"ACCESS_TOKEN": "hunter2"}, "token"),
        ({"CLIENT_SECRET": "hunter2", "CLIENT_CERTIFICATE": "bot.pem", "SIGN_IN": "Certificate"}, "certificate"),
        ({"CLIENT_SECRET": "hunter2", "SIGN_IN": "managed_identity"}, "managed-identity"),
        ({"CLIENT_SECRET": "hunter2", "ACCESS_TOKEN": "t", "GRAPH_URL": "http://127.0.0.1:1"}, "token"),
    ],
)
def test_the_way_to_sign_in(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], way: str | None) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"CALLMON_{name}", value)
    assert loaded().settings.sign_in == way


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (
            {"CLIENT_SECRET": "hunter2", "CLIENT_CERTIFICATE": "bot.pem"},
            "sign_in: several ways to sign in are set (client_secret and client_certificate), and nothing says which",
        ),
        (
            {"CLIENT_SECRET": "hunter2", "CLIENT_SECRET_FILE": "/run/secret"},
            "sign_in: the client secret is set in several places (client_secret and client_secret_file). Keep one",
        ),
        (
            {"SIGN_IN": "certificate", "CLIENT_SECRET": "hunter2"},
            "CALLMON_SIGN_IN: it is certificate, but nothing is set for that. Set client_certificate.",
        ),
        ({"SIGN_IN": "workload-identity"}, "CALLMON_SIGN_IN: it is workload-identity, but nothing is set for that."),
        ({"SIGN_IN": "magic"}, "CALLMON_SIGN_IN: “magic” is no way to sign in. Write one of secret, certificate, "),
        ({"CLIENT_SECRET_KEYRING": "callmon"}, "CALLMON_CLIENT_SECRET_KEYRING: “callmon” is not SERVICE/USERNAME."),
    ],
)
def test_what_is_not_clear_is_refused(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], says: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"CALLMON_{name}", value)
    (problem,) = refused().problems
    assert problem.startswith(says)
    assert "hunter2" not in problem


def test_a_workload_in_kubernetes_needs_no_more_than_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_SIGN_IN", "workload-identity")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", "/var/run/secrets/token")
    assert loaded().settings.sign_in == "workload-identity"


def test_the_forms_of_the_values(monkeypatch: pytest.MonkeyPatch, no_real_environment: Path) -> None:
    monkeypatch.setenv("CALLMON_CLIENT_CERTIFICATE", "~/bot.pem")
    assert loaded().settings.client_certificate == no_real_environment / "bot.pem"
    monkeypatch.delenv("CALLMON_CLIENT_CERTIFICATE")
    monkeypatch.setenv("CALLMON_CLIENT_SECRET_KEYRING", "call/mon/front-desk")
    assert loaded().settings.client_secret_keyring == KeyringEntry("call/mon", "front-desk")


FILE = """
tenant_id = "home"
[bots.front-desk]
client_id = "front"
client_secret = "from-the-file"
[bots.Nights]
client_id = "nights"
client_certificate = "/etc/nights.pfx"
multi_tenant = true
cloud = "usgov"
"""


def test_each_bot_has_settings_of_its_own_and_nothing_of_another(write_file: WriteFile) -> None:
    path = write_file(FILE)
    outcome = loaded()
    front, nights = outcome.settings.bots["front-desk"], outcome.settings.bots["Nights"]
    assert (front.client_id, front.tenant_id, front.sign_in, front.cloud) == ("front", None, "secret", "global")
    assert (nights.client_id, nights.sign_in, nights.multi_tenant, nights.cloud) == (
        "nights",
        "certificate",
        True,
        "usgov",
    )
    assert outcome.origins["bots.front-desk.client_id"] == Origin(
        Source.FILE, f"client_id in [bots.front-desk] in {path}"
    )


def test_the_environment_adds_to_the_bots_of_the_file(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(FILE)
    monkeypatch.setenv("CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET", "from-the-environment")
    monkeypatch.setenv("CALLMON_BOTS__SPARE__CLIENT_ID", "spare")
    monkeypatch.setenv("CALLMON_BOTS__SPARE__TENANT_ID", "")
    outcome = loaded()
    assert outcome.settings.bots["front-desk"].client_secret == SecretStr("from-the-environment")
    assert outcome.settings.bots["front-desk"].client_id == "front"
    assert outcome.settings.bots["spare"].client_id == "spare"
    assert outcome.origins["bots.front-desk.client_secret"].where == "CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET"
    assert outcome.warnings == ()


def test_bots_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_BOTS__A__CLIENT_ID", "a")
    assert set(loaded().settings.bots) == {"a"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[bots.front-desk]\ncloud = "moon"\nclient_secret = "hunter2"', "cloud in [bots.front-desk] in "),
        ('[bots."front.desk"]\ncloud = "moon"', 'cloud in [bots."front.desk"] in '),
        ('[bots."../up"]\nclient_id = "x"', "bots.../up: “../up” cannot be the name of a bot."),
        (f'[bots.{"x" * 65}]\nclient_id = "x"', "cannot be the name of a bot."),
        ('bots = "front-desk"', "bots: it must be a table."),
        ("bots = { front-desk = 1 }", "bots"),
        (
            '[bots.a]\nclient_secret = "hunter2"\naccess_token = "hunter2"',
            "bots.a.sign_in: several ways to sign in are set (client_secret and access_token)",
        ),
    ],
)
def test_what_cannot_be_a_bot_is_refused(write_file: WriteFile, text: str, says: str) -> None:
    write_file(text)
    problems = " ".join(refused().problems)
    assert says in problems
    assert "hunter2" not in problems


def test_a_variable_that_two_bots_could_own_is_refused(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('[bots.a-b]\nclient_id = "1"\n[bots.a_b]\nclient_id = "2"')
    monkeypatch.setenv("CALLMON_BOTS__A_B__CLIENT_SECRET", "hunter2")
    (problem,) = refused().problems
    assert problem.startswith("CALLMON_BOTS__A_B__CLIENT_SECRET: it could mean the bot a-b or a_b.")
    assert "hunter2" not in problem


def test_what_no_bot_has_is_ignored_and_said(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_file('[bots.a]\nclientid = "1"\n[profiles.p.bots.b]\nlisten = "x"')
    variable = "CALLMON_BOTS__A__CLIENT_SECRT"
    monkeypatch.setenv(variable, "hunter2")
    assert loaded().warnings == (
        f"{path}, [bots.a]: there is no setting “clientid”, so it is ignored. Is it meant to be client_id?",
        f"{path}, [profiles.p.bots.b]: there is no setting “listen”, so it is ignored.",
        f"{variable}: a bot has no such setting, so it is ignored. Is it meant to end with CLIENT_SECRET?",
    )


def test_senders_can_be_checked_if_only_bots_have_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_VERIFY_SENDER", "true")
    assert "CALLMON_CLIENT_ID" in refused().problems[0]
    monkeypatch.setenv("CALLMON_BOTS__A__CLIENT_ID", "a")
    assert loaded().settings.verify_sender


def test_a_bot_takes_nothing_from_variables_of_no_bot(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('[bots.a]\nclient_id = "a"')
    monkeypatch.setenv("CALLMON_CLIENT_SECRET", "hunter2")
    monkeypatch.setenv("CALLMON_BOTS__A__TENANT_ID", "123")
    assert loaded().settings.bots["a"].client_secret is None
    assert loaded().settings.bots["a"].tenant_id == "123"


@pytest.mark.parametrize("variable", ["CALLMON_BOTS", "CALLMON_KEYS", "CALLMON_LISTEN", "CALLMON_COLUMNS"])
def test_a_text_that_looks_like_json_is_a_text(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, '{"a": 1}')
    (problem,) = refused().problems
    assert problem.startswith(variable.removeprefix("CALLMON_").lower() if variable == "CALLMON_BOTS" else variable)
