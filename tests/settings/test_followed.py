from __future__ import annotations

from pathlib import Path

import pytest

from callmon.settings.followed import Followed, followed_in
from callmon.settings.loading import Loaded, Refused, load
from callmon.settings.model import Settings

LOG = Followed(Path("/var/log/bot.jsonl"))
SALES = Followed(Path("/var/log/sales.jsonl"), "sales")


@pytest.mark.parametrize(
    ("value", "followed"),
    [
        ("/var/log/bot.jsonl", (LOG,)),
        ("/var/log/bot.jsonl:sales=/var/log/sales.jsonl", (LOG, SALES)),
        (["/var/log/bot.jsonl", "sales=/var/log/sales.jsonl"], (LOG, SALES)),
        (("-",), (Followed(None),)),
        ("sales=-", (Followed(None, "sales"),)),
        ("/var/log/a=b.jsonl", (Followed(Path("/var/log/a=b.jsonl")),)),
        ((LOG,), (LOG,)),
        ([], ()),
        ("", ()),
    ],
)
def test_files_are_named_with_and_without_their_bot(value: object, followed: tuple[Followed, ...]) -> None:
    assert followed_in(value) == followed
    assert followed_in([str(one) for one in followed]) == followed


def test_a_relative_path_is_meant_from_here() -> None:
    assert followed_in("bot.jsonl") == (Followed(Path.cwd() / "bot.jsonl"),)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        (5, "must be a list"),
        ([5], "text in quotes"),
        (["sales="], "names no file"),
        ([" "], "names no file"),
        (["/a", "b=/a"], "followed twice"),
        (["-", "b=-"], "followed twice"),
    ],
)
def test_what_names_no_file_is_refused(value: object, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        followed_in(value)


@pytest.mark.parametrize("names", [("bot.log", "link"), ("link", "bot.log"), ("folder/bot.log", "bot.log")])
def test_one_file_under_two_names_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to("bot.log")  # which need not be there yet
    Path("folder").symlink_to(".")
    with pytest.raises(ValueError, match="is the same file as"):
        followed_in(names)
    assert len(followed_in(["link", "another.log"])) == 2


def test_flag_beats_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_FOLLOW", "/var/log/bot.jsonl:sales=/var/log/sales.jsonl")
    loaded = load(Settings, {})
    assert isinstance(loaded, Loaded)
    assert loaded.settings.follow == (LOG, SALES)
    flagged = load(Settings, {"follow": ("/var/log/bot.jsonl",)})
    assert isinstance(flagged, Loaded)
    assert flagged.settings.follow == (LOG,)
    refused = load(Settings, {"follow": ("sales=",)})
    assert isinstance(refused, Refused)
    assert refused.problems[0].startswith("--follow: ")
