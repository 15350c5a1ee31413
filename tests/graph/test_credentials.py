from __future__ import annotations

import builtins
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from callmon.graph.auth import SignInProblem
from callmon.graph.credentials import KeyringSecret, SecretFile
from callmon.graph.naming import SettingNames

SECRET = "canary~Client.Secret_value"


def problem(got: object) -> str:
    assert isinstance(got, SignInProblem), got
    assert SECRET not in got.sentence
    return got.sentence


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"\ufeff {SECRET}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_secret_in_a_file_is_what_stands_there(file: Path) -> None:
    assert SecretFile(file).for_msal() == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_may_use_is_refused_with_what_to_do(file: Path, mode: int) -> None:
    file.chmod(mode)
    said = problem(SecretFile(file).for_msal())
    assert said.startswith(f"Others can read the client secret in {file} (CALLMON_CLIENT_SECRET_FILE)")
    assert said.endswith(f"chmod 600 {file}")


def test_a_file_that_holds_no_secret(file: Path) -> None:
    file.write_text(" \n")
    assert "is empty" in problem(SecretFile(file).for_msal())
    file.write_bytes(b"\xff\xfe\x00")
    assert "it is not text" in problem(SecretFile(file).for_msal())
    file.unlink()
    assert "No such file or directory" in problem(SecretFile(file).for_msal())


def test_settings_of_a_named_bot_are_told_by_their_own_names(file: Path) -> None:
    file.unlink()
    said = problem(SecretFile(file, SettingNames("front-desk.2")).for_msal())
    assert "CALLMON_BOTS__FRONT_DESK_2__CLIENT_SECRET_FILE" in said


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Any]:
    """What is in the keyring; an exception is raised."""
    entries: dict[tuple[str, str], Any] = {}

    def get_password(service: str, username: str) -> Any:
        found = entries.get((service, username))
        if isinstance(found, Exception):
            raise found
        return found

    module = ModuleType("keyring")
    module.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    return entries


def test_a_secret_in_the_keyring(ring: dict[tuple[str, str], Any]) -> None:
    ring["callmon", "front-desk"] = SECRET
    assert KeyringSecret("callmon", "front-desk").for_msal() == SECRET
    assert "keyring set callmon nights" in problem(KeyringSecret("callmon", "nights").for_msal())
    ring["callmon", "front-desk"] = RuntimeError(f"locked: {SECRET}")
    assert "RuntimeError" in problem(KeyringSecret("callmon", "front-desk").for_msal())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def importing(name: str, *rest: Any) -> Any:
        if name == "keyring":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)
    assert "callmon[keyring]" in problem(KeyringSecret("callmon", "front-desk").for_msal())
