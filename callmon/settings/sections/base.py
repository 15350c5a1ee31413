"""What every section of the settings is."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from callmon.graph.naming import PREFIX


class Table(BaseModel):
    """Settings that can stand together below a name. It reads nothing itself: what it has was given to it."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True, validate_default=False
    )


class Section(BaseSettings, Table):
    """Settings of one theme. The docstring below a field is its description in the published schema."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        enable_decoding=False,  # what is to be made of a text is up to the field
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_nested_max_split=2,
        env_ignore_empty=True,
    )

    @classmethod
    def settings_customise_sources(cls, *_: Any, **given: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Those that `callmon.settings.loading` gives as ``sources``; without them, only what was given itself."""
        own = given["init_settings"]
        return tuple(own().get("sources", (own,)))
