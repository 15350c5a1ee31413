"""The console in a browser."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, SecretStr, ValidationInfo

from callmon.feeds.gate import is_loopback
from callmon.settings.addresses import Address, address_in
from callmon.settings.sections.base import Section
from callmon.settings.values import quoted, token_in


def _guarded(address: Address, info: ValidationInfo) -> Address:
    """Refuse an address that others reach, unless they must show a token."""
    if "web_token" in info.data and info.data["web_token"] is None and not is_loopback(address.host):
        raise ValueError(
            f"{quoted(address.host)} is not an address of this machine alone, and whoever opens it there would see "
            "every call. Set CALLMON_WEB_TOKEN, and put a reverse proxy with TLS in front, or serve on 127.0.0.1."
        )
    return address


class WebSection(Section):
    """The console in a browser."""

    # The second is judged by the first.
    web_token: Annotated[SecretStr, AfterValidator(token_in)] | None = None
    """What a browser must bring to see the console of callmon serve, once, as ``?token=`` in the address."""
    web_listen: Annotated[Address, PlainValidator(address_in, json_schema_input_type=str), AfterValidator(_guarded)] = (
        Address("127.0.0.1", 8766)
    )
    """Where callmon serve offers the console to browsers."""
