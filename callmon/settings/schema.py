"""The JSON schema of the settings file, for editors: made from the model and the docstrings of its fields."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from textwrap import dedent
from typing import Any

from callmon.settings.model import Settings
from callmon.settings.profiles import CHOSEN_BY, PROFILES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """A schema of JSON Schema 2020-12."""
    made = Settings.model_json_schema()
    described = {name: text for section in Settings.__mro__ for name, text in _descriptions(section)}
    properties = {name: {**_in_toml(rule), "description": described[name]} for name, rule in made["properties"].items()}
    inside = {name: rule for name, rule in properties.items() if name != CHOSEN_BY}
    profiles = {
        "type": "object",
        "description": "Settings that hold where --profile or CALLMON_PROFILE names them.",
        "additionalProperties": {"type": "object", "properties": inside, "additionalProperties": False},
    }
    definitions = {"$defs": {name: _defined(rule) for name, rule in made.get("$defs", {}).items()}}
    return {
        "$schema": _DIALECT,
        "title": "The settings of callmon",
        "type": "object",
        **definitions,
        "properties": {**properties, PROFILES: profiles},
        "additionalProperties": False,
    }


def _defined(rule: dict[str, Any]) -> dict[str, Any]:
    """A table below a setting, by the same rules."""
    properties = {name: _in_toml(inner) for name, inner in rule.get("properties", {}).items()}
    return {**rule, "properties": properties, "additionalProperties": False} if properties else rule


def _in_toml(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule without null, which TOML has not: what is not set is left out there."""
    kept = {key: value for key, value in rule.items() if key not in {"title", "anyOf"} and value is not None}
    choices = [choice for choice in rule.get("anyOf", ()) if choice != {"type": "null"}]
    return {**kept, **(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})}


def _descriptions(section: type) -> Iterator[tuple[str, str]]:
    """The fields of a class with the docstrings below them.

    Pydantic's own ``use_attribute_docstrings`` reads the source of every class whenever the settings are imported.
    """
    if not section.__module__.startswith("callmon."):
        return
    tree = ast.parse(dedent(inspect.getsource(section)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value)
            yield field.target.id, " ".join(inspect.cleandoc(str(text)).replace("``", "").replace("`", "").split())
