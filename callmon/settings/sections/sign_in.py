"""One bot: which Graph has its calls, and how callmon signs in there as its application."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, SecretStr, ValidationInfo

from callmon.graph.clouds import CLOUDS, RootProblem, check_root
from callmon.settings.sections.base import Table
from callmon.settings.values import Text, quoted, text_in

AMBIENT_TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE"  # noqa: S105  # the name of a variable
"""Where Azure tells a workload in Kubernetes which file has its assertion."""

WAYS: Mapping[str, tuple[str, ...]] = {
    "secret": ("client_secret", "client_secret_file", "client_secret_keyring"),
    "certificate": ("client_certificate",),
    "managed-identity": ("managed_identity",),
    "workload-identity": ("federated_token_file",),
    "token": ("access_token",),
}
"""The ways to sign in, and the settings of which one says that a way is meant."""


class KeyringEntry(NamedTuple):
    """Where a secret lies in the keyring of the operating system."""

    service: str
    username: str

    def __str__(self) -> str:
        """``service/username``."""
        return f"{self.service}/{self.username}"


def _keyring_entry(value: object) -> KeyringEntry:
    service, slash, username = text_in(value).rpartition("/")
    if not (slash and service and username):
        raise ValueError(f"{quoted(text_in(value))} is not SERVICE/USERNAME. Write it like callmon/front-desk.")
    return KeyringEntry(service, username)


def _path(value: object) -> Path:
    text = text_in(value)
    if not text:
        raise ValueError("it is empty. Name a file, or leave it out.")
    return Path(text).expanduser()


def _cloud(value: object) -> str:
    name = text_in(value).lower()
    if name in {"china", "china21vianet", "21vianet", "cn"}:
        raise ValueError(
            "Microsoft Graph in China (21Vianet) has no Delete call, so no call can be hung up there. "
            f"The clouds that have it are {', '.join(CLOUDS)}."
        )
    if name not in CLOUDS:
        raise ValueError(f"{quoted(name)} is not a cloud that callmon knows. Write one of {', '.join(CLOUDS)}.")
    return name


def _graph_root(value: str) -> str:
    root = check_root(value)
    if isinstance(root, RootProblem):
        raise ValueError(root.sentence)  # pydantic takes a ValueError as a refusal
    return root


def _way(value: object) -> str | None:
    if value is None:
        return None
    name = text_in(value).lower().replace("_", "-")
    if name not in WAYS:
        raise ValueError(f"{quoted(name)} is no way to sign in. Write one of {', '.join(WAYS)}.")
    return name


def _the_one_way(named: str | None, info: ValidationInfo) -> str | None:
    """The way that was named, else the only one that something is set for. Raises `ValueError` if it is not clear."""
    given = {way: [name for name in names if info.data.get(name)] for way, names in WAYS.items()}
    ways = [way for way, names in given.items() if names]
    if info.data.get("graph_url") and "token" in ways:
        ways = ["token"]  # no other is ever used at a Graph that is not Microsoft's
    if named is None and len(ways) > 1:
        listed = " and ".join(names[0] for names in given.values() if names)
        raise ValueError(
            f"several ways to sign in are set ({listed}), and nothing says which one is meant. Keep one of them, or "
            f"set sign_in to {' or '.join(ways)}."
        )
    way = named or (ways[0] if ways else None)
    if way is None or _refused(info.data, way):
        return way
    if len(given[way]) > 1:
        raise ValueError(f"the client secret is set in several places ({' and '.join(given[way])}). Keep one of them.")
    if not given[way] and not _goes_without(way):
        raise ValueError(f"it is {way}, but nothing is set for that. Set {' or '.join(WAYS[way])}.")
    return way


def _refused(data: Mapping[str, Any], way: str) -> bool:
    """Whether a setting of this way was meant and was refused itself: that is told already."""
    return any(name not in data for name in WAYS[way])


def _goes_without(way: str) -> bool:
    return way == "managed-identity" or (way == "workload-identity" and bool(os.environ.get(AMBIENT_TOKEN_FILE)))


SettingPath = Annotated[Path, PlainValidator(_path, json_schema_input_type=str)]


class SignInSection(Table):
    """One bot: which Graph has its calls, and how callmon signs in there as its application."""

    tenant_id: Text | None = None
    """The tenant of the calls."""
    client_id: Text | None = None
    """The bot's application (client) id."""
    client_secret: SecretStr | None = None
    """The bot's client secret."""
    client_secret_file: SettingPath | None = None
    """A file that holds the client secret and that nobody else can read."""
    client_secret_keyring: (
        Annotated[KeyringEntry, PlainValidator(_keyring_entry, json_schema_input_type=str), PlainSerializer(str, str)]
        | None
    ) = None
    """Where the keyring of the operating system has the client secret: SERVICE/USERNAME."""
    client_certificate: SettingPath | None = None
    """A certificate with its private key, in one PEM file or a PFX file, in place of a secret."""
    client_certificate_password: SecretStr | None = None
    """The password of that file, if it has one."""
    managed_identity: Text | None = None
    """The managed identity that the bot is registered with: ``system``, or the client id of a user-assigned one."""
    federated_token_file: SettingPath | None = None
    """A file with a token of another identity provider that Entra trusts (workload identity)."""
    access_token: SecretStr | None = None
    """A token that somebody else got."""
    cloud: Annotated[str, PlainValidator(_cloud, json_schema_input_type=str)] = "global"
    """Microsoft's cloud: ``global``, ``usgov`` or ``dod``."""
    graph_url: Annotated[Text, AfterValidator(_graph_root)] | None = None
    """Another Graph's root, as `callmon.graph.clouds.check_root` gives it. It goes together with `access_token`."""
    multi_tenant: bool = False
    """Whether the bot serves several tenants: a token is then asked for in the tenant of each call."""
    # It is judged by those above it, so it comes last.
    sign_in: Annotated[str | None, PlainValidator(_way, json_schema_input_type=str), AfterValidator(_the_one_way)] = (
        Field(default=None, validate_default=True)
    )
    """The way to sign in, if several are set: secret, certificate, managed-identity, workload-identity or token."""
