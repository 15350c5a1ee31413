"""The columns of the board, those that somebody makes among them, and what it is sorted by."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from callmon.core.choices import COLUMNS, SORTS
from callmon.core.custom import CustomColumn
from callmon.core.filter_fields import FIELDS
from callmon.core.paths import NoPath, Path, read_path
from callmon.core.text import visible
from callmon.settings.sections.base import Section, Table
from callmon.settings.values import Text, known_names, listed, quoted

_NAME = re.compile(r"[a-z]{1,20}")
_TAKEN = {*SORTS, *FIELDS, "is"}
_WIDEST = 80
_ALIGNMENTS = ("left", "right")


def _path(text: str) -> str:
    understood = read_path(text)
    if isinstance(understood, NoPath):
        raise ValueError(understood.sentence)  # pydantic takes a ValueError as a refusal
    return text


def _width(width: int) -> int:
    if not 1 <= width <= _WIDEST:
        raise ValueError(f"width must be from 1 to {_WIDEST}.")
    return width


def _align(text: str) -> str:
    if text not in _ALIGNMENTS:
        raise ValueError(f"{quoted(text)} is no alignment. Write left or right.")
    return text


class CustomColumnTable(Table):
    """One column that somebody makes."""

    path: Annotated[Text, AfterValidator(_path)]
    """Where its text stands in resourceData (`callmon.core.paths`)."""
    label: Annotated[Text, AfterValidator(visible)] | None = None
    """Its title; its name if not set."""
    width: Annotated[int, AfterValidator(_width)] = 12
    """In terminal columns."""
    align: Annotated[Text, AfterValidator(_align)] = "left"
    """``left`` or ``right``."""


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{quoted(name)} cannot be the name of a column. Write up to 20 small letters.")
    if name in _TAKEN:
        raise ValueError(f"{quoted(name)} is a column or a field of the filter already. Choose another name.")
    return name


def _own(info: ValidationInfo) -> tuple[str, ...]:
    return tuple(info.data.get("custom_columns", ()))


def _columns(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("a column is named twice.")
    if not names:
        raise ValueError("it names no column. Leave it out for the usual ones.")
    return known_names(names, (*COLUMNS, *_own(info)), "is not a column")


def _sort(text: str, info: ValidationInfo) -> str:
    known_names((text.removeprefix("-"),), (*SORTS, *_own(info)), "is not an order", "Write one")
    return text


class ColumnsSection(Section):
    """The columns of the board, and what it is sorted by."""

    custom_columns: dict[Annotated[str, AfterValidator(_name)], CustomColumnTable] = Field(default_factory=dict)
    """Columns by what stands at a path of Graph's resourceData, each a table with path, label, width and align."""
    columns: Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_columns)] | None = None
    """The columns of the board, in their order; those that were shown last if not set."""
    sort: Annotated[Text, AfterValidator(_sort)] | None = None
    """What calls are sorted by: a column, or newest; ``-`` before it inverts. As the console was left if not set."""

    @property
    def custom(self) -> tuple[CustomColumn, ...]:
        """The columns that somebody makes."""
        return tuple(
            CustomColumn(name, path, one.label or name.capitalize(), one.width, right=one.align == "right")
            for name, one in self.custom_columns.items()
            if isinstance(path := read_path(one.path), Path)
        )
