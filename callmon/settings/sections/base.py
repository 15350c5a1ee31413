"""What every section of the settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Settings of one theme. The docstring below a field is its description in the published schema."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)
