"""What becomes of a fault of callmon's own: a report that can be passed on, and where it lies."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from callmon import __version__
from callmon.cli.pages import Flags
from callmon.clocks import utc_now

_PACKAGES = ("textual", "rich", "pydantic", "httpx", "msal", "uvicorn", "click", "redis", "textual-serve")
_VARIABLES = ("TERM", "COLORTERM", "LANG", "LC_ALL", "NO_COLOR", "TMUX", "SSH_CONNECTION")


def crash_sentence(error: Exception, flags: Flags) -> str:
    """Write the report; returns what the person at the terminal is told. Never raises."""
    error = _cause(error)
    told = f"Ended by a fault of its own ({type(error).__name__}); what was accepted before is kept."
    try:
        path = _write(error, flags)
    except OSError as failure:
        return f"{told} No report could be written ({failure.strerror or failure})."
    return f"{told} A report without secrets is in {path}: please read it, and send it to the maintainers."


def _cause(error: Exception) -> Exception:
    """A worker of the screen wraps what was raised in it."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, Exception) else error


def _write(error: Exception, flags: Flags) -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415  # only a crash needs it

    folder = user_state_path("callmon") / "reports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{utc_now():%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as report:
        report.write("\n".join(_lines(error, flags)) + "\n")
    return path


def _lines(error: Exception, flags: Flags) -> Iterator[str]:
    settings, scrub = _settings(flags)
    yield f"callmon {__version__}, {utc_now().isoformat(timespec='seconds')}"
    yield f"Python {platform.python_version()} on {platform.platform()}"
    yield from (f"{name} {found}" for name in _PACKAGES if (found := _version_of(name)))
    yield from (f"{name}={os.environ[name]}" for name in _VARIABLES if name in os.environ)
    yield f"Arguments: {[scrub(each) for each in sys.argv[1:]]}"
    yield "\nSettings (secrets are masked)"
    yield from map(scrub, settings)
    yield "\nWhere it happened"
    yield scrub("".join(traceback.format_exception(error)))


def _settings(flags: Flags) -> tuple[list[str], Callable[[str], str]]:
    from callmon.cli.scrubbing import Scrubber  # noqa: PLC0415  # only a crash needs it
    from callmon.settings.listing import each_setting  # noqa: PLC0415  # as above
    from callmon.settings.loading import Loaded, load  # noqa: PLC0415  # as above
    from callmon.settings.model import Settings  # noqa: PLC0415  # as above
    from callmon.settings.showing import plain  # noqa: PLC0415  # as above

    outcome = load(Settings, flags)
    if not isinstance(outcome, Loaded):
        return list(outcome.problems), Scrubber.of_environment()
    lines = [f"{name} = {plain(value)!r}  # {origin.source}" for name, value, origin in each_setting(outcome)]
    return lines, Scrubber.of(outcome.settings)


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
