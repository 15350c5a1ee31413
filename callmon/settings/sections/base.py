"""What every section of the settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """Settings that can stand together below a name."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # most are only ever judged as part of another, which brings their fields along
    )


class Section(Table):
    """Settings of one theme. The docstring below a field is its description in the published schema."""
