"""A settings file with a secret in it is its owner's alone, or it is not used."""

from __future__ import annotations

import pytest

from callmon.settings.exposed import SECRETS
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings
from tests.settings.conftest import WriteFile


def test_every_kind_of_secret_is_known() -> None:
    assert {"client_secret", "client_certificate_password", "access_token", "feed_token", "web_token"} <= SECRETS
    assert "redis_password" in SECRETS
    assert not any("file" in name for name in SECRETS)


@pytest.mark.parametrize(
    "text",
    [
        'feed_token = "hunter2hunter2hunter2"',
        '[bots.nights]\nclient_secret = "hunter2"',
        '[profiles.prod]\nclient_secret = "hunter2"',
        '[profiles.prod.bots.nights]\nclient_secret = "hunter2"',
    ],
)
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_not_used(write_file: WriteFile, text: str, mode: int) -> None:
    path = write_file(text)
    path.chmod(mode)
    outcome = load(Settings, {})
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert problem.startswith(f"Others can read the settings file {path}, and it holds ")
    assert problem.endswith(f"chmod 600 {path}")
    assert "hunter2" not in problem


def test_a_file_without_secrets_may_be_read_by_everybody(write_file: WriteFile) -> None:
    write_file('operator = "ada"').chmod(0o644)
    outcome = load(Settings, {})
    assert isinstance(outcome, Loaded)
    assert outcome.settings.operator == "ada"
