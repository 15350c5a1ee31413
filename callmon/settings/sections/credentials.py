"""Which Graph, and as whom to sign in there."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, SecretStr

from callmon.graph.clouds import CLOUDS, RootProblem, check_root
from callmon.settings.sections.base import Section
from callmon.settings.values import Text, quoted, text_in


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


class CredentialsSection(Section):
    """Which Graph, and as whom to sign in there."""

    tenant_id: Text | None = None
    """The tenant of the calls."""
    client_id: Text | None = None
    """The bot's application (client) id."""
    client_secret: SecretStr | None = None
    """The bot's client secret."""
    cloud: Annotated[str, PlainValidator(_cloud, json_schema_input_type=str)] = "global"
    """Microsoft's cloud: ``global``, ``usgov`` or ``dod``."""
    graph_url: Annotated[Text, AfterValidator(_graph_root)] | None = None
    """Another Graph's root, as `callmon.graph.clouds.check_root` gives it. It goes together with `access_token`."""
    access_token: SecretStr | None = None
    """A token that somebody else got."""
