"""Every picture that the README shows is what the console shows today."""

from __future__ import annotations

import pytest

from tests.scenes import FOLDER, SCENES, picture

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", SCENES)
async def test_the_picture_is_true(name: str) -> None:
    committed = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert await picture(name) == committed, "if the change is meant: python -m tests.scenes, then look at the pictures"


def test_there_is_no_picture_without_a_scene() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(SCENES)
