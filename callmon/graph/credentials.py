"""What proves to Microsoft Entra that callmon may sign in as a bot's application, by kind.

Each is read when it is needed, so that one which is renewed on disk or in the keyring is found without a restart.
Source of the forms: `client_credential` of msal's `ConfidentialClientApplication`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from callmon.graph.auth import SignInProblem
from callmon.graph.files import exposed, not_yours_alone, read_text, unreadable
from callmon.graph.naming import UNNAMED, SettingNames


class Credential(Protocol):
    """Something that signs an application in."""

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """What msal calls a client credential, or why there is none. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Secret:
    """A client secret that was given."""

    value: str = field(repr=False)

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """The secret."""
        return self.value


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that holds a client secret and nothing else."""

    path: Path
    names: SettingNames = UNNAMED

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """The secret, without the blanks around it. A file that others may read is refused."""
        setting = self.names["client_secret_file"]
        try:
            if exposed(self.path):
                return not_yours_alone("client secret", self.path, setting)
            secret = read_text(self.path)
        except (OSError, ValueError) as error:
            return unreadable(error, self.path, setting)
        return secret or SignInProblem(f"The file {self.path} ({setting}) is empty. Put the client secret there.")


@dataclass(frozen=True, slots=True)
class KeyringSecret:
    """A client secret in the keyring of the operating system."""

    service: str
    username: str
    names: SettingNames = UNNAMED

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """The secret; blocks while the keyring asks to be unlocked."""
        setting = self.names["client_secret_keyring"]
        try:
            import keyring  # noqa: PLC0415  # an extra that only those who keep secrets there need
        except ImportError:
            return SignInProblem(
                f"The client secret is to come from the keyring ({setting}), but that part of callmon is not "
                "installed. Install callmon[keyring]."
            )
        try:
            secret = keyring.get_password(self.service, self.username)
        except Exception as error:  # noqa: BLE001  # each backend raises errors of its own
            return SignInProblem(
                f"The keyring cannot be asked for the client secret ({type(error).__name__}). Unlock it, or set "
                f"{self.names['client_secret_file']} in place of {setting}."
            )
        return secret or SignInProblem(
            f"The keyring holds no secret for {self.service}/{self.username} ({setting}). Put it there: "
            f"keyring set {self.service} {self.username}"
        )


class AssertionUnreadable(Exception):  # noqa: N818  # it says what is the case
    """The file with the assertion cannot be read, at the moment when msal wants it."""

    def __init__(self, problem: SignInProblem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Assertion:
    """A token of another identity provider in a file, which Entra trusts (workload identity federation)."""

    path: Path
    names: SettingNames = UNNAMED

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """A function that reads the file anew each time: whoever keeps it renews it every hour."""
        return {"client_assertion": self._read}

    def problem(self) -> SignInProblem | None:
        """Why there is no assertion to be read now; None if there is one."""
        try:
            self._read()
        except AssertionUnreadable as unread:
            return unread.problem
        return None

    def _read(self) -> str:
        setting = self.names["federated_token_file"]
        try:
            assertion = read_text(self.path)
        except (OSError, ValueError) as error:
            raise AssertionUnreadable(unreadable(error, self.path, setting)) from error
        if not assertion:
            raise AssertionUnreadable(SignInProblem(f"The file {self.path} ({setting}) is empty.", retry_helps=True))
        return assertion
