from __future__ import annotations

from callmon.settings.model import Settings
from callmon.settings.schema import schema


def test_every_setting_is_in_the_schema_with_a_description_and_so_in_a_profile() -> None:
    made = schema()
    rules = made["properties"]
    assert set(rules) == {*Settings.model_fields, "profiles"}
    assert all(rule["description"].endswith(".") for rule in rules.values())
    inside = rules["profiles"]["additionalProperties"]["properties"]
    assert set(inside) == {*Settings.model_fields} - {"profile"}


def test_the_types_are_those_that_are_written_in_the_file() -> None:
    rules = schema()["properties"]
    for name in ("journal", "listen", "cloud", "lang", "tenant_id", "client_secret", "label", "profile"):
        assert rules[name]["type"] == "string", name
    assert rules["read_only"]["type"] == "boolean"
    assert "null" not in str(rules)


def test_nothing_else_is_allowed() -> None:
    made = schema()
    assert made["additionalProperties"] is False
    assert made["properties"]["profiles"]["additionalProperties"]["additionalProperties"] is False
