from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from callmon.core.passwords import MASK
from callmon.settings.addresses import Address
from callmon.settings.showing import plain, toml


class Inner(BaseModel):
    name: str
    secret: SecretStr


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("words", "words"),
        (Path("/var/j.db"), "/var/j.db"),
        (Address("::1", 1), "[::1]:1"),
        (SecretStr("hunter2"), MASK),
        ("redis://ada:hunter2@host:6379/0", f"redis://ada:{MASK}@host:6379/0"),
        ("rediss://:hunter2@host", f"rediss://:{MASK}@host"),
        ("https://host:8443/path", "https://host:8443/path"),
        ((Path("a"), "b"), ["a", "b"]),
        ({"hang-up": "x,f9"}, {"hang-up": "x,f9"}),
        (Inner(name="n", secret=SecretStr("hunter2")), {"name": "n", "secret": MASK}),
        ([Inner(name="n", secret=SecretStr("hunter2"))], [{"name": "n", "secret": MASK}]),
    ],
)
def test_a_value_is_plain_and_no_secret_is_in_it(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize("value", ['a "b" \\ \x1b[2J ü 🎧', 7, True, ["a", 1], {"hang-up": "x", "odd key": ["y"]}])
def test_what_is_written_as_toml_reads_back_as_it_was(value: Any) -> None:
    text = toml(value)
    assert text.isprintable()
    assert tomllib.loads(f"value = {text}")["value"] == value
