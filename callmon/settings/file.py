"""The settings file: where it is, and what stands in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from callmon.core.text import visible

CONFIG_VARIABLE = "CALLMON_CONFIG"
MACHINE_PATH = Path("/etc/callmon/config.toml")
"""What whoever looks after the machine forbids. No variable leads past it."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why the file cannot be used."""

    sentence: str


def config_path() -> Path:
    """The file with the settings; it need not exist unless ``CALLMON_CONFIG`` names it."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else user_config_path("callmon") / "config.toml"


def read_file(path: Path) -> Mapping[str, Any] | FileProblem:
    """What stands in the file, as TOML has it; nothing if there is no file and none was named."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows begin a file with a mark that none shows
    except FileNotFoundError:
        if path == MACHINE_PATH or not os.environ.get(CONFIG_VARIABLE):
            return {}
        return FileProblem(f"{CONFIG_VARIABLE}: there is no file {path}. Correct the path, or unset the variable.")
    except OSError as error:
        return FileProblem(
            f"The settings file {path} cannot be read ({error.strerror or error}). Check who may read it."
        )
    except UnicodeDecodeError:
        return FileProblem(f"The settings file {path} is not UTF-8 text. Save it as UTF-8.")
    import tomllib  # noqa: PLC0415  # the first frame waits for this, and most have no file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return FileProblem(f"The settings file {path} is not TOML: {visible(str(error))}. Correct it there.")
